"""The visitor of the journeys finds what is out of order: each kind of fault, put into a page that is in order."""

from __future__ import annotations

import pytest

from tests.journeys.browser import Visitor

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


def test_a_fault_in_a_page_is_found(visitor: Visitor) -> None:
    for tag, words, address, found in FAULTS:
        visitor.looked.clear()
        visitor.complaints.clear()
        visitor.go("/accounts/login/", heading="Sign in")
        visitor.looked.clear()
        visitor.page.evaluate(PUT_IN, [tag, words, address])
        with pytest.raises(AssertionError, match=found):
            visitor.look()


def test_a_page_that_scrolls_sideways_is_found(visitor: Visitor) -> None:
    visitor.go("/accounts/login/", heading="Sign in")
    visitor.looked.clear()
    visitor.page.evaluate("document.querySelector('h1').style.width = '500px'")
    with pytest.raises(AssertionError, match="scrolls sideways"):
        visitor.look(narrow=True)


def test_words_too_faint_to_read_are_found_also_on_a_page_that_was_looked_at(visitor: Visitor) -> None:
    visitor.go("/accounts/login/", heading="Sign in")
    visitor.looked.clear()
    visitor.page.evaluate(
        "const faint = document.createElement('p'); faint.className = 'new-here'; faint.textContent = 'Faint';"
        "faint.style.color = '#ddd'; faint.style.background = '#fff'; document.querySelector('main').append(faint)"
    )
    with pytest.raises(AssertionError, match="color-contrast"):
        visitor.look()
