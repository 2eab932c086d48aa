"""What the templates may say, and that their structure is theirs whatever a commit says."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import markdown
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from markdown_it import MarkdownIt
from support import records
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

import digest
from digest import facts
from digest.analysts.heuristic import HeuristicAnalyst
from digest.factviews import SHOWN
from digest.model import (
    LEVELS,
    SCHEMA_VERSION,
    Analysis,
    Area,
    BreakingChange,
    Coverage,
    Day,
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
    Repository,
    RepositoryState,
    Revert,
    Risk,
    Statement,
    Unread,
)
from digest.pages import Pages
from digest.pageviews import (
    EntryView,
    Figures,
    RepositoryDay,
    anchors,
    day_path,
    month_path,
    name_in_anchors,
    relative,
    year_path,
)
from digest.phrases import placeholders
from digest.wording import Wording

PACKAGE = Path(digest.__file__).parent
TEMPLATES = sorted((PACKAGE / "templates").glob("*.jinja"))
DAY = dt.date(2026, 2, 13)
ENGINE = Repository(
    slug="acme/engine", url="https://github.com/acme/engine", web="https://github.com/acme/engine"
)
PLAIN = "harmless"


# The words


def messages() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each message of the templates, and of the code, singular and plural."""
    found = extract_from_dir(
        PACKAGE,
        method_map=[("templates/*.jinja", "jinja2")],
        options_map={"templates/*.jinja": {"trimmed": "false", "silent": "false"}},
    )
    for name, _, message, _, _ in found:
        yield name, message if isinstance(message, tuple) else (message,)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called, owner = node.func.attr, ast.unparse(node.func.value)
            if called not in {"text", "plural"} or not owner.endswith("wording"):
                continue
            texts = node.args[: 1 if called == "text" else 2]
            literal = [arg.value for arg in texts if isinstance(arg, ast.Constant)]
            assert len(literal) == len(texts), f"{path.name}: {ast.unparse(node)}"
            yield path.name, tuple(literal)


MESSAGES = sorted(set(messages()))
CATALOG = read_po(io.BytesIO((PACKAGE / "locales/zh/LC_MESSAGES/digest.po").read_bytes()), "zh")


def test_the_messages_are_found():
    assert len(MESSAGES) > 50
    assert ("brief.md.jinja", ("Breaking",)) in {(Path(name).name, text) for name, text in MESSAGES}
    assert ("pages.py", ("Daily digest (%(date)s)",)) in MESSAGES


@pytest.mark.parametrize("message", sorted({text for _, text in MESSAGES}))
def test_every_message_is_in_chinese_too(message):
    entry = CATALOG.get(message[0])
    assert entry is not None, "it is not in the catalogue"
    assert not entry.fuzzy
    assert (entry.id if isinstance(entry.id, tuple) else (entry.id,)) == message
    for form in entry.string if isinstance(entry.string, tuple) else (entry.string,):
        assert form
        assert placeholders(form) == placeholders(message[-1])


def test_values_are_named_so_that_a_translation_may_move_them():
    for name, texts in MESSAGES:
        for text in texts:
            assert not re.search(r"%[^(%]|\{", text), f"{name}: {text!r}"


# The templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_goes_round_the_escaping(path):
    """What a template prints goes through ``finalize``, or through a filter that escapes."""
    source = path.read_text("utf-8")
    tree = Environment(autoescape=True).parse(source)
    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert filters <= {
        # These escape, each for its place.
        *("block", "clock", "code", "front_matter", "html", "n", "churn", "minute", "iso"),
        # These make no text out of text, or of values that are ours.
        *("length", "sum", "format", "join", "trim"),
    }
    joined = [node for node in tree.find_all(nodes.Filter) if node.name == "join"]
    assert all(isinstance(node.args[0], nodes.Const) for node in joined)
    formats = [node for node in tree.find_all(nodes.Filter) if node.name == "format"]
    assert all(isinstance(node.node, nodes.Const) for node in formats), "not a literal format"
    for kind in (nodes.Concat, nodes.Mod, nodes.MarkSafe, nodes.MarkSafeIfAutoescape):
        assert not list(tree.find_all(kind)), kind.__name__
    called = {node.node.name for node in tree.find_all(nodes.Call) if hasattr(node.node, "name")}
    assert not called & {"Markup", "Markdown", "safe"}
    assert not re.search(r"\{%-?\s*(autoescape|filter|include|extends|raw)\b|~|\btrust\b", source)


