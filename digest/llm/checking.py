"""What a model claims about a commit, held against the commit.

Every name and every figure of a statement is looked up::

    the diff with its files ─ the message and the facts      found
    the changed files as a whole ─ the paths of the tree     elsewhere
    nowhere                                                  not found; of a figure: no source

A name counts in any spelling, ``KvRouter`` for ``kv_router``, if all of it is
there.  A wrong ending of a file does not.  That something is found says only
that the commit speaks of it; that something is not found says that whoever
wrote the statement did not have it from this commit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Literal

from msgspec.structs import asdict, replace

from digest.facts.diffs import Diff
from digest.llm.commonplace import FAMILIAR, RECEIVERS
from digest.llm.corpus import Corpus
from digest.llm.figures import numbers_of
from digest.llm.names import Mention, Sort, is_file, is_sha, is_shaped, members_of, mentions
from digest.llm.texts import (
    Place,
    Text,
    whole_flag,
    whole_humps,
    whole_number,
    whole_version,
    whole_word,
)
from digest.model import Analysis, Claim, Evidence, Facts, Insight, Recommendation, Risk, Statement

_Where = Literal["here", "elsewhere"]
_Hit = tuple[_Where, Place | None]
_VERSION = re.compile(r"[vV]\d+\.")
_SHORT = 3
"""Letters of a word that says nothing."""
_LONG = 4
_NUMBERS_OF_NOTE = 100


class Checker:
    """Looks up claims about one commit.

    Arguments:
        diff: the commit with its patches; whole files are had through it.
        facts: what was read from it.
        tree: paths of all files at that commit, as far as they are known.
    """

    def __init__(self, diff: Diff, facts: Facts, *, tree: Collection[str] = ()) -> None:
        self._corpus = Corpus(diff, facts, tree)
        self._known: dict[tuple[str, str], _Hit | None] = {}
        self._searches: dict[Sort, Callable[[str], _Hit | None]] = {
            "code": self._code,
            "path": self._path,
            "name": self._name,
            "word": self._word,
            "member": self._member,
            "figure": self._figure,
        }

    def check(self, text: str) -> tuple[Claim, ...]:
        """What a text claims, each name and figure once, in order.

        Arguments:
            text: one statement, Chinese or English.
        """
        claims: dict[str, Claim] = {}
        for mention in mentions(text):
            for claim in self._claims(mention, text):
                claims.setdefault(claim.text, claim)
        return tuple(claims.values())

    def _claims(self, mention: Mention, text: str) -> Iterator[Claim]:
        hit = self._look_up(mention)
        said = text[mention.start : mention.end]
        if hit is not None:
            where, place = hit
            evidence = (
                (Evidence(path=place.path, line=place.line, side=place.side),) if place else ()
            )
            yield Claim(text=said, verdict="found" if where == "here" else where, evidence=evidence)
        elif mention.parts:
            for part in mention.parts:
                yield from self._claims(part, text)
        elif mention.firm:
            yield Claim(text=said, verdict="no source" if mention.sort == "figure" else "not found")

    def _look_up(self, mention: Mention) -> _Hit | None:
        key = (mention.sort, mention.text)
        if key not in self._known:
            self._known[key] = self._searches[mention.sort](mention.text)
        return self._known[key]

    def _code(self, text: str) -> _Hit | None:
        """A piece of code as it stands."""
        return self._verbatim(text) if len(text) > _LONG else None

    def _verbatim(self, text: str) -> _Hit | None:
        corpus = self._corpus
        for source in (corpus.patch, corpus.message):
            position = source.exact(text, whole_word)
            if position is not None:
                return "here", source.place(position)
        return None

    def _path(self, text: str) -> _Hit | None:
        corpus = self._corpus
        path = corpus.paths.find(text) or corpus.paths.find(text, abridged=True)
        if path is not None:
            return "here", corpus.beginning_of(path)
        hit = self._verbatim(text) or (self._verbatim(text.strip("/*")) if "/" in text else None)
        if hit is not None:
            return hit
        path = corpus.tree.find(text)
        if path is not None:
            return "elsewhere", Place(path, 1, "new")
        position = corpus.contents.exact(text, whole_word)
        if position is not None:
            return "elsewhere", corpus.contents.place(position)
        return None if is_file(text) or "*" in text else self._name(text)

    def _name(self, text: str) -> _Hit | None:
        corpus = self._corpus
        for source in (corpus.patch, corpus.message):
            position = _in_text(source, text)
            if position is not None:
                return "here", source.place(position)
        for source in (corpus.contents, corpus.tree.text):
            position = _in_text(source, text)
            if position is not None:
                return "elsewhere", source.place(position)
        return None

    def _word(self, text: str) -> _Hit | None:
        """A name in prose, where people shorten them."""
        hit = self._name(text)
        if (hit is None or hit[0] == "elsewhere") and text[:1].isupper() and "_" not in text:
            position = self._corpus.patch.exact(text, whole_humps)
            if position is not None:
                return "here", self._corpus.patch.place(position)
        return hit

    def _member(self, text: str) -> _Hit | None:
        """A name and those that it belongs to, which may all stand in different lines."""
        hit = self._verbatim(text) or self._verbatim(text.replace("::", "."))
        if hit is not None:
            return hit
        pieces = members_of(text)
        last = self._name(pieces[-1])
        if last is None:
            return self._name(text)
        where, place = last
        for piece in pieces[:-1]:
            if piece.lower() in RECEIVERS | FAMILIAR or len(piece) < _SHORT:
                continue
            owner = self._name(piece)
            if owner is None and (is_shaped(piece) or piece[:1].isupper()):
                return None
            if owner is not None and owner[0] == "elsewhere":
                where = "elsewhere"
        return where, place

    def _figure(self, text: str) -> _Hit | None:
        numbers = numbers_of(text)
        counts = text.replace(",", "").isdigit()
        hits = [self._number(forms, counts=counts) for forms in numbers]
        if not hits or None in hits:
            return None
        found = [hit for hit in hits if hit is not None]
        return next((hit for hit in found if hit[0] == "elsewhere"), found[0])

    def _number(self, forms: list[str], *, counts: bool) -> _Hit | None:
        corpus = self._corpus
        for form in forms:
            for source in (corpus.patch, corpus.message):
                position = source.exact(form, whole_version if "." in form else whole_number)
                if position is not None:
                    return "here", source.place(position)
        bare = forms[0].rstrip("%‰x")
        if counts and int(bare) in corpus.counts:
            return "here", None
        if "." not in bare and int(bare) < _NUMBERS_OF_NOTE:
            return None
        for form in forms:
            position = corpus.contents.exact(form, whole_number)
            if position is not None:
                return "elsewhere", corpus.contents.place(position)
        return None


def _in_text(source: Text, text: str) -> int | None:
    """Where a name stands, as it is or in another spelling."""
    if "*" in text:
        return source.fitting(text) if text.strip("*_-.") else None
    if text.startswith("#") and text[1:].isdigit():
        hits = (source.exact(f"{mark}{text[1:]}", whole_number) for mark in "#/!")
        return next((hit for hit in hits if hit is not None), None)
    if is_sha(text):
        return source.fitting(f"{text}*")
    boundary = whole_number if text[0].isdigit() else whole_flag if "-" in text else whole_word
    position = source.exact(text, boundary)
    bare = text.lstrip("-")
    if position is None:
        position = source.tolerant(bare)
    if position is None and _VERSION.match(bare):
        position = source.exact(bare[1:], whole_number)
    if position is None and bare.startswith("no-"):
        position = source.tolerant(bare.removeprefix("no-"))
    if position is None and len(bare) > _LONG and bare[-1].isalpha():
        position = source.tolerant(bare[:-1] if bare.endswith("s") else f"{bare}s")
    return position


def checked(analysis: Analysis, checker: Checker) -> Analysis:
    """An analysis with what its own words claim, each looked up.

    Arguments:
        analysis: of a model; phrases of ours claim nothing that was not read.
        checker: of its commit.
    """

    def one(statement: Statement) -> Statement:
        if statement.text is None:
            return statement
        return replace(statement, claims=checker.check(statement.text))

    def all_of(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(map(one, statements))

    def insight(item: Insight) -> Insight:
        return replace(item, statements=all_of(item.statements))

    def risk(item: Risk) -> Risk:
        parts: dict[str, Statement | None] = asdict(item)
        return replace(
            item, **{name: one(part) for name, part in parts.items() if part is not None}
        )

    def advice(item: Recommendation) -> Recommendation:
        return replace(item, statement=one(item.statement))

    return replace(
        analysis,
        summary=all_of(analysis.summary),
        impact=all_of(analysis.impact),
        insights=tuple(map(insight, analysis.insights)),
        risks=tuple(map(risk, analysis.risks)),
        recommendations=tuple(map(advice, analysis.recommendations)),
    )
