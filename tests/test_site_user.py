"""The user's own pages, navigation, plugins and theme, with the digest beside them."""

from __future__ import annotations

import pytest
from support.building import PLAIN, Project
from support.collectedsite import FORGE, NOW, copy_of, entries, external, titles
from support.site import check_links, outline


def test_pages_of_the_user_go_first(tmp_path, collected):
    """Their home page stays, their folders become sections, and the archive is beside them."""
    docs = {
        "index.md": "# Welcome\n\n[The archive](archive/index.md), [a day](2026/02/13.md)\n",
        "about.md": "# About us\n",
        "guide/one.md": "# First steps\n",
    }
    project = copy_of(collected, tmp_path / "project", docs=docs)
    project.build(now=NOW)
    assert [text for _, _, text in outline(project.page(""))] == ["Welcome"]
    assert titles(project.page("guide/one/")) == [
        *("Welcome", "Archive", "Repositories", "Views", "About us", "Guide", "First steps")
    ]
    assert check_links(project.site, allowed=external) == []


def test_a_readme_is_a_home_page_too(tmp_path, collected):
    project = copy_of(collected, tmp_path / "project", docs={"README.md": "# Read me\n"})
    project.build(now=NOW)
    assert [text for _, _, text in outline(project.page(""))] == ["Read me"]


def test_the_navigation_of_the_user_is_kept(tmp_path, collected):
    docs = {"about.md": "# About us\n", "index.md": "# Welcome\n"}
    nav = [{"Start": "index.md"}, {"More": [{"Days": "archive/index.md"}, "about.md"]}]
    project = copy_of(collected, tmp_path / "project", docs=docs, top={"nav": nav})
    project.build(now=NOW)
    assert titles(project.page("2026/"))[:5] == ["Start", "More", "Days", "2026", "2026-02"]
    assert titles(project.page("about/")) == [
        *("Start", "More", "Days", "About us", "Repositories", "Views")
    ]


def test_a_navigation_that_does_not_name_the_archive_gets_it(tmp_path, collected):
    docs = {"about.md": "# About us\n"}
    project = copy_of(collected, tmp_path / "project", docs=docs, top={"nav": ["about.md"]})
    project.build(now=NOW)
    assert titles(project.page("about/")) == [
        *("Home", "Archive", "Repositories", "Views", "About us")
    ]


@pytest.mark.parametrize(
    ("path", "address"), [("2026/02/13.md", "2026/02/13/"), ("archive.md", "archive/")]
)
def test_a_page_of_the_users_where_ours_is_linked_to_stops_the_build(
    tmp_path, collected, path, address
):
    project = copy_of(collected, tmp_path / "project", docs={path: "# My own\n"})
    done = project.build(*PLAIN, now=NOW, fails=True)
    assert f"docs_dir has a page that would be published at '{address}'" in done.stderr


def test_other_plugins_and_flat_addresses_are_fine(tmp_path, collected):
    plugins = Project(collected).config["plugins"]
    docs = {"tags.md": "# Tags\n", "about.md": "---\ntags: [house]\n---\n# About\n"}
    top = {
        "plugins": [{"tags": {}}, *plugins, {"info": {"enabled": False}}],
        "use_directory_urls": False,
        "site_url": "https://example.org/digest/",
        "repo_url": "https://github.com/acme/site",
        "edit_uri": "edit/main/docs/",
        "theme": Project(collected).config["theme"] | {"features": ["content.action.edit"]},
    }
    project = copy_of(collected, tmp_path / "project", docs=docs, top=top)
    project.build(now=NOW)
    html = (project.site / "2026" / "02" / "13.html").read_text("utf-8")
    assert html.count("digest-entry") == 6
    assert "/edit/main/docs/2026" not in html, "there is no such file to edit"
    ours = ("https://example.org/digest/", FORGE, "https://squidfunk.github.io/")
    problems = check_links(
        project.site,
        allowed=lambda address: address.startswith(ours),
        site_url="https://example.org/digest/",
    )
    assert problems == []


def test_the_site_works_with_the_theme_of_mkdocs(tmp_path, collected):
    top = {"theme": "mkdocs", "markdown_extensions": []}
    project = copy_of(collected, tmp_path / "project", top=top)
    project.only_digest()
    project.build(now=NOW)
    html = project.page("2026/02/13/")
    assert html.count("<table") == 4
    for page, anchor, _ in entries(collected):
        if page == "2026/02/13/":
            assert f'id="{anchor}"' in html


def test_a_build_that_a_hook_stops_leaves_the_site_as_it_was(tmp_path, collected):
    """Our search puts its files aside before the folder is emptied, behind all that may stop it."""
    project = copy_of(collected, tmp_path / "project")
    project.only_digest()
    project.build(now=NOW)
    before = project.files()
    assert [path for path in before if path.startswith("search/s/")]
    hook = project.folder / "hook.py"
    hook.write_text(
        "from mkdocs.exceptions import PluginError\n"
        "def on_pre_build(**_):\n"
        "    raise PluginError('not today')\n",
        "utf-8",
    )
    project.configure(project.config | {"hooks": ["hook.py"]})
    done = project.build(now=NOW, fails=True)
    assert "not today" in done.stderr
    assert project.files() == before


@pytest.mark.parametrize("whose", ["ours", "the theme's", "the user's"])
def test_scripts_of_the_themes_search_are_published_where_it_is_used(tmp_path, collected, whose):
    project = copy_of(collected, tmp_path / "project")
    if whose != "the theme's":
        project.only_digest()
    if whose == "the user's":
        box = project.folder / "own" / "partials" / "search.html"
        box.parent.mkdir(parents=True)
        box.write_text('<div data-md-component="search"></div>', "utf-8")
        theme = project.config["theme"] | {"custom_dir": "own"}
        project.configure(project.config | {"theme": theme})
    project.build(now=NOW)
    scripts = [path for path in project.files() if path.startswith("assets/javascripts/")]
    worker = [path for path in scripts if "/lunr/" in path or "/workers/search." in path]
    assert bool(worker) == (whose != "ours")
    assert [path for path in scripts if path.startswith("assets/javascripts/bundle.")]
    waits = 'data-md-component="search"' in project.page("")
    assert waits == (whose != "ours"), "the theme loads them where it finds its box"


@pytest.mark.parametrize("folder", ["docs", "own"])
def test_scripts_of_the_user_beside_those_of_the_themes_search(tmp_path, collected, folder):
    project = copy_of(collected, tmp_path / "project")
    project.only_digest()
    mine = "assets/javascripts/lunr/mine.js"
    file = project.folder / folder / mine
    file.parent.mkdir(parents=True)
    file.write_text("// mine", "utf-8")
    if folder == "own":
        theme = project.config["theme"] | {"custom_dir": folder}
        project.configure(project.config | {"theme": theme})
    project.build(now=NOW)
    assert [path for path in project.files() if "/lunr/" in path] == [mine]
