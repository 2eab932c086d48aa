"""Fixtures that several tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from digest import ahead, processes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from support.building import Project
    from support.gitrepo import GitRepo

pytest.register_assert_rewrite("support")
"""What a helper compares is told when it fails, as in a test."""

FIRST = (
    "test_year",
    "test_day_browser",
    "test_kinds_browser",
    "test_site",
    "test_site_builds",
    "test_site_user",
    "test_search_browser",
    "test_site_browser",
    "test_views_browser",
    "test_size_browser",
    "test_search_engine_browser",
    "test_pages_structure",
    "test_rendering_builds",
)
"""Modules that take long: begun first, they do not keep one process busy at the end alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules that take long in front."""
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(FIRST)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests of a process."""
    from support.browser import launch

    with launch() as browser:
        yield browser


@pytest.fixture(scope="session")
def scriptless(browser: Browser) -> Iterator[Page]:
    """A page in which no script runs, so that nothing is left in it for the next test."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page for the tests of a module, and what went wrong on it."""
    from support.browser import watched

    with watched(browser) as (page, problems):
        yield page, problems


@pytest.fixture
def page(tab: tuple[Page, list[str]]) -> Iterator[Page]:
    """An empty page with nothing stored; the test fails on errors, dialogs and strange requests.

    Strange are those to another origin than the first of the module's.
    """
    from support.browser import tidy

    page, problems = tab
    yield page
    tidy(page)
    if problems:
        told = "\n".join(["the page did what it should not:", *problems])
        problems.clear()
        pytest.fail(told)


@pytest.fixture(scope="session")
def reader_site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site of 30 days and three repositories in Chinese and English, built once in a run."""
    from support.readersite import reader_site

    return reader_site(tmp_path_factory)


@pytest.fixture(scope="session")
def short_site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same a day later, with all but that day told in short; built once in a run."""
    from support.readersite import short_site

    return short_site(tmp_path_factory)


@pytest.fixture(scope="session")
def search_site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site of 20 days in Chinese with our own search, built once in a run."""
    from support.searchsite import search_site

    return search_site(tmp_path_factory)


@pytest.fixture(scope="session")
def hourly(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """A repository of 200 files and 400 hourly commits, to be cloned and not to be changed."""
    from support.mirroring import hourly

    return hourly(tmp_path_factory.mktemp("hourly") / "upstream")


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three repositories, collected once in a run and not built; not to be changed."""
    from support.collectedsite import collected_once

    return collected_once(tmp_path_factory)


@pytest.fixture(params=["fork", "spawn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How processes are started, whatever else runs in this one."""
    for module in (processes, ahead):
        monkeypatch.setattr(module, "are_forked", lambda: request.param == "fork")
    return str(request.param)
