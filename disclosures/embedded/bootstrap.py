"""The first step of ./run and ./test: makes ``.venv`` and hands over to it. Standard library only, any Python ≥ 3.11.

It is started as a file, so that it works before anything is installed, and imports nothing of ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "installed.json"
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}


def unsuitable(system: str, libc: str) -> str:
    """Why the packages have no programs for this system; empty if they do. ``libc`` as ``platform.libc_ver`` says."""
    if system == "Windows":
        return "Windows has no embedded PostgreSQL: use the Linux of WSL 2, or a container of Debian."
    if system == "Linux" and libc != "glibc":
        return "Alpine and other systems on musl have no embedded PostgreSQL: use Debian, Ubuntu or Fedora."
    return ""


def digest(purpose: str) -> str:
    """What the environment must have been made from."""
    parts = [(ROOT / LOCKS[purpose]).read_bytes(), (ROOT / "constraints.txt").read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamps() -> dict[str, str]:
    """What has been installed, by purpose, and under ``root`` where the checkout stood then."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def ready(purpose: str, python: Path) -> bool:
    """Whether nothing is left to do."""
    found = stamps()
    return found.get(purpose) == digest(purpose) and found.get("root") == str(ROOT) and os.access(python, os.X_OK)


def works(python: Path) -> bool:
    """Whether the environment's Python still starts and is new enough."""
    try:
        probe = [str(python), "-I", "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
        return subprocess.run(probe, capture_output=True, timeout=60).returncode == 0
    except OSError:
        return False


def set_up(purpose: str) -> Path:
    """Makes or completes the environment. Returns its Python. Two at once take turns, and the second finds it done.

    Raises SystemExit with one sentence.
    """
    import fcntl  # not on Windows, which has been turned away by now

    python = ENVIRONMENT / "bin" / "python"
    if ready(purpose, python):
        return python
    ENVIRONMENT.mkdir(exist_ok=True)
    with (ENVIRONMENT / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready(purpose, python):
            return python
        print(f"Setting up .venv from {LOCKS[purpose]} (once; a minute or two) …", file=sys.stderr, flush=True)
        # The environment's scripts name the checkout's path: one that was moved is made anew.
        if stamps().get("root", str(ROOT)) != str(ROOT) or not works(python):
            _make(lock.name)
        _install(python, purpose)
        # The development lock holds every package of the other one, at the same version.
        purposes = ("run", "test") if purpose == "test" else ("run",)
        kept = {name: value for name, value in stamps().items() if name in LOCKS and value == digest(name)}
        STAMP.write_text(json.dumps(kept | {name: digest(name) for name in purposes} | {"root": str(ROOT)}))
    return python


def _make(keep: str) -> None:
    """An empty environment; the lock file stays, since somebody may wait for it."""
    for old in ENVIRONMENT.iterdir():
        if str(old) != keep:
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    _step([sys.executable, "-I", "-m", "venv", str(ENVIRONMENT)], "cannot make a virtual environment in .venv")


def _install(python: Path, purpose: str) -> None:
    command = [str(python), "-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary", ":all:", "--constraint", "constraints.txt"]
    _step([*command, "--requirement", LOCKS[purpose]], f"cannot install the packages of {LOCKS[purpose]}")


def _step(command: list[str], failing: str) -> None:
    """Runs one step of the set-up. Raises SystemExit with one sentence, made of the last line that it said."""
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 0:
        return
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if any("No space left" in line for line in said):
        raise SystemExit(f"The disk is full: free some space for {ENVIRONMENT} (about 400 MB).")
    errors = [line for line in said if line.startswith("ERROR")] or said or ["it said nothing"]
    raise SystemExit(f"./{'run' if 'run' in sys.argv[1:2] else 'test'} {failing}: {errors[-1]}")


def hand_over(purpose: str, arguments: list[str]) -> None:
    """Sets up, then becomes the program in the environment. Never returns."""
    if wrong := unsuitable(platform.system(), platform.libc_ver()[0]):
        raise SystemExit(wrong)
    python = set_up(purpose)
    # A relative folder means one of the caller's; the programs run in the checkout.
    if os.environ.get("TRACKER_DATA"):
        os.environ["TRACKER_DATA"] = os.path.abspath(os.environ["TRACKER_DATA"])
    if purpose == "run":
        command = [str(python), "-m", "disclosures.embedded.supervise", "--from", os.getcwd(), *arguments]
    else:
        command = [str(python), "-m", "pytest", *(arguments or ["-n", "2", "--dist", "worksteal"])]
        if not arguments:  # two at once, each on a core of its own
            os.environ.setdefault("POLARS_MAX_THREADS", "1")
    os.chdir(ROOT)
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ.pop("PYTHONSAFEPATH", None)
    # Many processes start from here; without it each would compile every module for itself.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(command[0], command)


def main(arguments: list[str]) -> int:
    """Returns 2 after one sentence on stderr when something stands in the way; 0 when somebody stopped the set-up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the step under way is ended with us
    try:
        hand_over(arguments[0], arguments[1:])
    except SystemExit as stopped:
        print(stopped, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped during the set-up; the next start goes on from here.", file=sys.stderr)
        return 0
    except OSError as error:
        full = "The disk is full" if error.errno == 28 else f"Cannot write {error.filename}: {error.strerror}"
        print(f"{full}. The set-up needs about 400 MB in {ENVIRONMENT}.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
