"""The page of a file on its way in: whose it is, what it shows, part by part by script, confirmed, cancelled, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from requests.actions import receive_file
from requests.actions.receive_file import announce_file, look_at
from requests.actions.work_on_load import work_on
from requests.intake import limits
from requests.models import BatchLoad, DisclosureRequest, Event, Line
from requests.models.lifecycle import State
from requests.views import files as page
from tests.actions.test_files import MIXED, clock, csv_of, empty_draft
from tests.factories import AT, Cast, a_cast, a_line, a_request, again, draft
from tests.pages.conftest import Browser
from tests.pages.test_submission import NEW, ONCE, confirm, facts, text_of, upload


@pytest.fixture(autouse=True)
def _batch_folder(settings: object, tmp_path: Path) -> None:
    settings.BATCH_FOLDER = tmp_path / "batches"  # type: ignore[attr-defined]


@pytest.fixture
def _nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (receive_file, page):
        monkeypatch.setattr(module, "SMALL_BYTES", 10)


def path_of(dr: DisclosureRequest) -> str:
    return f"/requests/{dr.control_number}/file/"


def announced(client: Client, dr: DisclosureRequest, size: int, replaces: str = "all") -> dict[str, object]:
    """What the script learns when it announces a file on the page for mending."""
    answer = client.post(
        f"/requests/{dr.control_number}/mend/",
        {"part": "file", "file-file_name": "big.csv", "file-file_size": size, "file-replaces": replaces, "file-once": ONCE},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    return answer.json()


def send(client: Client, where: str, offset: int, content: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"{where}?offset={offset}", content, content_type="application/octet-stream", headers=headers
    )
    return answer.status_code, answer.json()


def test_a_file_goes_part_by_part_and_is_taken_up_again(cast: Cast, browser: Browser) -> None:
    client, dr, content = browser(cast.requester), draft(cast), csv_of(MIXED)
    where = announced(client, dr, len(content))
    assert send(client, str(where["part"]), 0, content[:100]) == (200, {"arrived": 100})
    status, told = send(client, str(where["part"]), 0, content[:100])
    assert (status, told["arrived"]) == (409, 100)
    assert "0 % is here" in text_of(client.get(str(where["page"]))) or "% is here" in text_of(client.get(str(where["page"])))
    status, told = send(client, str(where["part"]), 100, b"x", **{"X-Digest-So-Far": "0" * 64})
    assert (status, "not the one that was begun" in str(told["why"])) == (400, True)
    assert send(client, str(where["part"]), 100, content[100:])[0] == 200
    load = BatchLoad.objects.get()
    look_at(load.pk, at=AT)
    assert "Is this the right file?" in text_of(client.get(str(where["page"])))


def test_an_announcement_that_will_not_do_is_no_file(cast: Cast, browser: Browser) -> None:
    client = browser(cast.requester)
    sent = facts(purpose="", file_name="big.csv", file_size=10_000_000)
    assert client.post(NEW, sent, headers={"Accept": "application/json"}).status_code == 400
    sent = facts(file_name="big.csv", file_size=limits.MAX_FILE_BYTES + 1)
    assert client.post(NEW, sent, headers={"Accept": "application/json"}).status_code == 400
    assert not DisclosureRequest.objects.exists()


def test_a_new_request_is_announced_with_its_file_once(cast: Cast, browser: Browser) -> None:
    client = browser(cast.requester)
    sent = facts(file_name="big.csv", file_size=10_000_000)
    first = client.post(NEW, sent, headers={"Accept": "application/json"}).json()
    assert client.post(NEW, sent, headers={"Accept": "application/json"}).json() == first
    assert DisclosureRequest.objects.count() == BatchLoad.objects.count() == 1


@pytest.mark.parametrize("role", ["counsel", "auditor", "admin", "director", "recipient"])
def test_the_file_is_nobodys_business_in_the_office(cast: Cast, browser: Browser, role: str) -> None:
    dr = draft(cast)
    announce_file(dr.pk, actor=cast.requester, at=AT, name="a.csv", size=10)
    assert browser(getattr(cast, role)).get(path_of(dr)).status_code in (403, 404)


def test_the_page_of_the_request_says_when_a_file_is_not_here_whole(cast: Cast, browser: Browser) -> None:
    dr = draft(cast)
    announce_file(dr.pk, actor=cast.requester, at=AT, name="a.csv", size=10)
    page = browser(cast.requester).get(f"/requests/{dr.control_number}/").content.decode()
    assert "A file is not here whole." in page
    assert "a.csv: send the rest" in page
    assert "waits for your word" not in page


def test_another_agency_finds_no_file_and_sends_confirms_or_cancels_none(cast: Cast, browser: Browser) -> None:
    dr = draft(cast)
    load = announce_file(dr.pk, actor=cast.requester, at=AT, name="a.csv", size=10)
    client = browser(a_cast().official)
    assert client.get(path_of(dr)).status_code == 404
    for act in ("part", "take-in", "cancel"):
        assert client.post(f"{path_of(dr)}{load.pk}/{act}/").status_code == 404
    assert not BatchLoad.objects.get().is_over


def test_a_file_of_another_request_is_not_found_under_this_one(cast: Cast, browser: Browser) -> None:
    mine, other = draft(cast), empty_draft(cast)
    load = announce_file(other.pk, actor=cast.requester, at=AT, name="a.csv", size=10)
    assert browser(cast.requester).post(f"{path_of(mine)}{load.pk}/cancel/").status_code == 404
    assert browser(cast.requester).get(path_of(mine)).status_code == 404


def test_the_first_lines_are_shown_and_the_tin_is_not(cast: Cast, browser: Browser) -> None:
    client = browser(cast.requester)
    shown = client.get(client.post(NEW, facts(file=upload(csv_of([a_line(1, tin="900-70-1234")]))))["Location"])
    assert "Okafor" in text_of(shown)
    assert "900-70-1234" not in text_of(shown)
    assert not Line.objects.exists()


@pytest.mark.usefixtures("_nothing_is_small")
def test_a_large_file_goes_on_by_itself_and_the_page_says_how_far_it_is(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHUNK_LINES", 3)
    client = browser(cast.requester)
    answer = client.post(NEW, facts(file=upload(csv_of(MIXED))))
    assert "The file is looked at" in text_of(client.get(answer["Location"]))
    load = BatchLoad.objects.get()
    work_on(load.pk, clock=clock)
    assert confirm(client, answer)["Location"] == answer["Location"]
    while BatchLoad.objects.get().phase != "storing":
        work_on(load.pk, clock=clock, has_time=lambda: False)
    work_on(load.pk, clock=clock, has_time=lambda: False)
    shown = text_of(client.get(answer["Location"]))
    assert "3 of 7 lines" in shown
    assert "data-refresh-seconds" in shown
    dr = load.disclosure_request
    assert "being taken in" in text_of(client.get(f"/requests/{dr.control_number}/"))
    work_on(load.pk, clock=clock)
    shown = text_of(client.get(answer["Location"]))
    assert "7 lines are in" in shown
    assert "data-refresh-seconds" not in shown


def test_a_file_is_cancelled_on_its_page(cast: Cast, browser: Browser) -> None:
    client = browser(cast.official)
    dr = draft(cast)
    answer = client.post(
        f"/requests/{dr.control_number}/mend/",
        {"part": "file", "file-file": upload(csv_of(MIXED)), "file-replaces": "all", "file-once": ONCE},
    )
    load = BatchLoad.objects.get()
    assert client.post(f"{path_of(dr)}{load.pk}/cancel/").status_code == 302
    assert "nothing of it is kept" in text_of(client.get(answer["Location"]))
    refused = client.post(f"{path_of(dr)}{load.pk}/take-in/")
    assert (refused.status_code, again(dr).line_count) == (409, 1)
    assert Event.objects.filter(verb="take_in_file", is_refused=True).count() == 1


def test_a_request_that_moved_on_takes_no_file_in(cast: Cast, browser: Browser) -> None:
    dr = draft(cast)
    client = browser(cast.requester)
    client.post(
        f"/requests/{dr.control_number}/mend/",
        {"part": "file", "file-file": upload(csv_of(MIXED)), "file-replaces": "all", "file-once": ONCE},
    )
    load = BatchLoad.objects.get()
    moved = a_request(cast, State.SUBMITTED)
    BatchLoad.objects.filter(pk=load.pk).update(disclosure_request=moved)
    assert client.post(f"{path_of(moved)}{load.pk}/take-in/").status_code == 409
    assert again(moved).line_count == 1
