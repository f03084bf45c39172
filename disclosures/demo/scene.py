"""The whole demonstration: who, what, and three hundred stories over eighteen months, the same for the same seed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence

import polars as pl
from django.db import connection, transaction
from django.db.models import Max

from disclosures.actions.load_registry import load_registry
from disclosures.demo.lines import FIRST, LAST, PLACES, STREETS, Row, draw_lines, frame_of
from disclosures.demo.people import Cast, gather
from disclosures.demo.share import SHARES, tell_share
from disclosures.demo.stories import ENGAGED, Plot, Story
from disclosures.models import RegistrySnapshot
from requests.actions.assign import can_work_on, take
from requests.actions.hold import ask_to_lift, lift_hold, place_hold
from requests.actions.lines import engaged_officials
from requests.actions.remind import skip_the_past
from requests.calendar.office import office_zone
from requests.models import ComponentDetermination, DisclosureRequest, Person
from requests.models.lifecycle import State
from requests.permissions import CASE_ROLES
from requests.rules.judge import read

MONTHS = 18
MANY = 60  # from here on, two processes are faster than one
# Every one of these stands in the demonstration, whatever the size: (agency, ends before this verb, days ago, how it
# ends). FBI's waits to be received and is due in these days; the check of impairment stops DEA's; USAO's approval is late;
# ICE's waits for the legal determination that would let the component ask in its own name, and a hold stops it.
EVERY_STATE = (
    ("DEA", "submit", 1, ""), ("FBI", "receive", 5, ""), ("USAO", "perfect", 10, ""), ("HHS-OIG", "resubmit", 24, ""),
    ("FBI", "clear_legally", 22, ""), ("DEA", "clear_impairment", 40, ""), ("USAO", "approve", 50, ""),
    ("ICE", "clear_legally", 26, ""), ("HHS-OIG", "match", 55, ""), ("DEA", "decide_match", 60, ""),
    ("FBI", "release", 58, ""), ("DEA", "close", 60, ""), ("HHS-OIG", "", 300, "denied"),
    ("DEA", "", 200, "withdrawn_early"), ("FBI", "", 150, "lapsed"), ("USAO", "", 250, "answered"),
)  # fmt: skip
AGENCIES = ("DEA", "ICE", "FBI", "USAO", "HHS-OIG")


def play(
    *, requests: int, seed: int, now: dt.datetime, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Fill an empty database: people, a registry, holds, and ``requests`` stories told by the same actions people use.

    The stories are told by two processes, each its own half; what is told depends on the seed alone. Returns how many.
    """
    since = (now - dt.timedelta(days=31 * MONTHS)).astimezone(office_zone()).date()
    cast = gather(since=since)
    determine(cast, since=since)
    plots = draw_all(requests=requests, seed=seed, now=now)
    if not RegistrySnapshot.objects.filter(is_in_use=True).exists():
        known = [row for plot in plots for row in plot.rows]
        file = registry_file(random.Random(seed), known, close=to_be_undecided(plots))  # noqa: S311 - a story, not a secret
        load_registry(io.BytesIO(file), source_name="demo-registry.csv", at=now, actor=None)
    know_engaged(cast, plots)
    if requests >= MANY:
        tell_in_two(cast, plots, seed=seed, now=now, progress=progress)
    else:
        tell(cast, plots, seed=seed, now=now, progress=progress)
    place_holds(cast, now=now)
    hand_out(now=now)
    skip_the_past(at=now)
    return len(plots)