def test_no_template_writes_html_over_several_lines():
    """Raw HTML stands on one line, so that no dialect looks for Markdown in it."""
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        for tag in ("pre", "ul", "li", "p", "code", "span"):
            assert len(re.findall(f"<{tag}[ >{{]", text)) == text.count(f"</{tag}>"), tag


# Paths, anchors, numbers


@pytest.mark.parametrize(
    ("target", "start", "path"),
    [
        ("2026/02/13.md", "2026/02/12.md", "13.md"),
        ("2026/02/13.md", "2026/03/01.md", "../02/13.md"),
        ("2026/12/31.md", "2027/01/01.md", "../../2026/12/31.md"),
        ("2026/02/index.md", "2026/02/13.md", "index.md"),
        ("2026/02/index.md", "2026/index.md", "02/index.md"),
        ("2026/index.md", "archive/index.md", "../2026/index.md"),
        ("2026/02/13.md", "index.md", "2026/02/13.md"),
        ("index.md", "2026/02/13.md", "../../index.md"),
    ],
)
def test_links_between_pages_are_relative(target, start, path):
    assert relative(target, start) == path


def test_pages_have_places_that_never_change():
    assert day_path(DAY) == "2026/02/13.md"
    assert month_path(2026, 2) == "2026/02/index.md"
    assert year_path(2026) == "2026/index.md"
    assert day_path(dt.date(987, 1, 2)) == "0987/01/02.md"


def entry(sha: str = "", *, minute: int = 0, subject: str = PLAIN, level="low", **more) -> Entry:
    """An entry as the built-in analyst makes it, with another sha, time or level."""
    reading = records.reading(subject, **more)
    found = facts.extract(reading)
    analysis = HeuristicAnalyst().analyse(reading, found)
    importance = analysis.importance.model_copy(update={"level": level})
    moment = records.NOON + dt.timedelta(minutes=minute)
    update = {"committed_at": moment} | ({"sha": sha.ljust(40, "0")} if sha else {})
    return Entry(
        commit=reading.commit.model_copy(update=update),
        facts=found,
        analysis=analysis.model_copy(update={"importance": importance}),
    )


def repository(slug: str) -> Repository:
    return Repository(slug=slug, url=f"https://github.com/{slug}")


def test_an_anchor_is_the_short_sha():
    assert anchors([(ENGINE, entry("2be83bec0ffee"))]) == ["2be83be"]


def test_of_two_that_begin_alike_the_older_keeps_the_short_anchor():
    older, younger = entry("2be83be1"), entry("2be83be2", minute=1)
    assert anchors([(ENGINE, younger), (ENGINE, older)]) == ["2be83be2", "2be83be"]
    assert anchors([(ENGINE, older), (ENGINE, younger)]) == ["2be83be", "2be83be2"]
    longest = entry("2be83be1" + "0" * 31 + "1", minute=2)
    assert anchors([(ENGINE, older), (ENGINE, longest)])[1] == "2be83be1"
    third = entry("2be83be2" + "1", minute=3)
    assert anchors([(ENGINE, older), (ENGINE, younger), (ENGINE, third)])[2] == "2be83be21"


def test_the_same_commit_in_a_fork_has_the_forks_name_in_its_anchor():
    both = entry("2be83be1")
    fork = repository("zeta/my_engine.git")
    # Whichever the site names first keeps the short form, so that one added later moves nothing.
    assert anchors([(ENGINE, both), (fork, both)]) == ["2be83be", "2be83be-zeta-my-engine-git"]
    assert anchors([(fork, both), (ENGINE, both)]) == ["2be83be", "2be83be-acme-engine"]


def test_a_younger_commit_moves_no_anchor():
    there = [(ENGINE, entry(f"{n:07x}", minute=n)) for n in range(5)]
    before = anchors(there)
    late = [(ENGINE, entry("0000003f", minute=9)), *there]
    assert anchors(late) == ["0000003f", *before]


@pytest.mark.parametrize(
    ("slug", "name"), [("a/b", "a-b"), ("a/b_c.d", "a-b-c-d"), ("x", "x"), ("_a_/__b__", "-a-b-")]
)
def test_a_slug_in_an_anchor_means_nothing_to_markdown(slug, name):
    assert name_in_anchors(slug) == name


def state(**more) -> RepositoryState:
    return RepositoryState(
        schema_version=SCHEMA_VERSION, repository=ENGINE.slug, reached_at=records.NOON, **more
    )


