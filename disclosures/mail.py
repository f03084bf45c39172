"""Mail on a machine without a mail server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderOfMails(BaseEmailBackend):
    """Writes each message to a file of its own, ``mail/TIME-….eml`` in the data folder, for any mail program."""

    def __init__(self, file_path: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Writes the messages as they would go over the wire. Returns how many; raises OSError if it cannot."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
            draft = self.folder / f".{stamp}-{secrets.token_hex(3)}.eml"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(draft.with_name(draft.name[1:]))  # nobody sees half a mail
        return len(email_messages)
