"""The people and the browsers of the journeys, and the steps that they all take through the pages."""

from __future__ import annotations

import csv
import datetime as dt
import re
import secrets
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from disclosures.demo.people import PASSWORD, Cast, gather
from requests.calendar.office import office_day
from requests.models import BatchLoad, DisclosureRequest
from requests.models.lifecycle import State

DATA = Path(__file__).parents[1] / "data"
SINCE = dt.date.today().replace(month=1, day=1) - dt.timedelta(days=365)  # two years of safeguards ahead


class Office:
    """Everybody of the demonstration, each with a browser of their own, and one request on its way."""

    def __init__(self) -> None:
        self.cast: Cast = gather(since=SINCE)
        self.clients: dict[str, Client] = {}
        self.control_number = ""

    def browser(self, username: str) -> Client:
        """The signed-in browser of this person."""
        if username not in self.clients:
            self.clients[username] = Client()
            self.clients[username].force_login(self.cast.people[username])
        return self.clients[username]

    @property
    def request(self) -> DisclosureRequest:
        """The request as it stands now."""
        return DisclosureRequest.objects.get(control_number=self.control_number)

    def page(self, username: str) -> str:
        """The request's page as this person sees it."""
        return self.browser(username).get(f"/requests/{self.control_number}/").content.decode()

    def act(self, username: str, name: str, **fields: object) -> HttpResponse:
        """Send the form of one act, with the hidden values that stand on this person's page."""
        hidden = dict(re.findall(rf'name="({name}-[a-z_]+)" value="([^"]*)"', self.page(username)))
        sent = {f"{name}-{key}": value for key, value in fields.items()}
        return self.browser(username).post(f"/requests/{self.control_number}/do/{name}/", {**hidden, **sent})

    def ask(self, username: str, file: str) -> None:
        """Draft a request of this file through the page."""
        upload = SimpleUploadedFile(file, (DATA / file).read_bytes(), content_type="text/csv")
        response = self.browser(username).post("/requests/new/", {
            "authority": self.cast.authority.pk, "purpose": "To locate and charge the subjects of these investigations.",
            "information_asked": "", "certified_solely": "on", "once": secrets.token_hex(16), "file": upload,
        })  # fmt: skip
        assert response.status_code == 302, response.content.decode()
        self.control_number = response["Location"].split("/")[2]
        load = BatchLoad.objects.get(disclosure_request=self.request)
        assert self.browser(username).post(f"{response['Location']}{load.pk}/take-in/").status_code == 302

    def bring_to_counsel(self, official: str) -> None:
        """Sign, receive, pass on."""
        office = self.cast.people[official].offices.get()
        assert self.act(official, "submit", official=office.pk, password=PASSWORD).status_code == 302
        day = office_day(self.request.submitted_at).isoformat()
        assert self.act("intake", "receive", received_date=day, channel="upload").status_code == 302
        assert self.act("intake", "perfect").status_code == 302
        assert self.request.state == State.IN_LEGAL_REVIEW

    def review(self) -> None:
        """Counsel returns what is in question, writes the analysis and clears it; impairment finds nothing."""
        questioned = self.request.lines.filter(until_version=None, standing="questioned")
        numbers = ", ".join(str(number) for number in questioned.values_list("number", flat=True))
        if numbers:
            reason = "The place is not one where a letter would be put."
            assert self.act("counsel", "decide_lines", lines=numbers, decision="return", reason=reason).status_code == 302
        words = {"code": "(i)(2) reaches it.", "authority": "Listed by name.", "procedure": "Every line sets it forth."}
        assert self.act("counsel", "write_analysis", **words).status_code == 302
        assert self.act("counsel", "clear_legally").status_code == 302
        day = office_day(self.request.submitted_at).isoformat()
        said = {"determined_date": day, "reason": "Nobody objects.", "barred_lines": ""}
        assert self.act("impairment", "clear_impairment", **said).status_code == 302


def expected() -> dict[int, dict[str, str]]:
    """What the sample says of each line."""
    with (DATA / "golden_expected.csv").open() as file:
        return {int(row["line"]): row for row in csv.DictReader(file)}
