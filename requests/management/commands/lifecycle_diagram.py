"""Draw docs/lifecycle.md from the lifecycle itself, so that the page cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from requests.actions.clocks import LIMITS
from requests.management.base import NEGATIVE, TrackerCommand
from requests.models import Clock
from requests.models.lifecycle import BEFORE_RESPONSE, State
from requests.permissions import APART, Role, Stage
from requests.queries import move, sources, transitions

PATH = settings.BASE_DIR / "docs" / "lifecycle.md"
ENDS = (State.CLOSED, State.WITHDRAWN, State.LAPSED)


class Command(TrackerCommand):
    """Prints the page, writes it, or says whether the written one is current."""

    help = "Draw the lifecycle as a page: a diagram and a table of all verbs. Exit code 1 with --check: it is out of date."
    example = "manage.py lifecycle_diagram --write"
    needs_server = False

    def add_arguments(self, parser: CommandParser) -> None:
        """--write or --check."""
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--write", action="store_true", help="Write docs/lifecycle.md.")
        group.add_argument("--check", action="store_true", help="Say whether docs/lifecycle.md is current.")

    def act(self, **options: Any) -> int:
        """Print, write or compare the page."""
        page = lifecycle_markdown()
        if options["write"]:
            PATH.write_text(page, encoding="utf-8")
        is_current = PATH.exists() and PATH.read_text(encoding="utf-8") == page
        if options["json"]:
            self.print_json({"path": str(PATH.relative_to(settings.BASE_DIR)), "is_current": is_current})
        elif options["check"]:
            self.stdout.write("It is current." if is_current else "It is out of date: run lifecycle_diagram --write.")
        elif not options["write"]:
            self.stdout.write(page, ending="")
        return NEGATIVE if options["check"] and not is_current else 0


def lifecycle_markdown() -> str:
    """The page: a Mermaid state diagram, the table of verbs, the conditions with their sources, four eyes."""
    parts = [
        "# The life of a request",
        "Drawn from `requests/models/lifecycle.py` by `manage.py lifecycle_diagram --write`; a test keeps it current. "
        "Do not edit it here.",
        "```mermaid\n" + "\n".join(_diagram()) + "\n```",
        f"Withdraw leads from every state before the response ({', '.join(_label(state) for state in BEFORE_RESPONSE)}) to "
        f"{_label(State.WITHDRAWN)}; the diagram leaves those arrows out.",
        "## Verbs",
        _table(("verb", "from", "to", "who", "stage", "clocks", "what must hold"), _verbs()),
        "## Conditions",
        _table(("condition", "where it does not hold", "source", "who mends it"), _conditions()),
        "## Clocks",
        _table(("clock", "parameter", "unit"), ((Clock.Kind(kind).label, f"`{name}`", f"{unit} days")
                                                for kind, (name, unit) in LIMITS.items())),
        "## Four eyes",
        "Who acted in the first stage of a request does not act in the others. The database says so again.",
        _table(("stage", "apart from"), ((_words(stage), ", ".join(_words(each) for each in Stage if each in others))
                                         for stage, others in APART.items() if others)),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _label(state: str) -> str:
    return str(State(state).label)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _moves() -> Iterator[tuple[str, list[str], Any]]:
    """Every verb with the states it leads from, in the order of the lifecycle, and one of its transitions."""
    for verb in transitions():
        froms = [state for state in State.values if state in sources(verb)]
        yield verb, froms, move(verb, froms[0])


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    for value, label in State.choices:
        yield f"    {value}: {label}"
    yield f"    [*] --> {State.DRAFT.value}"
    for verb, froms, step in _moves():
        if verb != "withdraw":
            for state in froms:
                yield f"    {state} --> {State(step.target).value}: {verb}"
    for state in ENDS:
        yield f"    {state.value} --> [*]"


def _verbs() -> Iterator[tuple[str, ...]]:
    for verb, froms, step in _moves():
        custom = step.custom
        clocks = [f"starts {_words(kind)}" for kind in custom["starts"]]
        clocks += [f"ends {'all' if kind == '*' else _words(kind)}" for kind in custom["ends"]]
        clocks += [f"{word} {_words(custom[word])}" for word in ("pauses", "resumes") if word in custom]
        yield (
            f"`{verb}`",
            "every state before the response" if verb == "withdraw" else ", ".join(_label(state) for state in froms),
            _label(step.target),
            _who(verb, froms),
            _words(custom["stage"]),
            "; ".join(clocks),
            ", ".join(f"`{condition.__name__}`" for condition in step.conditions),
        )


def _who(verb: str, froms: list[str]) -> str:
    """Who may, found by asking the permission for one person of each role and for the system."""
    by_state = {state: _allowed(verb, state) for state in froms}
    if len(set(by_state.values())) == 1:
        return by_state[froms[0]]
    return "; ".join(f"{_label(state)}: {who}" for state, who in by_state.items())


def _allowed(verb: str, state: str) -> str:
    plain, on_paper = _ask(verb, state, drafted_by=0), _ask(verb, state, drafted_by=1)
    entered = [f"{who} for what they entered from paper" for who in on_paper if who not in plain]
    return ", ".join(plain + entered)


def _ask(verb: str, state: str, *, drafted_by: int) -> list[str]:
    dr = SimpleNamespace(agency_id=1, people_by_stage={}, state=state, drafted_by_id=drafted_by)
    people: dict[str, Any] = {
        role.value: SimpleNamespace(pk=1, is_active=True, agency_id=1, role_names=frozenset({role.value}))
        for role in Role
    }
    permission = move(verb, state).permission
    return [who for who, person in (people | {"system": None}).items() if permission(dr, person)]


def _conditions() -> Iterator[tuple[str, ...]]:
    seen: dict[str, tuple[str, ...]] = {}
    for _, _, step in _moves():
        for condition in step.conditions:
            unmet = condition.unmet()
            seen.setdefault(unmet.name, (f"`{unmet.name}`", unmet.text, unmet.source, unmet.mended_by))
    yield from seen.values()


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
