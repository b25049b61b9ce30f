"""A real browser: Chromium as installed on this machine, driven by playwright."""

from __future__ import annotations

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests. Without one they are skipped, and in CI they fail."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        words = f"NO BROWSER: none of {', '.join(NAMES)} is installed, so no page was looked at"
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; our own code here is plain and blocking.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """The server of pytest-django, started once the database is a file.

    Started before, it takes the name in the settings for a database in memory, and shares one
    connection between its threads and the test: SQLite crashes on that.
    """
    return live_server


@pytest.fixture
def open_page(browser, live_server):
    """Opens pages, each in a session of its own: `open_page("/claims/", width=360, dark=True)`.

    At the end of the test no page may have raised a script error or broken the content policy.
    """
    contexts = []
    complaints = []

    def listen(message):
        # What axe-core itself tries to style has no address.
        is_ours = bool(message.location["url"])
        if is_ours and message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def opened(path="/", *, width=1280, height=900, dark=False):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    opened.complaints = complaints
    yield opened

    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def faults():
    """Returns what axe-core finds on a page, as readable lines; [] is what we want."""
    axe = Axe()

    def found(page):
        # Only these are described node by node: passes are many, and cost as much.
        options = {"resultTypes": ["violations"]}
        violations = axe.run(page, options=options).response["violations"]
        return [
            f"{violation['impact']} {violation['id']}: {node['html'][:200]}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return found
