"""The visitor of the journeys finds what is out of order: each kind of fault, put into a page that is in order."""

from __future__ import annotations

import pytest

from tests.journeys.browser import ENTRANCE, Visitor

pytestmark = pytest.mark.browser

PUT_IN = """([tag, words, address]) => {
  const element = document.createElement(tag);
  element.textContent = words;
  if (address) element.src = address;
  document.querySelector("main").append(element);
  return new Promise((done) => setTimeout(done, 100));
}"""
FAULTS = (
    ("style", "h1 { color: red }", "", "style-src"),
    ("script", "let late = 1;", "", "script-src"),
    ("script", "", "/static/absent.js", "404 from GET"),
    ("img", "", "https://elsewhere.example/dot.png", "img-src"),
    ("h1", "Another heading", "", "has not one h1"),
    ("input", "", "", "label"),
)


WIDE_HEADING = "document.querySelector('h1').style.width = '500px'"
FAINT_WORDS = (
    "const faint = document.createElement('p'); faint.className = 'new-here'; faint.textContent = 'Faint';"
    "faint.style.color = '#ddd'; faint.style.background = '#fff'; document.querySelector('main').append(faint)"
)


def test_each_kind_of_fault_is_found(visitor: Visitor) -> None:
    for tag, words, address, found in FAULTS:
        _spoil(visitor, PUT_IN, [tag, words, address])
        with pytest.raises(AssertionError, match=found):
            visitor.look()
    _spoil(visitor, WIDE_HEADING)
    with pytest.raises(AssertionError, match="scrolls sideways"):
        visitor.look(narrow=True)
    _spoil(visitor, FAINT_WORDS)
    with pytest.raises(AssertionError, match="color-contrast"):
        visitor.look()
    visitor.examined -= {"MAIN new-here"}
    visitor.go(ENTRANCE, heading="Sign in")
    visitor.page.evaluate(FAINT_WORDS)
    with pytest.raises(AssertionError, match="color-contrast"):
        visitor.page.evaluate("history.replaceState(null, '', '/seen-before')")
        visitor.looked.add("/seen-before")
        visitor.look()


def _spoil(visitor: Visitor, script: str, given: list[str] | None = None) -> None:
    """Put a fault into the entrance, as if nobody had looked at it yet."""
    visitor.complaints.clear()
    visitor.looked.clear()
    visitor.go(ENTRANCE, heading="Sign in")
    visitor.looked.clear()
    visitor.page.evaluate(script, given)
