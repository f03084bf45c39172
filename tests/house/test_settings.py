"""Settings: safe by default, refused when they are not, and what the application's role may do."""

from __future__ import annotations

import email
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher, make_password
from django.core.mail import EmailMessage, get_connection
from django.db import connection, connections
from django.test import Client

from disclosures.settings import brokers, databases, logs

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "k1l2m3n4o5p6q7r8s9t0-" * 3,
    "ALLOWED_HOSTS": "tracker.example.gov",
    "DATABASE_URL": "postgresql://app@db.example.gov/tracker",
    "REDIS_URL": "redis://redis.example.gov:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.gov:587",
}


def _check_in_production(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--settings", "disclosures.settings.production"]
    return subprocess.run(
        [*command, "--fail-level", "WARNING"], cwd=ROOT, env=environment, capture_output=True, text=True
    )


# --- production ---


def test_the_deployment_check_finds_nothing_in_production() -> None:
    checked = _check_in_production(PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
    assert checked.stderr == ""


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_production_refuses_in_one_sentence_to_go_without(name: str) -> None:
    checked = _check_in_production({key: value for key, value in PRODUCTION.items() if key != name})
    assert checked.returncode == 2
    assert checked.stderr.strip().splitlines() == [
        f"Set {name} in the environment; .env.example says what each one is."
    ]


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("SECRET_KEY", "short", "50 characters"),
        ("SECRET_KEY", "change-me" * 10, "your own"),
        ("SECRET_KEY", "a" * 80, "random"),
        ("ALLOWED_HOSTS", "*", "must name your hosts"),
        ("DATABASE_URL", "mysql://x", "not a PostgreSQL URL"),
        ("REDIS_URL", "amqp://x", "neither redis://"),
        ("LOG_LEVEL", "LOUD", "not a level"),
    ],
)
def test_production_refuses_in_one_sentence_what_is_unsafe_or_unreadable(name: str, value: str, word: str) -> None:
    checked = _check_in_production({**PRODUCTION, name: value})
    assert checked.returncode == 2
    assert len(checked.stderr.strip().splitlines()) == 1
    assert name in checked.stderr
    assert word in checked.stderr


def test_production_hashes_at_full_strength_and_a_demonstration_password_opens_nothing_there() -> None:
    demonstration = make_password("demo")
    assert identify_hasher(demonstration).algorithm == "pbkdf2_sha256_demonstration"
    program = (
        "import django; django.setup(); from django.contrib.auth.hashers import check_password, make_password;"
        f"print(check_password('demo', {demonstration!r})); print(make_password('x'))"
    )
    environment = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "disclosures.settings.production"}
    tried = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    opens, made = tried.stdout.split()
    assert opens == "False", tried.stderr
    algorithm, iterations, _, _ = made.split("$")
    assert (algorithm, int(iterations)) == ("pbkdf2_sha256", PBKDF2PasswordHasher.iterations)


# --- URLs ---


def test_a_url_may_name_a_folder_of_sockets() -> None:
    entry = databases.connection("postgresql://app@/tracker?host=%2Ftmp%2Fsockets", session={"lock_timeout": "3s"})
    assert (entry["HOST"], entry["NAME"], entry["USER"]) == ("/tmp/sockets", "tracker", "app")
    assert entry["OPTIONS"] == {"options": "-c lock_timeout=3s"}


def test_what_else_a_url_says_reaches_the_driver() -> None:
    url = "postgresql://app:p%40ss@db:5433/tracker?sslmode=verify-full&options=-c%20work_mem%3D64MB"
    entry = databases.connection(url, session={"lock_timeout": "3s"})
    assert (entry["PASSWORD"], entry["PORT"]) == ("p@ss", "5433")
    assert entry["OPTIONS"] == {"sslmode": "verify-full", "options": "-c lock_timeout=3s -c work_mem=64MB"}


