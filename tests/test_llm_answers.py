"""Answers read with care: their form, their language, and whatever else stands in them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from support.asking import ask, failure, task
from support.chatserver import ChatServer, answer, said

from digest.llm.answers import (
    ANSWERS,
    HighAnswer,
    InvalidAnswerError,
    LowAnswer,
    MediumAnswer,
    read_answer,
    schema_of,
    texts_of,
)
from digest.llm.errors import UnusableError
from digest.llm.languages import is_in
from digest.llm.plaintext import plain
from digest.model import Tokens

PROSE = "Here is what you asked for:\n\n"
WELL = json.dumps(answer())


@pytest.mark.parametrize(
    "text",
    [
        WELL,
        f"\ufeff{WELL}\n",
        f"```json\n{WELL}\n```",
        f"```\n{WELL}\n```",
        f"{PROSE}{WELL}",
        f"{PROSE}```json\n{WELL}\n```\nI hope that it helps.",
        f"<think>Is {{it}} a fix?</think>{WELL}",
        f"<think>\nMaybe {json.dumps(answer(summary='wrong'))}.\n</think>\n\n```json\n{WELL}\n```",
        f"I think {{so}}.</think>\n{WELL}",
        f"<thinking>{{</thinking>{WELL}",
    ],
)
def test_what_may_stand_around_an_answer(text: str) -> None:
    with ChatServer(said(text)) as server:
        found = ask(server)
    assert found.answer.summary == answer()["summary"]
    assert found.calls == 1


def test_an_answer_may_speak_of_thoughts() -> None:
    text = "The parser strips `<think>` and `</think>` from {what} it is given."
    with ChatServer(said(answer(summary=text))) as server:
        assert ask(server).answer.summary == text


INVALID: dict[str, Any] = {
    "prose": "It is a fix.",
    "nothing": "{}",
    "a list": f"[{WELL}, {WELL}]",
    "a string": '"fix"',
    "two objects": f"{WELL}\n{WELL}",
    "broken": WELL[:-1],
    "an open thought": f"<think>{WELL[:-2]}",
    "deep": '{"a":' * 50_000,
    "other field": answer(level="high"),
    "missing field": {"change_type": "fix"},
    "other kind": answer(change_type="bugfix"),
    "other type": answer(summary=["a"]),
    "null": answer(summary=None),
    "empty": answer(summary=" \u200b\n# \n"),
    "long": answer(summary="word " * 1000),
    "not a number": '{"change_type": "fix", "summary": NaN}',
}


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_answer_is_asked_for_once_more(name: str) -> None:
    with ChatServer(said(INVALID[name]), said(answer())) as server:
        found = ask(server)
        first, second = server.requests
    assert found.answer.summary == answer()["summary"]
    assert found.calls == 2
    assert found.tokens == Tokens(prompt=200, completion=40)
    assert second.style == first.style == "json_schema"  # a schema that is not enforced stays
    assert second.roles == ["system", "user", "assistant", "user"]
    assert second.body["messages"][:2] == first.body["messages"]


@pytest.mark.parametrize("name", INVALID)
def test_a_second_invalid_answer_is_a_state(name: str) -> None:
    with ChatServer(said(INVALID[name])) as server:
        error = failure(server)
        assert len(server.requests) == 2
    assert type(error) is UnusableError
    assert error.reason == "invalid answer"
    assert error.tokens == Tokens(prompt=200, completion=40)
    assert error.calls == 2


def test_the_model_is_told_what_is_wrong() -> None:
    with ChatServer(said(answer(change_type="bugfix", why="?")), said(answer())) as server:
        ask(server)
        told = server.requests[1].body["messages"][-1]["content"]
    assert "change_type" in told
    assert "why" in told
    assert len(told) < 1000


@pytest.mark.parametrize(("wanted", "other"), [("zh", "en"), ("en", "zh"), ("zh-CN", "en")])
def test_the_wrong_language_is_asked_for_once_more(wanted: str, other: str) -> None:
    well = answer("high", wanted[:2])
    with ChatServer(said(answer("high", other)), said(well)) as server:
        found = ask(server, (task("high"),), wanted)
        assert server.requests[1].roles[2:] == ["assistant", "user"]
    assert found.answer.summary == well["summary"]
    with ChatServer(said(answer("high", other))) as server:
        error = failure(server, (task("high"),), wanted)
        assert len(server.requests) == 2
    assert type(error) is UnusableError
    assert error.reason == "language"


def test_a_form_and_then_a_language_that_are_wrong() -> None:
    with ChatServer(said("no"), said(answer()), said(answer(language="zh"))) as server:
        found = ask(server, language="zh")
    assert found.calls == 3
    assert "队列" in found.answer.summary


@pytest.mark.parametrize(
    ("language", "text", "fits"),
    [
        ("zh", "修复 KvRouter 在 worker 重启后丢失请求队列的问题。", True),
        ("zh", "新增 `--router-mode` 与 `DYN_SYSTEM_PORT`，默认值由 `a` 变为 `b`。", True),
        ("zh", "升级 transformers、tokenizers、safetensors 和 huggingface_hub。", True),
        ("zh", "This adds a flag to the router, which keeps the queue of each worker.", False),
        ("en", "This adds a flag to the router, which keeps the queue of each worker.", True),
        ("en", "这个提交给路由器增加了一个参数，用来保留每个工作进程的队列。", False),
        (
            "en",
            "The message says “修复路由器” and the code now keeps the queue of each worker.",
            True,
        ),
        ("en", "`修复路由器在工作进程重启之后丢失队列的问题`", True),
        ("zh", "`--router-mode`", True),
        ("zh", "Fix typo.", True),
        ("de", "Der Router behält jetzt die Warteschlange, wenn ein Worker neu startet.", True),
    ],
)
def test_languages(language: str, text: str, fits: bool) -> None:
    assert is_in(language, [text]) is fits


def test_one_statement_in_another_language_is_enough() -> None:
    mixed = answer("medium", "zh") | {"impact": answer("medium")["impact"]}
    assert not is_in("zh", texts_of(read_answer(json.dumps(mixed), MediumAnswer)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Title", "Title"),
        ("### 标题\n\n正文。", "标题 正文。"),
        ("- one\n* two\n+ three", "one two three"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b 1 | 2"),
        ("Title\n=====\ntext\n-----", "Title text"),
        ("```python\nx = 1\n```", "x = 1"),
        ("> quoted", "quoted"),
        ("a\tb\r\nc\u2028d\x85e\x0bf", "a b c d e f"),
        ("a\x00b\x1b[31mc\x07", "ab[31mc"),
        ("evil\u202egnp.exe\u2066\u200b\u200d\ufeff\u00ad", "evilgnp.exe"),
        ("tag\U000e0041\U000e0042 half \ud800 own \ue000", "tag half own"),
        ("--router-mode is new", "--router-mode is new"),
        ("-1 is allowed", "-1 is allowed"),
        ("#123 is closed", "#123 is closed"),
        ("`# not a heading`", "`# not a heading`"),
        ("<script>alert(1)</script> **b** [x](javascript:1)",) * 2,
        ("a | b", "a | b"),
        ("", ""),
        ("---", ""),
    ],
)
def test_layout_is_flattened_and_markup_left_as_text(text: str, line: str) -> None:
    assert " ".join(plain(text).split()) == line
    assert "\n" not in plain(text)


HOSTILE = (
    "## <img src=x onerror=alert(1)>\n| a | b |\n|---|---|\n\n"
    "[x](javascript:alert(1)) {{ 7*7 }}\u202e"
)


def test_markup_in_every_field_is_one_line_of_text() -> None:
    text = HOSTILE
    found = answer(
        "high",
        summary=text,
        impact=[text],
        recommendations=[{"audience": "users", "advice": text}],
        insights=[{"aspect": "security", "statements": [text, "# ", ""]}],
        risks=[{"risk": text, "consequence": text, "trigger": "", "mitigation": " - "}],
    )
    with ChatServer(said(found)) as server:
        read = ask(server, (task("high"),)).answer
    assert isinstance(read, HighAnswer)
    assert len(texts_of(read)) == 6
    for told in texts_of(read):
        assert told == "<img src=x onerror=alert(1)> a | b [x](javascript:alert(1)) {{ 7*7 }}"
    assert read.risks[0].trigger is None


@pytest.mark.parametrize(
    "found",
    [
        answer("high", impact=["x"] * 11),
        answer("high", impact=["x" * 900]),
        answer("high", insights=[{"aspect": "marketing", "statements": ["x"]}]),
        answer(
            "high", risks=[{"risk": "", "consequence": None, "trigger": None, "mitigation": None}]
        ),
        answer("high", risks=[{"risk": "x"}]),
        answer("high", recommendations=[{"audience": "everyone", "advice": "\u200b"}]),
    ],
)
def test_bounds_of_an_answer(found: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidAnswerError):
        read_answer(json.dumps(found), HighAnswer)


@pytest.mark.parametrize("kind", ANSWERS.values())
def test_schemas_are_what_strict_servers_take(kind: type[LowAnswer]) -> None:
    def check(schema: Any) -> None:
        if isinstance(schema, list):
            for item in schema:
                check(item)
        if isinstance(schema, dict):
            assert not {"$ref", "$defs", "default", "maxLength", "title"} & set(schema)
            if schema.get("type") == "object":
                assert schema["additionalProperties"] is False
                assert schema["required"] == list(schema["properties"])
            for item in schema.values():
                check(item)

    check(schema_of(kind))


@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 200_000,
        "```\n" * 200_000,
        "{" * 1_000_000,
        "</think>" * 200_000,
        json.dumps({"change_type": "fix", "summary": "# " * 500_000}),
        json.dumps({"change_type": "fix", "summary": "|" * 1_000_000}),
        json.dumps({"change_type": "fix", "summary": "`" * 1_000_000}),
        json.dumps({"change_type": "fix", "summary": "a." * 500_000}),
    ],
)
def test_hostile_answers_take_no_time(text: str) -> None:
    begun = time.monotonic()
    with pytest.raises(InvalidAnswerError):
        read_answer(text, LowAnswer)
    is_in("zh", [text])
    assert time.monotonic() - begun < 10