def section(
    entries=(), *, day: bool = True, complete: bool = True, anchor="repository-x", **more
) -> RepositoryDay:
    """A repository's part of the day."""
    entries = tuple(entries)
    record = Day(
        schema_version=SCHEMA_VERSION,
        repository=ENGINE.slug,
        date=DAY,
        zone="UTC",
        complete=complete,
        head=None,
        entries=tuple(view.entry for view in entries),
    )
    return RepositoryDay(
        repository=more.pop("repository", ENGINE),
        state=more.pop("state", state()),
        anchor=anchor,
        day=record if day else None,
        entries=entries,
        **more,
    )


def views(*entries: Entry) -> list[EntryView]:
    pairs = [(ENGINE, item) for item in entries]
    return [
        EntryView(item, ENGINE, anchor)
        for item, anchor in zip(entries, anchors(pairs), strict=True)
    ]


def test_figures_count_each_level():
    items = views(
        *(entry(f"{n:07x}", level=level) for n, level in enumerate(["high", "low", "low"]))
    )
    figures = Figures.of(DAY, [section(items), section()])
    assert figures.commits == 3
    assert figures.levels == {"high": 1, "medium": 0, "low": 2}
    flags = (figures.open, figures.partial, figures.damaged, figures.reached)
    assert flags == (False, False, False, True)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        (section(complete=False), "open"),
        (section(complete=False, state=state(known_since=dt.date(2026, 2, 14))), "partial"),
        (section(day=False, damaged=True), "damaged"),
        (section(day=False), "unreached"),
    ],
)
def test_figures_tell_why_a_day_is_not_whole(part, what):
    figures = Figures.of(DAY, [section(), part])
    told = {
        "open": figures.open,
        "partial": figures.partial,
        "damaged": figures.damaged,
        "unreached": not figures.reached,
    }
    assert [name for name, true in told.items() if true] == [what]


# What a page says of a day that is not like others


@cache
def templates(language: str) -> Pages:
    return Pages(Wording(language), "Site")


def day_page(*sections: RepositoryDay, language: str = "en") -> str:
    pages = templates(language)
    return pages.day(DAY, sections, previous=None, following=None).content


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ((1, 9), None),
        ((1, 4), "The patches of 1 of 1 files were read, 4 of 9 changed lines."),
        ((0, 0), "The patches of 0 of 1 files were read, 0 of 9 changed lines."),
    ],
)
def test_what_was_not_read_is_told_also_of_a_part_of_a_file(read, told):
    item = entry()
    coverage = Coverage(files=1, files_read=read[0], lines=9, lines_read=read[1])
    provenance = item.analysis.provenance.model_copy(update={"coverage": coverage})
    analysis = item.analysis.model_copy(update={"provenance": provenance})
    page = day_page(section(views(item.model_copy(update={"analysis": analysis}))))
    assert told in page if told else "were read" not in page


UNREACHED = Failure(at=records.NOON + dt.timedelta(days=2), reason="the host does not answer")


@pytest.mark.parametrize(
    ("part", "english", "chinese"),
    [
        (section(), "No commits on this day.", "本日没有提交。"),
        (
            section(views(entry()), complete=False),
            "1 commit so far (as of 2026-02-13 12:00:00)",
            "目前 1 个提交（截至 2026-02-13 12:00:00）",
        ),
        (
            section(day=False, state=state(failure=UNREACHED)),
            "Not reached since 2026-02-13 12:00:00; what happened on this day is not known yet.",
            "自 2026-02-13 12:00:00 起未能访问该仓库，尚不知道当日发生了什么。",
        ),
        (
            section(day=False, state=RepositoryState(schema_version=1, repository="a/b")),
            "Not collected: what happened on this day is not known.",
            "未采集：不知道当日发生了什么。",
        ),
        (
            section(
                day=False,
                state=RepositoryState(schema_version=1, repository="a/b", failure=UNREACHED),
            ),
            "Not collected: what happened on this day is not known.",
            "未采集：不知道当日发生了什么。",
        ),
        (
            section(day=False, damaged=True),
            "The archive file of this day cannot be read; it is kept as it is.",
            "当日的归档文件无法读取，已原样保留。",
        ),
        (
            section(views(entry()), complete=False, state=state(known_since=dt.date(2026, 2, 14))),
            "This day is known in part: the local clone has no older history.",
            "当日只有部分记录：本地克隆没有更早的历史。",
        ),
    ],
    ids=["quiet", "open", "unreached", "new", "never-reached", "damaged", "partial"],
)
def test_a_day_is_told_as_it_is(part, english, chinese):
    open_day = ("This day is still open", "当日尚未结束")
    for language, text, notice in zip(("en", "zh"), (english, chinese), open_day, strict=True):
        shown = visible_text(day_page(part, language=language))
        assert text in shown
        assert (notice in shown) == part.open
    if part.day is None:
        assert "No commits" not in visible_text(day_page(part))