def test_with_one_url_the_application_steps_down_from_the_owner() -> None:
    both = databases.both("postgresql://owner@db/tracker", "", session={}, max_age=0)
    assert both["owner"]["USER"] == both["default"]["USER"] == "owner"
    assert both["default"]["OPTIONS"]["options"] == "-c role=tracker_app"
    assert both["owner"]["OPTIONS"]["options"] == ""
    assert databases.application_role(both, "") == "tracker_app"


def test_with_two_urls_each_is_used_as_it_is() -> None:
    both = databases.both("postgresql://web@db/t", "postgresql://owner@db/t", session={}, max_age=0)
    assert (both["default"]["USER"], both["owner"]["USER"]) == ("web", "owner")
    assert "role" not in both["default"]["OPTIONS"]["options"]
    assert databases.application_role(both, "postgresql://owner@db/t") == "web"


@pytest.mark.parametrize(
    ("url", "step", "expected"),
    [
        ("redis://host:6379/0", 2, "redis://host:6379/2"),
        ("redis://host", 1, "redis://host/1"),
        (
            "rediss://:secret@host:6380/4?ssl_cert_reqs=required",
            1,
            "rediss://:secret@host:6380/5?ssl_cert_reqs=required",
        ),
        ("unix:///tmp/v.sock?db=3", 2, "unix:///tmp/v.sock?db=5"),
        ("unix:///tmp/v.sock", 1, "unix:///tmp/v.sock?db=1"),
    ],
)
def test_the_databases_of_one_redis_are_counted_on_from_its_url(url: str, step: int, expected: str) -> None:
    assert brokers.numbered(url, step) == expected


def test_celery_is_told_of_a_socket_in_its_own_spelling() -> None:
    assert brokers.for_celery("unix:///tmp/v.sock?db=3") == "redis+socket:///tmp/v.sock?virtual_host=3"
    assert brokers.for_celery("redis://host/3") == "redis://host/3"


def test_celery_is_set_up_wherever_django_is() -> None:
    from celery import current_app

    assert current_app.main == "disclosures"
    assert current_app.conf.broker_url == settings.CELERY_BROKER_URL
    assert current_app.conf.task_acks_late is True
    assert current_app.conf.task_time_limit < current_app.conf.broker_transport_options["visibility_timeout"]


# --- what the application's role may do ---


@pytest.mark.django_db
def test_the_tests_act_as_the_role_of_the_application_which_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == settings.APPLICATION_ROLE
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.django_db
def test_the_application_reads_and_adds_rows_everywhere_and_truncates_nowhere() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, has_table_privilege(format('public.%I', tablename), 'SELECT'),"
            " has_table_privilege(format('public.%I', tablename), 'TRUNCATE'),"
            " has_any_column_privilege(format('public.%I', tablename), 'INSERT')"
            " FROM pg_tables WHERE schemaname = 'public'"
        )
        rows = cursor.fetchall()
    assert len(rows) > 20
    assert [name for name, reads, _, _ in rows if not reads] == []
    assert [name for name, _, truncates, _ in rows if truncates] == []
    assert [name for name, _, _, adds in rows if not adds] == ["django_migrations"]


@pytest.mark.django_db
def test_the_application_changes_and_deletes_nothing_in_the_append_only_tables() -> None:
    assert "requests_event" in settings.APPEND_ONLY_TABLES
    with connection.cursor() as cursor:
        for table in settings.APPEND_ONLY_TABLES:
            cursor.execute("SELECT to_regclass(%s)", [f"public.{table}"])
            assert cursor.fetchone()[0] is not None, table
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [f"public.{table}", right])
                assert cursor.fetchone()[0] is False, (table, right)


@pytest.mark.django_db
def test_every_session_of_the_application_has_its_limits() -> None:
    with connection.cursor() as cursor:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SELECT setting::int FROM pg_settings WHERE name = '{name}'")
            assert cursor.fetchone()[0] > 0, name


