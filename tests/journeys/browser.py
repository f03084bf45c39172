"""A real Chromium before a real web server, and a visitor who finds no page out of order."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, ViewportSize, sync_playwright

from disclosures.demo.people import PASSWORD

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds until a page or an element counts as missing
MANY_TABS = 150

# Axe would load the style sheets once more, in a way that the policy refuses.
AXE = {"resultTypes": ["violations"], "preload": False}
# Contrast takes axe three quarters of its time. It is a matter of tags and classes: only what has new ones is looked at.
WITHOUT_CONTRAST = AXE | {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST = AXE | {"runOnly": ["color-contrast"]}
LOOKS_OF = """() => [...new Set([...document.querySelectorAll("body *")].flatMap(
  (element) => [element.tagName, ...element.classList].map((name) => `${element.parentElement.tagName} ${name}`)))]"""
# Axe is in the page already: the whole of it was examined first.
CONTRAST_OF = """([looks, options]) => {
  const are = new Set(looks);
  const elements = [...document.querySelectorAll("body *")].filter((element) =>
    [element.tagName, ...element.classList].some((name) => are.has(`${element.parentElement.tagName} ${name}`)));
  return axe.run({include: elements}, options);
}"""
ENTRANCE = "/accounts/login/"
SAME_FOR_ALL = {ENTRANCE, "/accounts/logout/"}  # examined once, not for each of twelve people

# Runs in each page before its own scripts: what the policy refused, also where the console says nothing.
HEAR_THE_POLICY = """
window.refusedByPolicy = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.refusedByPolicy.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
HAS_THE_FOCUS = """element => {
  if (element !== document.activeElement) return "elsewhere";
  const looks = getComputedStyle(element);
  const isSeen = element.matches(":focus-visible") && (looks.outlineStyle !== "none" || looks.boxShadow !== "none");
  return isSeen ? "seen" : "unseen";
}"""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The application on a free port of this machine, in threads of this process; gives its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine. Skips the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("No Chromium here, so no page is looked at in a browser. To get one: apt-get install chromium")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=ARGUMENTS) as browser:
        yield browser


