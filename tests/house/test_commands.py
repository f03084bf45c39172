"""submit_batch and verify_audit as design section 6 fixes them: what they print, how they end, what they leave alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from requests.actions.work_on_load import work_on
from requests.intake import limits
from requests.management.commands import submit_batch
from requests.models import BatchLoad, DisclosureRequest
from requests.models.lifecycle import State
from tests import factories as f

DATA = Path(__file__).parents[1] / "data"


def submit(cast: f.Cast, *options: str, file: str = "clean_12.csv") -> None:
    """Run the command for this cast's agency."""
    call_command(
        "submit_batch", str(DATA / file), "--agency", cast.agency.code, "--signed-by", cast.official.username,
        "--authority", "i2", "--purpose", "To locate and charge.", *options,
    )  # fmt: skip


@pytest.mark.django_db
def test_submit_batch_makes_a_submitted_request(capsys: pytest.CaptureFixture[str]) -> None:
    submit(f.a_cast(), "--certify-solely", "--json")
    said = json.loads(capsys.readouterr().out)
    dr = DisclosureRequest.objects.get()
    assert said["control_number"] == dr.control_number
    assert (said["state"], said["lines"], dr.state, dr.line_count) == ("submitted", 12, State.SUBMITTED, 12)
    assert dr.signed_digest == dr.lines_digest != ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "not certified"),
        (("--certify-solely", "--agency", "NOBODY"), "no agency with the code NOBODY"),
        (("--certify-solely", "--signed-by", "nobody"), "no active user nobody"),
        (("--certify-solely", "--authority", "i1"), "court's order"),
        (("--certify-solely", "--letter", str(DATA / "README.md")), "not a PDF"),
    ],
)
def test_submit_batch_says_what_is_wrong_and_leaves_nothing(options: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says) as refused:
        submit(f.a_cast(), *options)
    assert refused.value.returncode == 2
    assert not DisclosureRequest.objects.exists()


@pytest.mark.django_db
def test_submit_batch_goes_on_with_a_file_that_was_cut_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = f.a_cast()
    monkeypatch.setattr(limits, "CHUNK_LINES", 5)

    def dies(load_id: int, **named: object) -> bool:
        work_on(load_id, clock=timezone.now, has_time=lambda: False)
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(submit_batch, "work_on", dies)
        with pytest.raises(SystemExit):
            submit(cast, "--certify-solely")
    begun = BatchLoad.objects.get()
    assert (begun.is_over, begun.disclosure_request.state) == (False, State.DRAFT)
    submit(cast, "--certify-solely")
    dr = DisclosureRequest.objects.get()
    assert (dr.pk, dr.state, dr.line_count) == (begun.disclosure_request_id, State.SUBMITTED, 12)
    assert BatchLoad.objects.get().phase == "done"


@pytest.mark.django_db
def test_submit_batch_cancels_the_file_on_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*given: object, **named: object) -> bool:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(submit_batch, "work_on", interrupted)
    with pytest.raises(CommandError, match="nothing of the file is kept"):
        submit(f.a_cast(), "--certify-solely")
    assert BatchLoad.objects.get().phase == "cancelled"
    assert DisclosureRequest.objects.get().line_count == 0


@pytest.mark.django_db
def test_submit_batch_refuses_who_holds_no_office_there() -> None:
    cast, other = f.a_cast(), f.a_cast()
    with pytest.raises(CommandError, match="holds no office"):
        submit(cast, "--certify-solely", "--signed-by", other.official.username)


def test_verify_audit_follows_the_events_and_finds_what_does_not(
    own_database: object, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    dr = f.a_request(f.a_cast(), State.RESPONDED)
    call_command("verify_audit", "--json")
    head = json.loads(capsys.readouterr().out)
    assert head["ok"] is True
    file = tmp_path / "head.json"
    file.write_text(json.dumps(head))
    f.a_request(f.a_cast(), State.SUBMITTED)
    call_command("verify_audit", "--against", str(file))  # what came later does not disturb the earlier head

    file.write_text(json.dumps(head | {"digest": "0" * 64}))
    with pytest.raises(SystemExit) as negative:
        call_command("verify_audit", "--against", str(file))
    assert negative.value.code == 1

    # The owner of the database can drop the wall; the replay shows what was done behind it.
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE disclosures_answer DISABLE TRIGGER ALL")
        cursor.execute("UPDATE disclosures_answer SET answer = 'yes' WHERE answer = 'no'")
        cursor.execute("ALTER TABLE disclosures_answer ENABLE ALWAYS TRIGGER wall_append_only")
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    said = capsys.readouterr().out
    assert f"{dr.control_number}: Its answers are not those that were released." in said


@pytest.mark.django_db
def test_verify_audit_says_plainly_that_a_file_is_no_head(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(CommandError, match="is no head") as refused:
        call_command("verify_audit", "--against", str(tmp_path / "x.json"))
    assert refused.value.returncode == 2
