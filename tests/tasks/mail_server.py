"""A mail server of a few lines on a local port, which also refuses, dies or dawdles when a test tells it to."""

from __future__ import annotations

import contextlib
import email
import email.message
import socketserver
import threading
from collections.abc import Iterator


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it accepted. ``refuses``: no recipient is known here; ``dies``: the line is cut after the message has
    come and before it is acknowledged; ``dawdles``: the message has come and is acknowledged when ``go_on`` is set.
    """  # fmt: skip

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.refuses = self.dies = False
        self.dawdles_at: int | None = None  # at which message, counted from 1
        self.dawdling, self.go_on = threading.Event(), threading.Event()
        self.came: list[email.message.Message] = []  # every message, acknowledged or not
        self.accepted: list[email.message.Message] = []

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self.server_address[1])

    def message_ids(self) -> list[str]:
        """The Message-IDs of what was acknowledged, in order."""
        return [str(message["Message-ID"]) for message in self.accepted]

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that is cut is what the tests want."""


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        """One client's connection, command by command."""
        self._say("220 here")
        for raw in self.rfile:
            command = raw.decode("latin-1").strip().upper()
            if command.startswith("DATA"):
                self._say("354 go on")
                if not self._take():
                    return
            elif command.startswith("RCPT") and self.server.refuses:
                self._say("550 no such person here")
            elif command.startswith("QUIT"):
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take(self) -> bool:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        message = email.message_from_bytes(b"".join(lines))
        self.server.came.append(message)
        if self.server.dawdles_at == len(self.server.came):
            self.server.dawdling.set()
            self.server.go_on.wait(30)
        if self.server.dies:
            return False
        self.server.accepted.append(message)
        self._say("250 kept")
        return True


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server; gone at the end."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            thread.join(5)