def draw_all(*, requests: int, seed: int, now: dt.datetime) -> list[Plot]:
    """The plots of a seed, oldest first: the same in every process."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    return sorted(draw_plots(chance, count=requests, now=now), key=lambda plot: plot.begins)


def tell(
    cast: Cast, plots: Sequence[Plot], *, seed: int, now: dt.datetime, progress: Callable[[int], None] = lambda done: None
) -> None:
    """Tell these stories one after the other. Their lines are read in one go: reading has a cost per call.

    Nobody sees half a story: a worker that is running would remind people of its past days, or end it where it stands.
    """
    with connection.cursor() as cursor:  # a demonstration that is cut off is simply told again
        cursor.execute("SET synchronous_commit = off")
    read_together(plots)
    for index, plot in enumerate(plots):
        chance = random.Random(f"{seed} {plot.case}")  # noqa: S311 - a story, not a secret
        with transaction.atomic():
            told = Story(cast, plot, chance=chance, now=now).tell()
            skip_the_past(at=now, request_id=told.pk)
        progress(index + 1)


def know_engaged(cast: Cast, plots: Sequence[Plot]) -> None:
    """Keep who is engaged in the agencies' cases before any story is told, so that two stories never wait for each other."""
    for code, agency in cast.agencies.items():
        rows = [row for plot in plots if plot.agency == code for row in plot.rows]
        if rows:
            engaged_officials(frame_of(rows), agency.pk)


def read_together(plots: Sequence[Plot]) -> None:
    """Read names and addresses of all lines at once, and give each plot its own."""
    rows = [row for plot in plots for row in plot.rows]
    if not rows:
        return
    whole = read(frame_of(rows))
    start = 0
    for plot in plots:
        part = whole.slice(start, len(plot.rows))
        plot.frame = part.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
        start += len(plot.rows)


def tell_in_two(
    cast: Cast, plots: Sequence[Plot], *, seed: int, now: dt.datetime, progress: Callable[[int], None] = lambda done: None
) -> None:
    """Tell every second story in a process of its own, and the others here. Raises RuntimeError where the other one fails."""
    other = multiprocessing.get_context("spawn").Process(target=tell_share, args=(1, len(plots), seed, now))
    other.start()
    tell(cast, plots[::SHARES], seed=seed, now=now, progress=lambda done: progress(done * SHARES))
    other.join()
    if other.exitcode:
        raise RuntimeError("the second process that tells the demonstration failed")


def determine(cast: Cast, *, since: dt.date) -> None:
    """Record that FBI, DEA and USAO may ask in their own names; for ICE it waits, so its requests wait in legal review."""
    ice = cast.agencies["ICE"]
    ComponentDetermination.objects.get_or_create(
        agency=ice, authority=cast.authority, valid_from=since,
        defaults={
            "made_by": cast.people["counsel"], "valid_to": since + dt.timedelta(days=400),
            "reason": "Demonstration: the component heads its own investigations; the determination runs out.",
        },
    )  # fmt: skip


def draw_plots(chance: random.Random, *, count: int, now: dt.datetime) -> Iterator[Plot]:
    """One plot for every state, then as many more as asked for, spread over the months."""
    for agency, stops_at, days, ending in EVERY_STATE[:count]:
        returned = stops_at == "resubmit" or ending == "lapsed"
        yield with_lines(chance, Plot(
            agency=agency, begins=_office_hour(chance, now, days),
            stops_at=stops_at, line_count=chance.randint(3, 6), defects=int(returned), ending=ending or "answered",
            is_returned_first=returned,
        ))  # fmt: skip
    for _ in range(count - len(EVERY_STATE)):
        lines = chance.choices((1, 2, 4, 8, 14), weights=(30, 30, 25, 12, 3))[0]
        defects = chance.choice((0, 0, 1)) if lines > 1 else 0
        yield with_lines(chance, Plot(
            agency=chance.choices(AGENCIES, weights=(30, 20, 25, 15, 10))[0],
            begins=_office_hour(chance, now, chance.randint(1, 30 * MONTHS)),
            line_count=lines, defects=defects, questions=chance.choice((0, 0, 0, 1)) if lines > 3 else 0,
            ending=chance.choices(("answered", "one_barred", "denied", "withdrawn_early", "lapsed"), (80, 4, 6, 6, 4))[0],
            is_slow=chance.random() < 0.08, is_returned_first=chance.random() < 0.3,
        ))  # fmt: skip


def with_lines(chance: random.Random, plot: Plot) -> Plot:
    """The same plot with its case and its lines drawn."""
    plot.case = f"{plot.agency}-{plot.begins:%y}-{chance.randint(1000, 9999)}"
    plot.rows = draw_lines(
        chance, agency=plot.agency, case=plot.case, count=plot.line_count, engaged=list(ENGAGED), defects=plot.defects,
        questions=plot.questions,
    )  # fmt: skip
    return plot


