"""Starting and stopping: leases on the embedded servers, plain sentences, and what survives a kill."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from disclosures.embedded import bootstrap, lease, postgres, processes
from disclosures.embedded.attach import missing_servers
from disclosures.embedded.lease import Lease
from disclosures.embedded.places import Places, data_folder
from disclosures.embedded.trouble import Trouble, did_not_come_up, of_os_error

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE", "REDIS", "TRACKER", "DJANGO", "PYTEST", "SECRET", "ALLOWED", "LOG_", "WEB_")


def _folder() -> Path:
    """A place for a data folder that the servers' account can enter."""
    return Path("/tmp") / f"tracker-start-{os.getpid()}-{time.monotonic_ns()}"


def _end_all(folder: Path) -> None:
    """Ends whatever still runs in a data folder."""
    for left in processes.read(folder / "children.json").values():
        left.end(first=signal.SIGKILL)
    lease.stop(Places(folder))


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that is yet to be made; everything that ran in it is gone afterwards."""
    folder = _folder()
    yield folder
    if folder.exists():
        _end_all(folder)
        Places(folder).forget()


@pytest.fixture(scope="module")
def _made() -> Iterator[Path]:
    folder = _folder()
    with Lease(folder, durable=False):
        pass
    yield folder
    Places(folder).forget()


@pytest.fixture
def made(_made: Path) -> Iterator[Path]:
    """A data folder that was used before, so that nobody waits for a new cluster; nothing runs in it, before and after."""
    yield _made
    _end_all(_made)


@pytest.fixture
def environment(data: Path) -> dict[str, str]:
    """An environment without any of our settings but the data folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | {
        "TRACKER_DATA": str(data)
    }


def _servers(data: Path) -> dict[str, processes.Identity]:
    return processes.read(data / "servers.json")