def test_a_page_without_links_has_no_broken_ones():
    local = ENGINE.model_copy(update={"web": None})
    item = entry("2be83be", subject="feat: x (#12)")
    page = day_page(section([EntryView(item, local, "2be83be")], repository=local))
    found = Shape(html(page))
    assert {link for link in found.links if not link.startswith(("#", "index.md"))} == set()
    assert "#12" in visible_text(page)


# Structure, whatever the content


EXTENSIONS = ["attr_list", "md_in_html", "tables", "admonition", "toc"]


def html(page: str) -> str:
    """A page as Python-Markdown reads it, with the extensions of the shipped site."""
    return markdown.markdown(without_front_matter(page), extensions=EXTENSIONS)


def without_front_matter(page: str) -> str:
    """What is left for Markdown; MkDocs reads the rest."""
    return page.split("---\n", 2)[2]


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes, and its ids and links."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(" ".join([tag, *(name for name, _ in attrs)]))
        for name, value in attrs:
            if name == "id":
                self.ids[value] += 1
            if name in {"href", "src"}:
                self.links.append(value)

    def handle_data(self, data):
        self.text += data


def visible_text(page: str) -> str:
    return Shape(html(page)).text


def full_entry(text: str) -> Entry:
    """An entry in which a text stands in every place that others fill."""
    said = Statement(text=text, evidence=(Evidence(path=text or "x", line=3),))
    phrase = Statement(phrase="impact.area", values={"area": text, "files": 1, "insertions": 2})
    paths = Statement(phrase="impact.added", values={"paths": (text, text)})
    change = records.change(text, previous_path=text, status="R")
    commit = records.commit(text, text, author=text, changes=[change], body_omitted=3, parents=1)
    found = facts.extract(records.reading(text)).model_copy(
        update={
            "scope": text,
            "areas": (Area(name=text, category="source", files=1, insertions=1, deletions=0),),
            "breaking": (BreakingChange(reason="words", text=text),),
            "reverts": (Revert(subject=text, sha="2be83be", pull_request=7),),
            "bot": True,
            "merge": True,
            "references": References(pull_request=12, co_authors=(text, text)),
            "interface": (
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
            "dependencies": (
                DependencyChange(name=text, before=text, after=f"{text}2"),
                DependencyChange(name=text, before=None, after=text, locked=True),
            ),
            "unread": (Unread(path=text, reason="syntax"),),
        }
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
    """A day page in which a text stands everywhere."""
    items = [EntryView(full_entry(text), ENGINE, "2be83be")]
    failed = state(failure=Failure(at=records.NOON, reason=text or "x"), branch=text)
    sections = [section(items, state=failed), section(day=False, anchor="repository-y")]
    pages = templates(language)
    page = pages.day(DAY, sections, previous=DAY - dt.timedelta(1), following=None)
    more = roundups(pages, {DAY: sections}).values()
    return "\n\n\n".join([page.content, *(without_front_matter(item.content) for item in more)])


def skeleton(source: str) -> tuple[list[str], list[tuple[int, str]]]:
    return Shape(source).elements, [(level, name) for level, name, _ in outline(source)]


def commonmark_shape(page: str) -> list[str]:
    """The elements as CommonMark with tables reads them; our raw HTML as it stands."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return Shape(parser.render(without_front_matter(page))).elements


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
        source = html(page)
        assert skeleton(source) == expected, name
        assert commonmark_shape(page) == in_commonmark, name
        headings = [heading for level, _, heading in outline(source) if level == 4]
        assert [heading.strip() for heading in headings] == [visible(text).strip()], name


def test_the_structure_is_the_same_in_chinese():
    expected = skeleton(html(full_page(PLAIN, "zh")))
    for name, text in list(CORPUS.items())[::9]:
        assert skeleton(html(full_page(text, "zh"))) == expected, name


def outline_is_sound(levels: list[int]) -> bool:
    return (
        levels[0] == 1
        and levels.count(1) == 1
        and all(below <= above + 1 for above, below in pairwise(levels))
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_first_heading_and_no_level_is_skipped(language):
    pages = Pages(Wording(language), "Site")
    items = views(*(entry(f"{n:07x}", level=level) for n, level in enumerate(LEVELS)))
    only_low = views(entry("abcdef0"))
    sections = [section(items), section(only_low, anchor="repository-y"), section(anchor="z")]
    for page in (
        pages.day(DAY, sections, previous=None, following=None),
        pages.day(DAY, [section()], previous=None, following=None),
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
        record = section(views(*items)).day.model_copy(update={"repository": slug})
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
