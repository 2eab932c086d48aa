"""The catalogue of phrases, its Chinese, and how they are put into words."""

from __future__ import annotations

import ast
import gettext
import io
import itertools
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

import digest
from digest.model import LEVELS, Statement
from digest.phrases import (
    ASPECTS,
    AUDIENCES,
    KINDS,
    LEVEL_NAMES,
    PHRASES,
    placeholders,
    say,
)

PACKAGE = Path(digest.__file__).parent
PO = PACKAGE / "locales" / "zh" / "LC_MESSAGES" / "digest.po"
CATALOG = read_po(io.BytesIO(PO.read_bytes()), locale="zh")
ENGLISH = gettext.NullTranslations()


def chinese():
    compiled = io.BytesIO()
    write_mo(compiled, CATALOG)
    compiled.seek(0)
    return Translations(compiled)


def english(phrase, values, render=str):
    return say(Statement(phrase=phrase, values=values), ENGLISH, render, "en")


def in_chinese(phrase, values, render=str):
    return say(Statement(phrase=phrase, values=values), chinese(), render, "zh")


def identifiers_in_code():
    """Each constant of the analyst's modules that names a phrase, with its f-string holes."""
    for module in sorted((PACKAGE / "analysts").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"phrase", "_named"}:
                yield module.name, node.args[0]


def test_every_phrase_that_the_analyst_uses_is_in_the_catalogue():
    found = set()
    for module, argument in identifiers_in_code():
        if isinstance(argument, ast.Constant):
            names = [argument.value]
        elif isinstance(argument, ast.JoinedStr):
            holes = [
                [part.value] if isinstance(part, ast.Constant) else [None]
                for part in argument.values
            ]
            pattern = "".join("*" if part is None else part for (part,) in holes)
            names = [name for name in PHRASES if Path(name).match(pattern)]
            assert names, (module, pattern)
        else:
            continue
        assert set(names) <= set(PHRASES), (module, names)
        found |= set(names)
    assert len(found) > 40


def test_families_are_whole():
    categories = ["documentation", "test", "ci", "build", "lock", "generated", "vendored", "data"]
    needed = {
        *(f"reason.only.{category}" for category in categories),
        *(f"impact.{category}" for category in categories),
        *(f"reason.kind.{kind}" for kind in set(KINDS) - {"other", "chore"}),
        *(f"reason.breaking.{reason}" for reason in ("marker", "footer", "words", "requirement")),
        *(
            ".".join(parts)
            for parts in itertools.product(
                ["summary"], ["reverts", "reapplies"], ["subject", "pull_request", "commit"]
            )
        ),
        *(f"recommend.reverts.{name}" for name in ("subject", "pull_request", "commit")),
        *(f"{name}_more" for name in ("impact.added", "impact.removed", "recommend.migrate")),
    }
    assert needed <= set(PHRASES)


@pytest.mark.parametrize("identifier", PHRASES)
def test_chinese_is_complete_and_speaks_of_the_same_values(identifier):
    phrase = PHRASES[identifier]
    message = CATALOG.get(phrase.text)
    assert message is not None
    assert not message.fuzzy
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    for string in strings:
        assert string
        assert placeholders(string) == placeholders(phrase.plural or phrase.text)
    if phrase.plural is not None:
        assert message.id == (phrase.text, phrase.plural)
        # A count of names that are all given is not said beside them.
        assert phrase.number in placeholders(phrase.plural) | {"count"}
        assert placeholders(phrase.text) == placeholders(phrase.plural)


@pytest.mark.parametrize("names", [KINDS, LEVEL_NAMES, ASPECTS, AUDIENCES])
def test_names_have_their_chinese(names):
    assert all(CATALOG.get(name) and CATALOG.get(name).string for name in names.values())


def test_the_seeds_words():
    words = chinese().gettext
    assert [words(LEVEL_NAMES[level]) for level in LEVELS] == ["高", "中", "低"]
    assert words(KINDS["feature"]) == "功能增强"
    assert words(KINDS["fix"]) == "Bug 修复"


LINES = {"insertions": 120, "deletions": 14}


@pytest.mark.parametrize(
    ("phrase", "values", "en", "zh"),
    [
        ("reason.breaking.marker", {}, "is marked as breaking", "作者标记为破坏性变更"),
        (
            "reason.spread",
            {"files": 41, "areas": 6},
            "touches 41 files of source in 6 areas",
            "涉及 6 个模块的 41 个源文件",
        ),
        ("reason.removes", {"files": 1}, "removes 1 file of source", "删除 1 个源文件"),
        ("reason.removes", {"files": 3}, "removes 3 files of source", "删除 3 个源文件"),
        (
            "summary.changes",
            {"files": 3, "areas": ("lib/llm", "lib/runtime"), **LINES},
            "Changes 3 files in lib/llm, lib/runtime (+120 −14).",
            "在 lib/llm、lib/runtime 中修改了 3 个文件（+120 −14）。",
        ),
        ("impact.test", {"files": 1}, "Tests: 1 file", "测试：1 个文件"),
    ],
)
def test_sentences(phrase, values, en, zh):
    assert english(phrase, values) == en
    assert in_chinese(phrase, values) == zh


def test_values_go_through_the_caller_one_by_one_and_words_do_not():
    seen = []

    def render(value):
        seen.append(value)
        return f"<{value}>"

    told = english("summary.adds", {"files": 2, "areas": ("a", "b"), **LINES}, render)
    assert told == "Adds <2> files in <a>, <b> (+<120> −<14>)."
    assert seen == [2, "a", "b", 120, 14]


@pytest.mark.parametrize(
    "value", ["%", "%s", "%(path)s", "%(nobody)s", "{0}", "\\1", "\\g<0>", "", "\x00", "\n"]
)
def test_a_hostile_value_is_only_a_value(value):
    assert english("summary.add", {"path": value}) == f"Adds {value}."
    assert in_chinese("summary.add", {"path": value}) == f"新增了 {value}。"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "removes … files of source"),
        ({"files": "many"}, "removes many files of source"),
        ({"files": ("a", "b")}, "removes a, b files of source"),
    ],
)
def test_an_edited_archive_stops_no_page(values, told):
    assert english("reason.removes", values) == told


def test_an_unknown_phrase_is_shown_by_its_name():
    assert english("reason.future", {"x": 1}) == "reason.future"


def test_own_words_are_rendered_as_they_are():
    statement = Statement(text="50 %(x)s *y*")
    assert say(statement, ENGLISH, lambda value: f"[{value}]", "en") == "[50 %(x)s *y*]"


@pytest.mark.parametrize("locale", ["zh", "zh_CN", "zh-Hans"])
def test_lists_are_joined_as_the_language_does(locale):
    statement = Statement(phrase="impact.added", values={"paths": ("a", "b", "c")})
    assert say(statement, chinese(), str, locale) == "新增：a、b、c"
