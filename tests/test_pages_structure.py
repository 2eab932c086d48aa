"""The structure of pages, which is theirs whatever a commit says."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from support import records
from support.daypages import (
    DAY,
    ENGINE,
    PLAIN,
    day_page,
    entry,
    repository,
    section,
    state,
    templates,
    views,
)
from support.dialects import (
    Shape,
    commonmark_shape,
    html,
    outline_is_sound,
    skeleton,
    skeleton_and_headings,
    without_front_matter,
)
from support.hostile import (
    AUTHORS,
    BODIES,
    CHARACTERS,
    CORPUS,
    HTML,
    LINE_STARTS,
    MARKUP,
    PATHS,
    visible,
)
from support.roundups import roundups
from support.site import outline

from digest.facts.extract import extract
from digest.factviews import SHOWN
from digest.model import (
    LEVELS,
    Analysis,
    Area,
    BreakingChange,
    Coverage,
    DependencyChange,
    Entry,
    Evidence,
    Failure,
    Importance,
    Insight,
    InterfaceChange,
    Provenance,
    Recommendation,
    References,
    Revert,
    Risk,
    Statement,
    Unread,
)
from digest.pages import Pages
from digest.pageviews import EntryView
from digest.wording import Wording


def full_entry(text: str) -> Entry:
    """An entry in which a text stands in every place that others fill."""
    said = Statement(text=text, evidence=(Evidence(path=text or "x", line=3),))
    phrase = Statement(phrase="impact.area", values={"area": text, "files": 1, "insertions": 2})
    paths = Statement(phrase="impact.added", values={"paths": (text, text)})
    change = records.change(text, previous_path=text, status="R")
    commit = records.commit(text, text, author=text, changes=[change], body_omitted=3, parents=1)
    found = replace(
        extract(records.reading(text)),
        scope=text,
        areas=(Area(name=text, category="source", files=1, insertions=1, deletions=0),),
        breaking=(BreakingChange(reason="words", text=text),),
        reverts=(Revert(subject=text, sha="2be83be", pull_request=7),),
        bot=True,
        merge=True,
        references=References(pull_request=12, co_authors=(text, text)),
        interface=(
            InterfaceChange(
                what="flag", name=text, before=text, after=f"{text}2", evidence=said.evidence
            ),
            *(
                InterfaceChange(
                    what="schema",
                    name=f"{text}{number}",
                    before=None,
                    after=text,
                    evidence=said.evidence,
                )
                for number in range(SHOWN["high"])
            ),
        ),
        dependencies=(
            DependencyChange(name=text, before=text, after=f"{text}2"),
            DependencyChange(name=text, before=None, after=text, locked=True),
        ),
        unread=(Unread(path=text, reason="syntax"),),
    )
    analysis = Analysis(
        importance=Importance(level="high", score=0.5, reasons=(said, phrase)),
        change_type="feature",
        summary=(said, phrase, paths),
        impact=(said, phrase, paths),
        insights=(Insight(aspect="security", statements=(said, phrase)),),
        risks=(Risk(risk=said, consequence=said, trigger=said, mitigation=phrase),),
        recommendations=(Recommendation(audience="users", statement=said),),
        provenance=Provenance(
            analyst=text,
            version="1",
            model=text,
            coverage=Coverage(files=2, files_read=1, lines=9, lines_read=4),
        ),
    )
    return Entry(commit=commit, facts=found, analysis=analysis, vanished=True)


def full_page(text: str, language: str = "en") -> str:
    """A day page, whole and in short, in which a text stands everywhere."""
    items = [EntryView(full_entry(text), ENGINE, "2be83be")]
    failed = state(failure=Failure(at=records.NOON, reason=text or "x"), branch=text)
    sections = [section(items, state=failed), section(day=False, anchor="repository-y")]
    pages = templates(language)
    previous = DAY - dt.timedelta(1)
    page = pages.day(DAY, sections, previous=previous, following=None)
    short = pages.day(DAY, sections, previous=previous, following=None, short=())
    more = [short, *roundups(pages, {DAY: sections}).values()]
    return "\n\n\n".join([page.content, *(without_front_matter(item.content) for item in more)])


PLACES = {
    "markup": MARKUP,
    "html": HTML,
    "line-starts": LINE_STARTS,
    "characters": CHARACTERS,
    "bodies": BODIES,
    "paths-and-authors": PATHS | AUTHORS,
}


@pytest.mark.parametrize("place", PLACES)
def test_the_structure_of_a_page_is_the_same_whatever_it_is_about(place):
    """In Python-Markdown and in CommonMark; and each text is shown as it is written."""
    plain = full_page(PLAIN)
    expected, in_commonmark = skeleton(html(plain)), commonmark_shape(plain)
    assert [level for level, _ in expected[1]][:5] == [1, 2, 2, 3, 4]
    assert in_commonmark.count("h4") == 1
    for name, text in PLACES[place].items():
        page = full_page(text)
        found, headings = skeleton_and_headings(html(page))
        assert found == expected, name
        assert commonmark_shape(page) == in_commonmark, name
        told = [heading.strip() for level, heading in headings if level == 4]
        assert told == [visible(text).strip()], name


def test_the_structure_is_the_same_in_chinese():
    expected = skeleton(html(full_page(PLAIN, "zh")))
    for name, text in list(CORPUS.items())[::9]:
        assert skeleton(html(full_page(text, "zh"))) == expected, name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_first_heading_and_no_level_is_skipped(language):
    pages = Pages(Wording(language), "Site")
    items = views(*(entry(f"{n:07x}", level=level) for n, level in enumerate(LEVELS)))
    only_low = views(entry("abcdef0"))
    sections = [section(items), section(only_low, anchor="repository-y"), section(anchor="z")]
    for page in (
        pages.day(DAY, sections, previous=None, following=None),
        pages.day(DAY, [section()], previous=None, following=None),
        pages.day(DAY, sections, previous=None, following=None, short=()),
        *roundups(pages, {DAY: sections}).values(),
        *roundups(pages, {}).values(),
    ):
        source = html(page.content)
        assert outline_is_sound([level for level, _, _ in outline(source)]), page.path
        assert max(Shape(source).ids.values()) == 1, page.path


def test_every_id_is_used_once_even_when_slugs_look_alike(tmp_path):
    """``a`` with its group "high" is not ``a-high``, and ``b/c`` is not ``b-c``."""
    from digest.archive import Archive
    from digest.settings import Settings
    from digest.site import Site

    slugs = ("a", "a-high", "b/c", "b-c", "b_c", "b.c")
    archive = Archive(tmp_path)
    for number, slug in enumerate(slugs):
        items = [entry(f"{number}{n:06x}", level=level) for n, level in enumerate(LEVELS)]
        record = replace(section(views(*items)).day, repository=slug)
        archive.save(record)
    settings = Settings(
        repositories=tuple(repository(slug) for slug in slugs),
        zone=ZoneInfo("UTC"),
        archive=tmp_path,
        mirrors=tmp_path,
    )
    for page in Site(settings, "Site").pages():
        assert max(Shape(html(page.content)).ids.values()) == 1, page.path


def test_the_badge_and_the_group_are_one_level():
    items = views(*(entry(f"{n:07x}", level=level) for n, level in enumerate(reversed(LEVELS))))
    page = day_page(section(items))
    groups = re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    assert [group.split()[0].lower() for group in groups] == list(LEVELS)
    for level, group in zip(LEVELS, groups, strict=True):
        assert set(re.findall(r"digest-badge--(high|medium|low)", group)) == {level}


def test_a_page_names_its_title_for_themes_that_print_it_unescaped():
    home = roundups(Pages(Wording("en"), '</title><script>"x"'), {})["index.md"].content
    assert home.splitlines()[1] == ('title: "&#60;/title&#62;&#60;script&#62;&#34;x&#34;"')
    assert "<script>" not in html(home)
