"""A real browser for the tests, which reports whatever a page should not do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # Names resolve to nothing, so that no page can reach out even while it is being told on.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SIZE: ViewportSize = {"width": 1280, "height": 900}
WELL_KNOWN = "/usr/bin/chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """Return the path of a Chromium; without one, skip, or fail on a CI server."""
    named = os.environ.get("CHROMIUM")
    for candidate in (named, WELL_KNOWN, *map(shutil.which, NAMES)):
        if candidate and Path(candidate).is_file():
            return candidate
    reason = "no Chromium found: install one (apt install chromium), or set CHROMIUM to its path"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def launch() -> Iterator[Browser]:
    """Start a headless Chromium."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def origin(url: str) -> str:
    """Return scheme and host of an address, which is all of it for ``data:`` and the like."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open a page, and the list of what went wrong on it.

    That is each error on the console or in a script, each dialog, and each
    request to another origin than that of the first document.
    """
    problems: list[str] = []
    home: list[str] = []

    def on_request(request: Request) -> None:
        if not request.url.startswith(("http:", "https:", "ws:", "wss:")):
            return
        home.append(origin(request.url))
        if home[0] != home[-1]:
            problems.append(f"request to {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            problems.append(f"console: {message.text} ({where})")

    def on_dialog(dialog: Dialog) -> None:
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context = browser.new_context(viewport=SIZE, locale="en-US")
    context.on("request", on_request)
    context.on("console", on_console)
    context.on("dialog", on_dialog)
    context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        yield page, problems
    finally:
        context.close()


@contextmanager
def looked_at(browser: Browser, address: str) -> Iterator[Page]:
    """Open an address for tests that only look, on which nothing may go wrong meanwhile."""
    with watched(browser) as (page, problems):
        page.goto(address)
        yield page
        assert problems == []


def tidy(page: Page) -> None:
    """Make a page as good as new for the next test: left, nothing stored, as wide as before.

    A new context would cost a second, and each page in it twice the time.
    """
    page.unroute_all()
    if page.url.startswith("http"):
        page.evaluate("try { localStorage.clear(); sessionStorage.clear() } catch {}")
        left = origin(page.url)
        page.goto("about:blank")
        session = page.context.new_cdp_session(page)  # what was stored while it was left
        session.send(
            "Storage.clearDataForOrigin", {"origin": left, "storageTypes": "local_storage"}
        )
        session.detach()
    page.emulate_media(media="null", color_scheme="light")
    page.set_viewport_size(SIZE)
