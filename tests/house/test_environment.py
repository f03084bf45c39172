"""What is installed, what is locked, and which settings there are."""

from __future__ import annotations

import importlib.metadata
import itertools
import re
import subprocess
import sys
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
READERS = [*(ROOT / "disclosures" / "settings").glob("*.py"), *(ROOT / "disclosures" / "embedded").glob("*.py")]
# Whoever reads a setting: env("NAME"…), env.int("NAME"…), os.environ.get("NAME"), environment["NAME"] …
READ = re.compile(r"""\b(?:env(?:\.\w+)?\(|environ(?:ment)?(?:\.get\(|\[)\s*)['"]([A-Z][A-Z_]+)['"]""")
# Set by ./run for its own children or by pytest for its own workers: nobody gives them by hand.
NOT_FOR_PEOPLE = {"TRACKER_TEST_RUN", "PYTEST_XDIST_WORKER", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE"}


def _pins(lock: str) -> dict[str, str]:
    """The packages of a lock with their versions."""
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ \\;]+)", (ROOT / lock).read_text(), flags=re.MULTILINE))


def _example() -> dict[str, str]:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_importing_requests_gives_our_app() -> None:
    assert Path(requests.__file__ or "").parent == ROOT / "requests"


def test_settings_refuse_another_requests_and_name_it(tmp_path: Path) -> None:
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests" / "__init__.py").write_text("")
    program = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import disclosures.settings.base"
    tried = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
    assert tried.returncode == 1
    assert "ImproperlyConfigured" in tried.stderr
    assert str(tmp_path / "requests") in tried.stderr


def test_no_installed_distribution_is_or_needs_the_http_library() -> None:
    for distribution in importlib.metadata.distributions():
        assert distribution.metadata["Name"].lower() != "requests"
        for needed in distribution.requires or []:
            if re.match(r"requests\b(?![-_])", needed, flags=re.IGNORECASE):
                assert "extra ==" in needed, f"{distribution.metadata['Name']} needs {needed}"


def test_the_constraints_keep_the_http_library_out() -> None:
    assert "requests<0" in (ROOT / "constraints.txt").read_text().splitlines()


def test_every_locked_package_has_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text().strip())
        assert len(blocks) > 40
        for block in blocks:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_development_lock_holds_the_runtime_lock_at_the_same_versions() -> None:
    runtime, development = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert len(runtime) > 40
    assert runtime == {name: development.get(name) for name in runtime}


def test_the_example_names_every_setting_that_is_read_and_no_other() -> None:
    read = {name for file in READERS for name in READ.findall(file.read_text())}
    assert {"DATABASE_URL", "SECRET_KEY", "TRACKER_DATA", "WEB_BIND"} <= read
    assert set(_example()) - {"DJANGO_SETTINGS_MODULE"} == read - NOT_FOR_PEOPLE


def test_the_example_explains_each_setting_in_the_line_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in itertools.pairwise(lines):
        if re.match(r"[A-Z_]+=", line):
            assert above.startswith("# "), line
            assert above.endswith("."), line


def test_the_scripts_at_the_door_can_be_executed() -> None:
    for script in ("run", "test", "manage.py", ".ci/run"):
        assert (ROOT / script).stat().st_mode & 0o111, script
