"""Where everything of one data folder lives, and as whom the servers run."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from disclosures.embedded.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


def data_folder(environment: Mapping[str, str]) -> Path:
    """The data folder: TRACKER_DATA (from the current folder if relative), else ``var`` in the checkout."""
    named = environment.get("TRACKER_DATA", "")
    return Path(os.path.abspath(os.path.expanduser(named))) if named else ROOT / "var"


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """Who runs the servers. PostgreSQL refuses root, so root hands them to somebody else."""

    uid: int
    gid: int

    @property
    def borrowed(self) -> bool:
        """True when it is not ourselves: the servers' folders are then given away and programs started as them."""
        return self.uid != os.geteuid()

    def popen(self) -> dict[str, object]:
        """Arguments of ``Popen`` that start a program as this account, away from the terminal and its Ctrl-C."""
        change = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.borrowed else {}
        return {**change, "cwd": "/", "start_new_session": True}

    def enters(self, folder: Path) -> bool:
        """Whether this account can walk into the folder."""
        if not self.borrowed:
            return True
        # The shell changes the folder after the change of account; Popen's own cwd would change it before.
        tried = subprocess.run(["/bin/sh", "-c", 'cd "$0"', str(folder)], capture_output=True, **self.popen())  # type: ignore[call-overload]
        return tried.returncode == 0

    def own(self, folder: Path) -> Path:
        """Makes a folder that only this account enters (parents must exist). Returns it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.borrowed and folder.stat().st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)
        return folder


@dataclasses.dataclass(frozen=True)
class Places:
    """All paths of one data folder. Making one of these touches nothing on the disk."""

    data: Path

    @property
    def start_lock(self) -> Path:
        """Held while servers are started or stopped."""
        return self.data / "start.lock"

    @property
    def lease(self) -> Path:
        """Held, shared, by every user of the servers for as long as it uses them."""
        return self.data / "lease"

    @property
    def servers(self) -> Path:
        """The record of the servers' processes."""
        return self.data / "servers.json"

    @property
    def logs(self) -> Path:
        """The folder of all logs."""
        return self.data / "log"

    @functools.cached_property
    def name(self) -> str:
        """A short name for this data folder, the same for every user of it."""
        return hashlib.sha256(os.fsencode(os.path.realpath(self.data))).hexdigest()[:12]

    @functools.cached_property
    def account(self) -> Account:
        """Ourselves; for root, the owner of the data folder, or ``nobody`` where that is root as well."""
        if os.geteuid() != 0:
            return Account(os.geteuid(), os.getegid())
        if self.data.exists() and (owner := self.data.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
        nobody = pwd.getpwnam("nobody")
        return Account(nobody.pw_uid, nobody.pw_gid)

    @functools.cached_property
    def outside(self) -> Path:
        """Where root puts the servers' homes and programs when ``nobody`` cannot enter the data folder or ``.venv``."""
        return Path("/var/lib") / f"disclosure-tracker-{self.name}"

    @functools.cached_property
    def home(self) -> Path:
        """The folder that holds the servers' own folders: the data folder, or the one outside."""
        return self.data if self.account.enters(self.data) else self.outside

    @functools.cached_property
    def sockets(self) -> Path:
        """The folder of the sockets. A socket's path stops at about 100 characters, so it is always short."""
        return Path("/tmp") / f"tracker-{self.account.uid}-{self.name}"  # noqa: S108 - private, see prepare()

    @property
    def redis_socket(self) -> Path:
        """The socket of Valkey."""
        return self.sockets / "valkey.sock"

    def urls(self) -> dict[str, str]:
        """The URLs of the servers, as everybody else would set them by hand."""
        host = quote(str(self.sockets), safe="")
        return {
            "DATABASE_URL": f"postgresql://tracker_app@/tracker?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://tracker@/tracker?host={host}",
            "REDIS_URL": f"unix://{self.redis_socket}?db=0",
        }

    def make(self) -> None:
        """Makes the data folder and the folder of logs. Raises Trouble if they cannot be written."""
        # root's data folder lets others pass through (not look), so that ``nobody`` reaches the servers' homes.
        self.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        if not os.access(self.data, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(self.data))

    def prepare(self) -> None:
        """Makes the folders that the servers need. Raises Trouble if somebody else holds the sockets' folder."""
        if self.home == self.outside:
            self.outside.mkdir(mode=0o711, exist_ok=True)
            self.account.own(self.outside)
            (self.data / "WHERE-THE-SERVERS-LIVE.txt").write_text(
                f"The account that runs PostgreSQL and Valkey cannot enter this folder.\n"
                f"Their data are therefore in {self.outside}. Remove both folders together.\n"
            )
        try:
            self.sockets.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            if self.account.borrowed:
                os.chown(self.sockets, self.account.uid, self.account.gid)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid or found.st_mode & 0o077:
            raise Trouble(f"{self.sockets} belongs to somebody else or is open to others: remove it and start again.")

    def forget(self) -> None:
        """Removes everything: for the data folder of a test run."""
        for folder in (self.sockets, self.outside, self.data):
            shutil.rmtree(folder, ignore_errors=True)