class Visitor:
    """One person after the other before one browser window. Every page that is looked at has to be in order."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = browser.new_context(viewport=WIDE, base_url=address)
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(HEAR_THE_POLICY)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.looked: set[str] = set()  # the addresses of the pages that were looked at
        self.examined: set[str] = set()  # tags and classes, each within its parent's tag, whose contrast was looked at
        self.expected_status = 200
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("response", self._receive)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser repeats every status from 400 on; _receive judges them.
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            self.complaints.append(f"console, {message.type}: {message.text}")

    def _receive(self, response: Response) -> None:
        wanted = self.expected_status if response.request.is_navigation_request() else 200
        if response.status >= 400 and response.status != wanted:
            self.complaints.append(f"{response.status} from {response.request.method} {response.url}")

    def look(self, *, heading: str = "", narrow: bool = False) -> None:
        """The page as it stands is in order: one heading, no complaint, nothing that axe finds.

        Nothing scrolls sideways. ``heading`` has to stand in the heading; ``narrow`` also looks at 390 px.
        """
        page, where = self.page, urlsplit(self.page.url).path
        was_seen = where in self.looked
        self.looked.add(where)
        assert page.locator("h1:visible").count() == 1, f"{where} has not one h1"
        assert heading in page.locator("h1").inner_text(), f"{where} is about something else"
        refused = page.evaluate("window.refusedByPolicy")
        assert (refused, self.complaints) == ([], []), f"{where}: {refused} {self.complaints}"
        if was_seen and where in SAME_FOR_ALL:
            return
        looks = set(page.evaluate(LOOKS_OF)) - self.examined
        found = [Axe().run(page, options=WITHOUT_CONTRAST)]
        if looks:
            found.append(AxeResults(page.evaluate(CONTRAST_OF, [sorted(looks), CONTRAST])))
        self.examined |= looks
        assert not any(each.violations_count for each in found), f"{where}: {[each.generate_report() for each in found]}"
        self._does_not_scroll_sideways(WIDE)
        if narrow:
            page.set_viewport_size(NARROW)
            self._does_not_scroll_sideways(NARROW)
            page.set_viewport_size(WIDE)

    def _does_not_scroll_sideways(self, viewport: ViewportSize) -> None:
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{urlsplit(self.page.url).path} scrolls sideways by {over} px at {viewport['width']} px"

    def go(self, path: str, *, status: int = 200, heading: str = "", narrow: bool = False) -> None:
        """Open an address by hand and look at the page; its status has to be this one."""
        self.expected_status = status
        response = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path} answers {response.status}"
        self.look(heading=heading, narrow=narrow)
        self.expected_status = 200

    def follow(self, words: str, *, heading: str = "", narrow: bool = False) -> None:
        """Follow the link with these words, and look at the page behind it."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words, exact=True).first.click()
        self.look(heading=heading, narrow=narrow)

    def press(self, words: str, *, says: str = "") -> None:
        """Press the button with these words; the page that comes then says ``says`` as its news."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).click()
        if says:
            self.page.get_by_role("status").filter(has_text=says).first.wait_for()

    def open(self, words: str) -> None:
        """Unfold what has this summary."""
        self.page.locator("summary").filter(has_text=words).first.click()

    def fill(self, **fields: str) -> None:
        """Fill in fields by their names, a double underscore standing for a hyphen."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name.replace("__", "-")}"]').fill(value)

    def choose_file(self, file: Path) -> None:
        """Choose this file in the one field of this page that takes a file."""
        self.page.locator('main input[type="file"]').set_input_files(file)

    def tick(self, words: str) -> None:
        """Tick the box, or choose the option, with this label."""
        self.page.get_by_label(words).check()

    def download(self, words: str) -> str:
        """The text of the file behind the link with these words."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=words, exact=True).click()
        return Path(coming.value.path()).read_text(encoding="utf-8-sig")

    def post(self, path: str, **fields: str) -> int:
        """Send a form that stands on no page, with the token of this window; gives the status of the answer."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        form = {**fields, "csrfmiddlewaretoken": cookies["csrftoken"]}
        return self.context.request.post(path, form=form, headers={"Referer": self.address}).status

    def sign_in(self, username: str) -> None:
        """Through the entrance to the desk; whoever left before left the entrance open."""
        if urlsplit(self.page.url).path != ENTRANCE:
            self.go(ENTRANCE, heading="Sign in")
        self.fill(login=username, password=PASSWORD)
        self.press("Sign in")
        self.look(heading="Your desk", narrow=True)

    def sign_out(self) -> None:
        """By the menu, until the desk is closed to whoever comes next."""
        self.page.locator("details.me summary").click()
        self.follow("Sign out", heading="Sign out")
        self.press("Sign out")
        self.left()

    def left(self) -> None:
        """Nobody is signed in any more."""
        self.page.goto("/")
        assert urlsplit(self.page.url).path == ENTRANCE, self.page.url

    # --- the keyboard alone ---

    def reach(self, target: Locator) -> None:
        """Press Tab until this has the focus, and shows it."""
        for _ in range(MANY_TABS):
            self.page.keyboard.press("Tab")
            standing = target.evaluate(HAS_THE_FOCUS)
            if standing != "elsewhere":
                assert standing == "seen", f"the focus is not seen on {target}"
                return
        raise AssertionError(f"{MANY_TABS} times Tab do not lead to {target}")

    def reach_field(self, name: str, value: str) -> None:
        """Tab to the field of this name and type; in a select, what is typed chooses."""
        self.reach(self.page.locator(f'[name="{name}"]'))
        self.page.keyboard.type(value)

    def reach_and_enter(self, role: str, words: str) -> None:
        """Tab to the link or button with these words, press Enter, and wait for the page that comes."""
        self.reach(self.page.get_by_role(role, name=words, exact=True).first)  # type: ignore[arg-type]
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def reach_and_open(self, words: str) -> None:
        """Tab to this summary and unfold it with Space."""
        summary = self.page.locator("summary").filter(has_text=words).first
        self.reach(summary)
        self.page.keyboard.press("Space")
        assert summary.evaluate("element => element.parentElement.open")
