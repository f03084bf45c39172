"""Mail on a machine without a mail server."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from django.core.mail.backends.filebased import EmailBackend


class FolderOfMails(EmailBackend):
    """Writes each message to a file of its own, ``mail/TIME-….eml`` in the data folder, for any mail program."""

    def write_message(self, message) -> None:  # type: ignore[no-untyped-def]
        """Writes one message as it would go over the wire."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        file = Path(self.file_path) / f"{stamp}-{secrets.token_hex(3)}.eml"
        file.write_bytes(message.message().as_bytes())

    def open(self) -> bool:
        """Nothing is kept open between messages."""
        return False

    def close(self) -> None:
        """Nothing is kept open between messages."""
