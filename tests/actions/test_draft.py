"""Beginning a request, and changing what it says before it is signed."""

from __future__ import annotations

import pytest

from requests.actions.draft import change_draft, draft_request
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.intake import return_to_agency
from requests.models import Authority, DisclosureRequest, Event, Finding
from requests.models.lifecycle import State
from requests.models.request import CONTROL_ALPHABET
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
PURPOSE = "To locate and charge subjects of open criminal investigations under 8 USC 1253."
CIVIL = "To collect civil penalties and carry out civil removal."


def begin(cast: f.Cast, **changes: object) -> DisclosureRequest:
    given = {"actor": cast.requester, "at": f.AT, "agency": cast.agency, "authority": f.the_authority(), "purpose": PURPOSE}
    return draft_request(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["requester", "official", "intake"])
def test_the_people_of_the_agency_and_intake_for_paper_begin_a_request(cast: f.Cast, role: str) -> None:
    drafted = begin(cast, actor=getattr(cast, role))
    f.check_deferred()
    assert (drafted.state, drafted.outcome, drafted.version) == ("draft", "", 1)
    event = Event.objects.get(disclosure_request=drafted)
    assert (event.verb, event.to_state, event.state_number) == ("draft", "draft", 0)
    assert event.stage == ("intake" if role == "intake" else "agency")


def test_a_control_number_is_the_year_and_eight_signs_that_are_not_mistaken_for_others() -> None:
    number = begin(f.a_cast()).control_number
    year, first, last = number.split("-")
    assert year == "26"
    assert set(first + last) <= set(CONTROL_ALPHABET)
    assert not set("ILOU") & set(CONTROL_ALPHABET)


@pytest.mark.parametrize("role", ["counsel", "approver", "releaser", "auditor", "director", "admin", "recipient"])
def test_nobody_else_begins_a_request(cast: f.Cast, role: str) -> None:
    with pytest.raises(NotYours):
        begin(cast, actor=getattr(cast, role))


def test_the_people_of_another_agency_do_not_begin_it() -> None:
    cast, other = f.a_cast(), f.a_cast()
    with pytest.raises(NotYours):
        begin(cast, actor=other.official)


def test_every_authority_but_the_written_track_is_closed_and_says_why(cast: f.Cast) -> None:
    for authority in Authority.objects.exclude(code="i2"):
        with pytest.raises(BadInput) as refused:
            begin(cast, authority=authority)
        assert authority.citation in str(refused.value)
        assert authority.why_closed in str(refused.value)


def test_a_purpose_is_needed() -> None:
    with pytest.raises(BadInput, match=r"^Purpose: it is empty"):
        begin(f.a_cast(), purpose=" \n")


def test_a_follow_up_needs_a_parent_of_the_same_agency_with_returned_lines() -> None:
    cast, other = f.a_cast(), f.a_cast()
    parent = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(1), f.a_defective_line(2)])
    child = begin(cast, parent=parent)
    assert child.parent == parent
    assert child.control_number != parent.control_number
    for wrong_cast, wrong_parent in ((other, parent), (cast, f.a_request(cast, State.IN_LEGAL_REVIEW))):
        with pytest.raises(BadInput, match="returned lines"):
            begin(wrong_cast, parent=wrong_parent)


def change(cast: f.Cast, dr: DisclosureRequest, **changes: object) -> DisclosureRequest:
    given = {"actor": cast.requester, "at": f.AT, "purpose": PURPOSE, "certified_solely": True}
    return change_draft(dr.pk, **(given | changes))  # type: ignore[arg-type]


def test_a_draft_changes_its_words_and_they_are_judged_again(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert not Finding.objects.filter(disclosure_request=dr, code="V14").exists()
    assert change(cast, dr, purpose=CIVIL).version == 1
    assert Finding.objects.get(disclosure_request=dr).code == "V14"
    change(cast, dr)
    assert not Finding.objects.filter(disclosure_request=dr).exists()
    change(cast, dr, certified_solely=False)
    assert Finding.objects.get(disclosure_request=dr).code == "V14"


def test_new_words_after_a_return_are_a_new_version_to_sign(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.RETURNED)
    changed = change(cast, dr, purpose=PURPOSE + " Amended.")
    assert (changed.version, changed.signed_version) == (2, 1)
    assert change(cast, dr).version == 2
    assert f.sign(cast, dr).state == "submitted"


def test_what_was_found_in_the_lines_is_found_again_in_the_new_version_without_its_decision(cast: f.Cast) -> None:
    lines = [f.a_line(number) for number in range(1, 52)]  # more than fifty for one official: V13
    dr = f.a_request(cast, State.IN_INTAKE, lines=[*lines, f.a_defective_line(60)])
    assert Finding.objects.get(disclosure_request=dr).code == "V13"
    return_to_agency(dr.pk, actor=cast.intake, at=f.AT)
    change(cast, dr)
    assert list(Finding.objects.filter(disclosure_request=dr, version=2).values_list("code", "decision")) == [("V13", "")]


@pytest.mark.parametrize("state", [state for state in State if state not in (State.DRAFT, State.RETURNED)])
def test_signed_words_are_not_changed(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        change(cast, dr)
    assert f.again(dr).purpose == dr.purpose


def test_only_the_agency_changes_its_draft_and_intake_its_own_paper_one(cast: f.Cast) -> None:
    dr, paper = f.draft(cast), begin(cast, actor=cast.intake)
    for stranger in (cast.intake, cast.counsel, cast.admin, f.a_person(Role.OFFICIAL, agency=f.an_agency())):
        with pytest.raises(NotYours):
            change(cast, dr, actor=stranger)
    assert change(cast, paper, actor=cast.intake, purpose="Amended.").purpose == "Amended."
    with pytest.raises(BadInput, match=r"^Purpose"):
        change(cast, dr, purpose="")
