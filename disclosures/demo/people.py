"""Who is in the demonstration: agencies, two people in every role, officials, recipients, grants, safeguards."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from requests.models import (
    Agency,
    Authority,
    DelegationGrant,
    EngagedOfficial,
    Official,
    Person,
    Recipient,
    SafeguardStatus,
)
from requests.permissions import Role

PASSWORD = "demo"  # noqa: S105 - demonstration data only; the page says so

# code, name, kind, parent, title of its head, accounting code, division (names are public, divisions invented)
AGENCIES = (
    ("DHS", "Department of Homeland Security", "federal", "", "Secretary of Homeland Security", "FD801",
     "Correspondence Division North"),
    ("ICE", "U.S. Immigration and Customs Enforcement", "component", "DHS", "Director", "FD802",
     "Removal Orders Division, Great Plains"),
    ("DOJ", "Department of Justice", "federal", "", "Attorney General", "FD810", "Correspondence Division East"),
    ("FBI", "Federal Bureau of Investigation", "component", "DOJ", "Director of the Federal Bureau of Investigation", "FD811",
     "Wire Fraud Division, Lakeside"),
    ("DEA", "Drug Enforcement Administration", "component", "DOJ",
     "Administrator of the Drug Enforcement Administration", "FD812", "River Valley Division"),
    ("USAO", "United States Attorneys' Offices", "component", "DOJ", "United States attorney", "FD813",
     "Asset Division, Twelfth Floor"),
    ("HHS-OIG", "Department of Health and Human Services, Office of Inspector General", "federal", "",
     "Inspector General", "FD820", "Billing Fraud Division, Harbor"),
)  # fmt: skip

# role, first person, second person: invented names
OFFICE = (
    (Role.INTAKE, ("Daniel", "Brooks"), ("Lena", "Voss")),
    (Role.COUNSEL, ("Ruth", "Feldman"), ("Tomas", "Ibarra")),
    (Role.IMPAIRMENT, ("Luis", "Carrasco"), ("Hana", "Mori")),
    (Role.APPROVER, ("Michael", "Osei"), ("Dana", "Hale")),
    (Role.MATCHER, ("Priya", "Raman"), ("Erik", "Lund")),
    (Role.RELEASER, ("Grace", "Adeyemi"), ("Paul", "Novak")),
    (Role.AUDITOR, ("June", "Park"), ("Omar", "Said")),
    (Role.DIRECTOR, ("Ngozi", "Eze"), ("Walter", "Kim")),
    (Role.ADMIN, ("Ana", "Duarte"), ("Ben", "Achebe")),
)
# user name, roles, agency, first, last, office title
AGENCY_PEOPLE = (
    ("official", (Role.OFFICIAL,), "DEA", "Helen", "Marsh", "Administrator of the Drug Enforcement Administration"),
    ("official2", (Role.OFFICIAL,), "ICE", "Victor", "Lang", "Director"),
    ("official3", (Role.OFFICIAL,), "FBI", "Carla", "Jensen", "Director of the Federal Bureau of Investigation"),
    ("official4", (Role.OFFICIAL,), "USAO", "Samuel", "Ortega", "United States attorney"),
    ("official5", (Role.OFFICIAL,), "HHS-OIG", "Miriam", "Stein", "Inspector General"),
    ("requester", (Role.REQUESTER,), "DEA", "Kofi", "Barnes", ""),
    ("requester2", (Role.REQUESTER,), "ICE", "Ida", "Holm", ""),
    ("requester3", (Role.REQUESTER,), "FBI", "Leo", "Grant", ""),
    ("requester4", (Role.REQUESTER,), "USAO", "Nina", "Falk", ""),
)
RECIPIENTS = (("recipient", "DEA", "Sara", "Kowalski"), ("recipient2", "ICE", "Nadia", "Patel"))
RECIPIENTS_OF = {code: [username for username, of, *_ in RECIPIENTS if of == code] for _, code, *_ in RECIPIENTS}


@dataclasses.dataclass(slots=True)
class Cast:
    """Everybody of the demonstration, by user name; agencies by code."""

    people: dict[str, Person]
    agencies: dict[str, Agency]
    officials: dict[str, Official]
    authority: Authority


def gather(*, since: dt.date) -> Cast:
    """Make everybody and everything that stands still; what exists already stays as it is."""
    agencies: dict[str, Agency] = {}
    for code, name, kind, parent, head, number, division in AGENCIES:
        agencies[code], _ = Agency.objects.get_or_create(
            code=code,
            defaults={
                "name": name, "kind": kind, "parent": agencies.get(parent), "head_title": head,
                "accounting_code": number, "address": f"{division} (invented), 1 Example Plaza, Washington DC 20001",
            },
        )  # fmt: skip
    groups = {group.name: group for group in Group.objects.all()}
    hashed = make_password(PASSWORD)  # one hash for all: only the demonstration's people share it
    people: dict[str, Person] = {}
    officials: dict[str, Official] = {}
    for role, *names in OFFICE:
        for index, (first, last) in enumerate(names):
            username = role.value + ("" if index == 0 else str(index + 1))
            people[username] = _person(username, first, last, hashed, None, [groups[role.value]])
    for username, roles, code, first, last, title in AGENCY_PEOPLE:
        people[username] = _person(username, first, last, hashed, agencies[code], [groups[role.value] for role in roles])
        if title:
            officials[code], _ = Official.objects.get_or_create(
                person=people[username], agency=agencies[code], title=title, valid_from=since
            )
    for username, code, first, last in RECIPIENTS:
        people[username] = _person(username, first, last, hashed, agencies[code], [groups["recipient"]])
        engaged, _ = EngagedOfficial.objects.get_or_create(
            agency=agencies[code], name_key=f"{first} {last}".upper(),
            defaults={"name": f"{first} {last}", "title": "Special Agent"},
        )  # fmt: skip
        Recipient.objects.get_or_create(
            person=people[username], defaults={"engaged_official": engaged, "valid_from": since}
        )
    authority = Authority.objects.get(code="i2")
    for username in ("approver", "approver2"):
        DelegationGrant.objects.get_or_create(
            person=people[username], authority=authority,
            defaults={"order_reference": "Delegation Order 11-2, demonstration", "valid_from": since},
        )  # fmt: skip
    for agency in agencies.values():
        SafeguardStatus.objects.get_or_create(
            agency=agency,
            defaults={
                "status": "current", "reviewed_on": since, "valid_until": since + dt.timedelta(days=365 * 4),
                "recorded_by": people["director"], "note": "Demonstration review.",
            },
        )  # fmt: skip
    return Cast(people=people, agencies=agencies, officials=officials, authority=authority)


def _person(
    username: str, first: str, last: str, hashed: str, agency: Agency | None, groups: list[Group]
) -> Person:
    person, is_new = Person.objects.get_or_create(
        username=username,
        defaults={
            "first_name": first, "last_name": last, "email": f"{username}@example.invalid", "password": hashed,
            "agency": agency, "is_staff": agency is None,
        },
    )  # fmt: skip
    if is_new:
        person.groups.set(groups)
    return person