def _eventually(true: Callable[[], object], seconds: float = 180.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _sentence(finished: subprocess.CompletedProcess[str]) -> str:
    """What a command that could not do it said: exit 2, one line, no traceback."""
    assert finished.returncode == 2, finished.stderr
    lines = finished.stderr.strip().splitlines()
    assert len(lines) == 1, finished.stderr
    assert "Traceback" not in finished.stderr
    return lines[0]


# --- leases ---


def test_the_second_user_attaches_and_the_last_one_stops_the_servers(made: Path) -> None:
    first, second = Lease(made, durable=False), Lease(made, durable=False)
    first.take()
    started = _servers(made)
    assert set(started) == {"postgres", "valkey"}
    second.take()
    assert _servers(made) == started
    first.give_back()
    assert all(one.lives() for one in started.values())
    second.give_back()
    assert not any(one.lives() for one in started.values())
    assert not Places(made).sockets.exists()


def test_giving_back_twice_does_no_harm_to_others(made: Path) -> None:
    first, second = Lease(made, durable=False), Lease(made, durable=False)
    first.take()
    second.take()
    first.give_back()
    first.give_back()
    assert all(one.lives() for one in _servers(made).values())
    second.give_back()


def test_the_urls_lead_to_the_application_and_to_the_owner(made: Path) -> None:
    with Lease(made, durable=False) as urls:
        for name, role in (("DATABASE_URL", "tracker_app"), ("DATABASE_OWNER_URL", "tracker")):
            with psycopg.connect(urls[name]) as connection:
                found = connection.execute("SELECT current_user, current_database()").fetchone()
            assert found == (role, "tracker")


def test_a_killed_user_leaves_no_lease_and_the_next_one_adopts_its_servers(made: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from disclosures.embedded.lease import Lease;"
        "Lease(Path(sys.argv[1]), durable=False).take(); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(made)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    left = _servers(made)
    assert all(one.lives() for one in left.values())
    assert not lease.in_use(Places(made))
    with Lease(made, durable=False):
        assert _servers(made) == left
    assert not any(one.lives() for one in left.values())


def test_after_a_kill_of_the_servers_the_next_start_finds_every_committed_row(made: Path) -> None:
    user = Lease(made)
    urls = user.take()
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    before = _servers(made)
    for one in before.values():
        os.kill(one.pid, signal.SIGKILL)
    assert _eventually(lambda: not any(one.lives() for one in before.values()), 10)
    assert sorted(user.mend()) == ["postgres", "valkey"]
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert _servers(made) != before
    user.give_back()


def test_a_stranger_with_a_recorded_number_is_left_alone(made: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            false = processes.Identity(stranger.pid, "another time")
            processes.write(made / "servers.json", {"postgres": false, "valkey": false})
            processes.write(made / "children.json", {"web": false})
            with Lease(made, durable=False):
                assert all(one.pid != stranger.pid for one in _servers(made).values())
            false.end()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_folder_of_sockets_that_is_open_to_others_is_refused(data: Path) -> None:
    data.mkdir(mode=0o711)
    places = Places(data)
    places.sockets.mkdir(mode=0o700)
    places.sockets.chmod(0o777)
    with pytest.raises(Trouble, match="open to others"):
        Lease(data, durable=False).take()


def test_the_sockets_are_for_their_account_only(made: Path) -> None:
    with Lease(made, durable=False):
        places = Places(made)
        assert places.sockets.stat().st_mode & 0o777 == 0o700
        assert places.sockets.stat().st_uid == places.account.uid
        assert len(str(places.sockets / ".s.PGSQL.5432")) < 100


def test_a_server_that_does_not_come_up_is_told_with_the_last_line_of_its_log(data: Path) -> None:
    data.mkdir(mode=0o711)
    cluster = Places(data).account.own(data / "postgres")
    (cluster / "PG_VERSION").write_text("18\n")
    with pytest.raises(Trouble, match=r"PostgreSQL did not come up; the last line of its log .*postgresql\.conf"):
        Lease(data, durable=False).take()
    assert not any(one.lives() for one in _servers(data).values())


def test_a_cluster_of_another_version_is_refused_by_both_numbers(data: Path) -> None:
    data.mkdir(mode=0o711)
    cluster = Places(data).account.own(data / "postgres")
    (cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="made by PostgreSQL 9 and this is PostgreSQL 18"):
        Lease(data, durable=False).take()


# --- manage.py ---


@pytest.mark.parametrize(
    "line",
    ["", "help", "migrate --help", "version", "--version", "check", "check_batch file.csv", "due --from 2026-01-05"],
)
def test_a_command_that_reads_no_row_needs_no_server(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    assert missing_servers(line.split()) == frozenset()


def test_other_commands_need_the_servers_that_no_url_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    assert missing_servers(["migrate"]) == missing_servers(["check", "--database", "default"]) == {"postgres", "valkey"}
    assert missing_servers(["migrate", "--settings", "disclosures.settings.production"]) == frozenset()
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/tracker")
    assert missing_servers(["migrate"]) == {"valkey"}
    monkeypatch.setenv("REDIS_URL", "redis://broker/0")
    assert missing_servers(["migrate"]) == frozenset()


def test_a_command_alone_starts_the_servers_migrates_and_leaves_nothing_running(
    data: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    program = "from requests.models import Authority; print(Authority.objects.count() > 0)"
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "-c", program]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    assert not lease.in_use(Places(data))
    assert not (data / "servers.json").exists()
    assert not Places(data).sockets.exists()


def test_a_command_that_is_terminated_gives_its_lease_back(data: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        assert _eventually(lambda: len(_servers(data)) == 2)
        servers = _servers(data)
        running.terminate()
        assert running.wait(60) == 128 + signal.SIGTERM
    assert not any(one.lives() for one in servers.values())


def test_a_command_in_a_folder_that_cannot_be_says_so(environment: dict[str, str]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate"]
    done = subprocess.run(
        command, env={**environment, "TRACKER_DATA": "/dev/null/data"}, capture_output=True, text=True
    )
    assert "/dev/null" in _sentence(done)


def test_the_data_folder_is_the_named_one_or_var_in_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_folder({}) == ROOT / "var"
    assert data_folder({"TRACKER_DATA": "here"}) == tmp_path / "here"
    assert data_folder({"TRACKER_DATA": "/srv/tracker"}) == Path("/srv/tracker")


# --- ./run: sentences ---


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "disclosures.embedded.supervise", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_a_taken_port_is_told_before_anything_starts(data: Path, environment: dict[str, str]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        told = _sentence(_run(environment, "--port", str(port)))
    assert told == f"Port {port} is taken by another program: choose another with --port N."
    assert _servers(data) == {}


def test_a_second_run_on_the_same_data_is_refused(data: Path, environment: dict[str, str]) -> None:
    data.mkdir()
    with (data / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = _sentence(_run(environment))
    assert "already running" in told
    assert str(data) in told


def test_a_data_folder_that_cannot_be_made_is_told_by_its_name(environment: dict[str, str]) -> None:
    assert "/dev/null" in _sentence(_run(environment, "--data", "/dev/null/data"))


def test_a_port_that_is_none_is_refused(environment: dict[str, str]) -> None:
    refused = _run(environment, "--port", "70000")
    assert refused.returncode == 2
    assert "70000" in refused.stderr


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "Cannot write"),
        (errno.EROFS, "Cannot write"),
        (errno.EIO, "error"),
    ],
)
def test_a_refusal_of_the_system_becomes_a_sentence_with_the_place(number: int, word: str) -> None:
    told = str(of_os_error(OSError(number, os.strerror(number), "/srv/tracker")))
    assert word in told
    assert "/srv/tracker" in told


def test_a_server_that_finds_the_disk_full_is_told_as_that(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("FATAL: could not write: No space left on device\nchild process exited\ninitdb: removing contents\n")
    assert "disk is full" in str(did_not_come_up("PostgreSQL", log))
    log.write_text("FATAL: something else\n")
    assert str(did_not_come_up("PostgreSQL", log)).endswith("is: FATAL: something else")


# --- ./run and ./test: the first step ---


@pytest.mark.parametrize("script", ["run", "test"])
def test_a_machine_without_a_suitable_python_is_told_what_to_install(script: str, tmp_path: Path) -> None:
    for name in ("python3.11", "python3", "python"):
        (tmp_path / name).write_text("#!/bin/bash\nexit 1\n")  # an old one: it fails the question for its version
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", str(ROOT / script)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, cwd="/"
    )
    assert "Python 3.11 or newer" in _sentence(done)


@pytest.mark.parametrize(
    ("system", "libc", "word"),
    [
        ("Windows", "", "WSL"),
        ("Linux", "", "Alpine"),
        ("Linux", "musl", "Alpine"),
        ("Linux", "glibc", ""),
        ("Darwin", "", ""),
    ],
)
def test_a_system_without_the_programs_is_told_which_ones_have_them(system: str, libc: str, word: str) -> None:
    told = bootstrap.unsuitable(system, libc)
    assert word in told
    assert bool(told) is bool(word)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of nothing but its locks; the steps of the set-up are recorded in ``steps`` and not taken."""
    for name in ("requirements.lock", "requirements-dev.lock", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "installed.json")

    def step(command: list[str], _failing: str) -> None:
        with (tmp_path / "steps").open("a") as steps:
            steps.write(" ".join(command[2:5]) + "\n")
        python = tmp_path / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            python.symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "_step", step)
    (tmp_path / "steps").touch()
    return tmp_path


def test_the_second_start_installs_nothing(checkout: Path) -> None:
    bootstrap.set_up("run")
    assert len((checkout / "steps").read_text().splitlines()) == 2  # the environment, the packages
    (checkout / "steps").write_text("")
    bootstrap.set_up("run")
    assert (checkout / "steps").read_text() == ""


def test_a_changed_lock_is_installed_into_the_same_environment(checkout: Path) -> None:
    bootstrap.set_up("run")
    (checkout / "steps").write_text("")
    (checkout / "requirements.lock").write_text("changed")
    bootstrap.set_up("run")
    assert len((checkout / "steps").read_text().splitlines()) == 1


def test_the_environment_of_the_tests_serves_the_run_too(checkout: Path) -> None:
    bootstrap.set_up("test")
    (checkout / "steps").write_text("")
    bootstrap.set_up("run")
    assert (checkout / "steps").read_text() == ""


def test_the_environment_of_the_run_lacks_what_the_tests_need(checkout: Path) -> None:
    bootstrap.set_up("run")
    (checkout / "steps").write_text("")
    bootstrap.set_up("test")
    assert len((checkout / "steps").read_text().splitlines()) == 1


def test_an_environment_of_a_checkout_that_was_moved_is_made_anew(checkout: Path) -> None:
    bootstrap.set_up("run")
    stamp = checkout / ".venv" / "installed.json"
    stamp.write_text(stamp.read_text().replace(str(checkout), "/elsewhere"))
    (checkout / "steps").write_text("")
    bootstrap.set_up("run")
    assert len((checkout / "steps").read_text().splitlines()) == 2


def test_a_set_up_that_somebody_else_is_doing_is_waited_for(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import bootstrap; from pathlib import Path;"
        "bootstrap.ROOT = Path(sys.argv[2]); bootstrap.ENVIRONMENT = bootstrap.ROOT / '.venv';"
        "bootstrap.STAMP = bootstrap.ENVIRONMENT / 'installed.json';"
        "bootstrap._step = lambda *given: sys.exit('it set up on its own');"
        "print(bootstrap.set_up('run'))"
    )
    with (checkout / ".venv" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-c", program, str(ROOT / "disclosures" / "embedded"), str(checkout)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as other:
            time.sleep(0.5)
            assert other.poll() is None
            (checkout / ".venv" / "bin").mkdir()
            (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
            done = {"run": bootstrap.digest("run"), "root": str(checkout)}
            bootstrap.STAMP.write_text(str(done).replace("'", '"'))
            fcntl.flock(lock, fcntl.LOCK_UN)
            said, complained = other.communicate(timeout=30)
    assert other.returncode == 0, complained
    assert said.strip().endswith(".venv/bin/python")


# --- ./run as a whole ---


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _status(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


@contextlib.contextmanager
def _running(data: Path, environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """./run without the demo; its output goes to ``said`` beside the data folder."""
    command = [sys.executable, "-m", "disclosures.embedded.supervise", "--port", str(port), "--no-demo"]
    data.mkdir(mode=0o711, exist_ok=True)
    with (
        (data / "said").open("w") as said,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said, text=True) as running,
    ):
        try:
            yield running
        finally:
            running.kill()


@pytest.mark.long
def test_run_serves_mends_what_dies_and_stops_with_everything(data: Path, environment: dict[str, str]) -> None:
    port = _free_port()
    with _running(data, environment, port) as running:
        assert _eventually(lambda: _status(port, "/healthz") == 200)
        assert _eventually(lambda: _status(port, "/readyz") == 200), (data / "said").read_text()
        for name in ("worker", "web"):
            before = processes.read(data / "children.json")[name]
            os.kill(before.pid, signal.SIGKILL)
            assert _eventually(lambda: processes.read(data / "children.json")[name] != before)  # noqa: B023
            assert f"The {name} ended (signal 9)" in (data / "said").read_text()
        for name in ("valkey", "postgres"):
            before = _servers(data)[name]
            os.kill(before.pid, signal.SIGKILL)
            assert _eventually(lambda: _servers(data)[name].lives() and _servers(data)[name] != before)  # noqa: B023
        assert _eventually(lambda: _status(port, "/readyz") == 200)
        everything = [*processes.read(data / "children.json").values(), *_servers(data).values()]
        running.terminate()
        assert running.wait(60) == 0
    assert not any(one.lives() for one in everything)
    assert not (data / "ready").exists()


@pytest.mark.long
def test_a_start_after_the_supervisor_alone_was_killed_recovers(data: Path, environment: dict[str, str]) -> None:
    port = _free_port()
    with _running(data, environment, port) as running:
        assert _eventually(lambda: _status(port, "/readyz") == 200)
        left = processes.read(data / "children.json")
        servers = _servers(data)
        running.kill()
    assert all(one.lives() for one in left.values())
    with _running(data, environment, port) as running:
        assert _eventually(lambda: (data / "children.json").exists() and not any(one.lives() for one in left.values()))
        assert _eventually(lambda: _status(port, "/readyz") == 200), (data / "said").read_text()
        assert _servers(data) == servers  # adopted
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    assert not any(one.lives() for one in servers.values())


@pytest.mark.long
def test_a_start_after_everything_was_killed_recovers(data: Path, environment: dict[str, str]) -> None:
    port = _free_port()
    with _running(data, environment, port) as running:
        assert _eventually(lambda: _status(port, "/readyz") == 200)
        everything = [*processes.read(data / "children.json").values(), *_servers(data).values()]
        running.kill()
        for one in everything:
            os.kill(one.pid, signal.SIGKILL)
    with _running(data, environment, port) as running:
        assert _eventually(lambda: _status(port, "/readyz") == 200), (data / "said").read_text()
        running.terminate()
        assert running.wait(60) == 0


def test_the_servers_settings_keep_what_people_typed_out_of_the_log() -> None:
    assert postgres.SETTINGS["log_min_error_statement"] == "panic"
    assert postgres.SETTINGS["log_error_verbosity"] == "terse"
    assert postgres.SETTINGS["listen_addresses"] == ""