def _office_hour(chance: random.Random, now: dt.datetime, days_ago: int) -> dt.datetime:
    day = (now - dt.timedelta(days=days_ago)).astimezone(office_zone())
    while day.weekday() >= 5:
        day -= dt.timedelta(days=1)
    return min(day.replace(hour=chance.randint(9, 16), minute=chance.randint(0, 59), second=0, microsecond=0), now)


def hand_out(*, now: dt.datetime) -> None:
    """Of every three requests that wait for the office, two are taken by somebody who may take the next step.

    What waits for matchers stays with all of them.
    """
    people = [person for person in Person.objects.order_by("username") if person.role_names & CASE_ROLES]
    waiting = DisclosureRequest.objects.open().exclude(state__in=[State.DRAFT, State.RETURNED, State.APPROVED]).order_by("pk")
    for index, dr in enumerate(waiting):
        able = [person for person in people if can_work_on(dr, person)]
        if able and index % 3:
            take(dr.pk, actor=able[index % len(able)], at=now)


def to_be_undecided(plots: Sequence[Plot]) -> list[Row]:
    """Two lines of each plot that stops before a matcher decides: theirs are to be close and not equal."""
    stopping = [plot.rows for plot in plots if plot.stops_at == "decide_match"]
    return [row for rows in stopping for row in [each for each in rows if each["address"].split()[0].isdigit()][:2]]


def registry_file(
    chance: random.Random, lines: Sequence[Row], *, close: Sequence[Row] = (), records: int = 2000
) -> bytes:
    """A snapshot of invented records: a third of the lines as they are, some that are only close, and strangers."""
    only_close = {id(row) for row in close}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["taxpayer_ref", "first_name", "last_name", "address"])
    for index, row in enumerate(lines):
        fate = chance.random()
        number, _, rest = row["address"].partition(" ")
        if fate < 0.33 and rest and id(row) not in only_close:
            writer.writerow([f"L{index:06d}", row["first_name"], row["last_name"], row["address"]])
        elif (fate < 0.38 or id(row) in only_close) and number.isdigit():
            writer.writerow([f"L{index:06d}", row["first_name"], row["last_name"], f"{int(number) + 2} {rest}"])
    for index in range(records):
        city, state, zip5 = chance.choice(PLACES)
        address = f"{chance.randint(100, 4999)} {chance.choice(STREETS)}, {city} {state} {zip5}"
        writer.writerow([f"D{index:06d}", chance.choice(FIRST), chance.choice(LAST), address])
    return out.getvalue().encode()


def place_holds(cast: Cast, *, now: dt.datetime) -> None:
    """One hold that begins now, on one agency, and one on one request that two people lifted.

    The stories are told by then, so a hold may only lie where it contradicts none: after all of them, or between what last
    happened to a request and now.
    """
    director, counsel = cast.people["director"], cast.people["counsel"]
    place_hold(
        actor=director, at=now, order_reference="Demonstration order, D. Example No. 26-0001",
        reason="A demonstration stay of new disclosures to this component.", acts=["approve", "release", "download"],
        starts_on=now.astimezone(office_zone()).date(), authority=cast.authority, agency=cast.agencies["ICE"],
    )  # fmt: skip
    waiting = DisclosureRequest.objects.filter(state__in=[State.IN_LEGAL_REVIEW, State.AWAITING_APPROVAL])
    quiet = waiting.exclude(agency=cast.agencies["ICE"]).annotate(last=Max("events__occurred_at")).order_by("last", "pk").first()
    if quiet is None:
        return
    since, third = quiet.last, (now - quiet.last) / 3
    lifted = place_hold(
        actor=counsel, at=since + third, order_reference="Direction of the office, demonstration",
        reason="The agency asked to wait for a ruling.", acts=["approve", "release"],
        starts_on=(since + third).astimezone(office_zone()).date(), disclosure_request=quiet,
    )  # fmt: skip
    ask_to_lift(lifted.pk, actor=counsel, at=since + third * 1.5, reference="The ruling came in.")
    lift_hold(lifted.pk, actor=director, at=since + third * 2)
