"""The hand-written pages: complete, in both languages, and true to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mkdocs.utils.yaml import get_yaml_loader, yaml_load
from support.building import ROOT
from test_imports import LAYERS

from digest.config import DigestConfig, RepositoryOptions
from digest.languageoptions import LanguageOptions
from digest.modeloptions import AnalystOptions

DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
HAN = re.compile("[\u4e00-\u9fff]")
FENCED = re.MULTILINE | re.DOTALL
CODE = re.compile(r"^```.*?^```", FENCED)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text(path: Path) -> str:
    """A page without its blocks of code."""
    return CODE.sub("", path.read_text("utf-8"))


def headings(path: Path) -> list[int]:
    """The levels of a page's headings."""
    return [len(marks) for marks in re.findall("^(#+) ", text(path), re.MULTILINE)]


def test_each_page_is_there_in_both_languages():
    assert sorted(path.name for path in (DOCS / "en").glob("*.md")) == PAGES
    assert {"guide.md", "configuration.md", "troubleshooting.md", "architecture.md"} <= {*PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_written_in_its_language(name):
    chinese, english = text(DOCS / name), text(DOCS / "en" / name)
    assert len(HAN.findall(chinese)) > 0.2 * len(chinese)
    assert len(HAN.findall(re.sub("`[^`]*`", "", english))) < 0.01 * len(english)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_the_same_parts_in_both_languages(name):
    assert headings(DOCS / name) == headings(DOCS / "en" / name)


def test_both_readmes_have_the_same_parts_and_lead_to_each_other():
    english, chinese = ROOT / "README.md", ROOT / "README.zh.md"
    assert headings(english) == headings(chinese)
    assert "(README.zh.md)" in english.read_text("utf-8")
    assert "(README.md)" in chinese.read_text("utf-8")


def test_both_readmes_begin_with_the_same_plugins():
    def plugins(name):
        readme = (ROOT / name).read_text("utf-8")
        [code] = re.findall("^```yaml\n(site_name:.*?)^```", readme, FENCED)
        return [[*plugin] for plugin in yaml_load(code)["plugins"]]

    # The theme's own search, were it there, would put ours out of action.
    assert plugins("README.md") == plugins("README.zh.md") == [["digest"]]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_links_of_the_readmes_lead_somewhere(name):
    for target in LINK.findall(text(ROOT / name)):
        path, _, anchor = target.partition("#")
        if re.match("[a-z]+:", target) or not path:
            continue
        assert (ROOT / path).is_file(), target
        if anchor:
            page = (ROOT / path).read_text("utf-8")
            known = {
                re.sub("[^a-z0-9 -]", "", line.lower()).replace(" ", "-")
                for line in re.findall("^#+ ([^{\n]*?) *(?:{.*)?$", page, re.MULTILINE)
            }
            assert anchor in known | set(re.findall(r"{ #([\w-]+) }", page)), target


def options() -> set[str]:
    """Every option of the plugin, those of its groups too."""
    groups = (DigestConfig, RepositoryOptions, AnalystOptions, LanguageOptions)
    return {name for group in groups for name, _ in group._schema}


@pytest.mark.parametrize("folder", [DOCS, DOCS / "en"])
def test_the_reference_tells_of_every_option(folder):
    rows = set(re.findall(r"^\| `(\w+)` \|", text(folder / "configuration.md"), re.MULTILINE))
    assert options() - rows == set()


@pytest.mark.parametrize("folder", [DOCS, DOCS / "en"])
def test_the_architecture_names_every_module(folder):
    page = text(folder / "architecture.md")
    rows = [
        {*re.findall(r"`(\w+)`", row)}
        for row in re.findall(r"^\|[^|]*\|([^|]*)\|", page, re.MULTILINE)
    ]
    for modules in LAYERS.values():
        assert {*modules} in rows, (
            f"no row of a table is: {', '.join(f'`{name}`' for name in modules)}"
        )


def test_the_navigation_lists_every_page_of_each_language():
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        nav = str(yaml_load(file, get_yaml_loader())["nav"])
    for name in PAGES:
        assert f"'{name}'" in nav
        assert f"'en/{name}'" in nav
