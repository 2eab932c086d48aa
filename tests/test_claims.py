"""How pages show what was looked up: links, marks in words, and what is folded away."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import markdown
import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from support import records
from support.hostile import CORPUS

from digest.claimviews import Piece, marks_of, runs_of, weighed
from digest.model import (
    SCHEMA_VERSION,
    Analysis,
    Claim,
    Coverage,
    Day,
    Entry,
    Evidence,
    Importance,
    Insight,
    Provenance,
    Recommendation,
    Repository,
    RepositoryState,
    Risk,
    Statement,
)
from digest.pages import Pages
from digest.pageviews import EntryView, RepositoryDay
from digest.wording import Wording

ENGINE = Repository(
    slug="acme/engine", url="https://github.com/acme/engine", web="https://github.com/acme/engine"
)
LINE = Evidence(path="src/a_b.py", line=7)
GONE = Evidence(path="src/old.py", line=3, side="old")
FOUND = Claim(text="a_b", verdict="found", evidence=(LINE,))
LOST = Claim(text="no_name", verdict="not found")


@cache
def templates(language: str) -> Pages:
    return Pages(Wording(language), "Site")


def said(text: str, *claims: Claim) -> Statement:
    return Statement(text=text, claims=claims, language="en")


def analysis(**parts: object) -> Analysis:
    return Analysis(
        importance=Importance(level="high", score=0.9),
        change_type="feature",
        summary=parts.pop("summary", (said("It is so."),)),
        provenance=Provenance(
            analyst="model",
            version="1",
            model="some-model",
            made_at=records.NOON,
            prompt="0" * 16,
            coverage=Coverage(files=63, files_read=12, lines=900, lines_read=450),
        ),
        **parts,
    )


def page(of: Analysis, language: str = "en") -> str:
    commit = records.commit("feat: things")
    entry = Entry(commit=commit, facts=records.facts("feat: things"), analysis=of)
    day = Day(
        schema_version=SCHEMA_VERSION,
        repository=ENGINE.slug,
        date=records.NOON.date(),
        zone="UTC",
        complete=True,
        head=None,
        entries=(entry,),
    )
    section = RepositoryDay(
        repository=ENGINE,
        state=RepositoryState(schema_version=SCHEMA_VERSION, repository=ENGINE.slug),
        anchor="repository-engine",
        day=day,
        entries=(EntryView(entry, ENGINE, "2be83be"),),
    )
    return (
        templates(language)
        .day(records.NOON.date(), [section], previous=None, following=None)
        .content
    )


def seen(source: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", source))


def test_a_text_is_cut_at_its_code_and_its_claims() -> None:
    runs = runs_of(said("Calls `no_name(a_b)` in a_b.", LOST, FOUND))
    assert [run.code for run in runs] == [False, True, False]
    assert runs[1].pieces == (
        Piece("no_name", None, "not found"), Piece("("), Piece("a_b", LINE), Piece(")"),
    )  # fmt: skip
    assert runs[1].marks == [("no_name", "not found")]
    assert "".join(piece.text for run in runs for piece in run.pieces) == (
        "Calls no_name(a_b) in a_b."
    )


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("no_name_more and no_name", (LOST,)),
        ("`x` no_name", (LOST, Claim(text="nowhere in it", verdict="found"))),
        ("", (LOST,)),
        ("no_name", (LOST, LOST)),
        ("` no_name", (LOST,)),
        ("``no_name`` `", (LOST,)),
        ("no`_`name", (Claim(text="no`_`name", verdict="not found"),)),
    ],
)
def test_nothing_of_a_text_is_lost(text: str, claims: tuple[Claim, ...]) -> None:
    pieces = [piece.text for run in runs_of(said(text, *claims)) for piece in run.pieces]
    without_code = re.sub(r"(`{1,3})([^`\n]{1,300})\1", r"\2", text)
    assert "".join(pieces) == without_code


def test_a_part_of_a_longer_word_is_not_marked() -> None:
    runs = runs_of(said("no_name_more and no_name", LOST))
    assert [piece.verdict for run in runs for piece in run.pieces] == ["found", "not found"]


def test_found_names_are_links_and_others_are_marked_in_words() -> None:
    claims = (
        FOUND, LOST, Claim(text="c_d", verdict="elsewhere", evidence=(GONE,)),
        Claim(text="30 %", verdict="no source"),
    )  # fmt: skip
    source = page(analysis(impact=(said("`a_b`, `no_name`, `c_d`: 30 % faster", *claims),)))
    sha = records.commit("feat: things").sha
    assert f'href="https://github.com/acme/engine/blob/{sha}/src/a%5Fb.py#L7"' in source
    assert f"/blob/{0:040x}/src/old.py#L3" in source
    text = seen(source)
    assert (
        "no_namenot found in this commit, c_delsewhere in the repository: 30 %no source faster"
        in text
    )
    for meaning in ("it may be a proposal", "a figure that neither", "among the files of the repo"):
        assert text.count(meaning) == 1


def test_statements_that_rest_on_nothing_are_folded_away() -> None:
    lost = said("`no_name` is slow", LOST)
    fine = said("`a_b` is not `no_name`", FOUND, LOST)
    told = weighed(
        analysis(
            summary=(lost,),
            impact=(lost, fine),
            insights=(
                Insight(aspect="security", statements=(lost,)),
                Insight(aspect="tests", statements=(fine, lost)),
            ),
            risks=(Risk(risk=lost, consequence=fine), Risk(risk=fine, trigger=lost)),
            recommendations=(
                Recommendation(audience="users", statement=lost),
                Recommendation(audience="users", statement=fine),
            ),
        )
    )
    assert told.impact == [fine]
    assert told.insights == [("tests", [fine])]
    assert told.risks == [[fine]]
    assert [item.statement for item in told.recommendations] == [fine]
    assert told.folded == [[lost], [lost], [lost], [lost, fine], [lost], [lost]]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["1 statement whose names were not found in this commit", "12 of 63 changed files",
                "some-model, 2026-02-13"]),
        ("zh", ["1 条陈述：其中的名称在本提交中未找到", "63 个变更文件中的 12 个", "本提交中未找到",
                "some-model，2026-02-13"]),
    ],
)  # fmt: skip
def test_the_page_says_what_is_folded_and_who_says_so(language: str, words: list[str]) -> None:
    lost = said("`no_name` is slow", LOST)
    source = page(analysis(impact=(lost, said("It is `a_b`", FOUND))), language)
    text = seen(source)
    assert all(word in text for word in words)
    line = next(line for line in source.splitlines() if "digest-folded" in line)
    details = re.search('<details class="digest-folded".*?</details>', line)[0]
    assert "no&#95;name" in details


def test_a_page_without_marks_explains_none() -> None:
    source = page(analysis(impact=(said("It is `a_b`", FOUND),)))
    assert "were looked up" not in seen(source)
    assert not marks_of([])


def _tags(html: str) -> list[str]:
    inline = {"code", "a", "sup", "span"}
    return [tag for tag in re.findall(r"<(\w+)", html) if tag not in inline]


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_words_do_not_change_the_page(name: str) -> None:
    """Code, links and marks are inline; nothing else comes of any text."""
    text = CORPUS[name]
    words = [text[:5], text[2:9], text[-6:], text]
    claims = tuple(
        Claim(text=word, verdict=verdict, evidence=(LINE,) if verdict == "found" else ())
        for word, verdict in zip(words, ("found", "elsewhere", "no source", "found"), strict=True)
        if word
    )
    risky = said(text or "x", *claims)
    lost = said(f"`{text}` no_name", LOST)

    def built(one: Statement, other: Statement) -> str:
        return page(
            analysis(
                summary=(one,),
                impact=(one, other),
                risks=(Risk(risk=one, mitigation=one),),
                recommendations=(Recommendation(audience="users", statement=one),),
            )
        )

    marks = tuple(replace(claim, text="w") for claim in claims)
    plain = built(said("w w w w", *marks), said("no_name", LOST))
    hostile = built(risky, lost)
    extensions = ["attr_list", "md_in_html", "tables", "admonition"]
    for render in (
        lambda source: markdown.markdown(source, extensions=extensions),
        MarkdownIt("commonmark", {"html": True}).enable("table").render,
    ):
        expected, got = (render(source.split("---\n", 2)[2]) for source in (plain, hostile))
        # A mark that stands in no text is not explained; rules and paragraphs are the same.
        assert _tags(got) == _tags(expected)
        assert got.lower().count("<script") == 1, "the data of the filters"
        assert "javascript:" not in re.sub(r">[^<]*<", "><", got).lower()