def test_a_single_url_gives_the_wall_all_the_same(own_database) -> None:  # type: ignore[no-untyped-def]
    parameters = connections["owner"].get_connection_params()
    where = {name: parameters[name] for name in ("host", "user", "dbname") if parameters.get(name)}
    with psycopg.connect(**where, options=f"-c role={settings.APPLICATION_ROLE}", autocommit=True) as single:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            single.execute("TRUNCATE requests_event")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            single.execute("UPDATE requests_event SET id = id")


# --- people, pages, cookies ---


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    answer = client.post("/accounts/signup/", {"username": "eve", "password1": "x" * 20, "password2": "x" * 20})
    assert answer.status_code == 200
    assert not get_user_model().objects.filter(username="eve").exists()


@pytest.mark.django_db
def test_an_account_is_locked_after_five_wrong_passwords_even_for_the_right_one(client: Client) -> None:
    get_user_model().objects.create_user(username="counsel", password="right")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "counsel", "password": "wrong"})
    client.post("/accounts/login/", {"login": "counsel", "password": "right"})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_somebody_elses_wrong_passwords_lock_nobody_out(client: Client) -> None:
    get_user_model().objects.create_user(username="counsel", password="right")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "other", "password": "wrong"})
    client.post("/accounts/login/", {"login": "counsel", "password": "right"})
    assert "_auth_user_id" in client.session


def test_every_page_carries_the_strict_headers(client: Client) -> None:
    headers = client.get("/healthz").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_session_ends_half_an_hour_after_the_last_page(client: Client) -> None:
    get_user_model().objects.create_user(username="counsel", password="right")
    client.post("/accounts/login/", {"login": "counsel", "password": "right"})
    assert client.session.get_expiry_age() == 30 * 60
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_SAVE_EVERY_REQUEST is True


# --- mail and logs ---


def test_mail_without_a_server_is_a_file_that_any_mail_program_opens(tmp_path: Path) -> None:
    with get_connection("disclosures.mail.FolderOfMails", file_path=str(tmp_path)) as folder:
        for number in (1, 2):
            EmailMessage(f"Due {number}", "Café", "from@x.gov", ["to@x.gov"], connection=folder).send()
    files = sorted(tmp_path.glob("*.eml"))
    assert len(files) == 2
    message = email.message_from_bytes(files[0].read_bytes())
    assert message["Subject"] == "Due 1"
    assert message.get_payload(decode=True) == "Café".encode()


def _logged(record: logging.LogRecord) -> dict[str, object]:
    formatter = settings.LOGGING["formatters"]["json"]
    made = formatter["()"](**{name: value for name, value in formatter.items() if name != "()"})
    return json.loads(made.format(record))


def test_a_logged_exception_shows_its_kind_and_place_and_never_its_message() -> None:
    try:
        raise ValueError("Key (tin)=(123456789) already exists.")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    event = _logged(record)
    assert "123456789" not in json.dumps(event)
    assert event["exception"][0]["kind"] == "builtins.ValueError"  # type: ignore[index]
    assert "test_settings.py" in event["exception"][0]["at"][0]  # type: ignore[index]


def test_a_failed_task_is_logged_without_its_message_too() -> None:
    try:
        raise ValueError("Key (tin)=(123456789) already exists.")
    except ValueError as error:
        event = {"event": "task_failed", "error": str(error), "exception": error, "exc_info": True, "task_id": "7"}
        event = dict(logs.without_values(None, "error", event))
    assert "123456789" not in json.dumps(event)
    assert event["task_id"] == "7"
    assert event["exception"][0]["kind"] == "builtins.ValueError"  # type: ignore[index]
    assert logging.getLogger("celery.app.trace").isEnabledFor(logging.ERROR) is False


def test_the_log_leaves_the_query_string_out() -> None:
    event = logs.without_query_string(None, "info", {"request": "GET /requests/?q=SMITH"})
    assert event["request"] == "GET /requests/"
