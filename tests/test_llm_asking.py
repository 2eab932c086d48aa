"""A question asked until there is an answer that can be published, or a reason why not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.chatserver import (
    KEY,
    WORDS,
    ChatServer,
    Reply,
    Request,
    answer,
    fault,
    said,
    sent,
)

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
from digest.llm.asking import Asked, Asker, Question, Task
from digest.llm.endpoint import Endpoint, Message
from digest.llm.errors import (
    ContextError,
    EndpointError,
    RefusalError,
    StoppedError,
    TransientError,
    UnusableError,
)
from digest.llm.languages import is_in
from digest.llm.memory import Memory
from digest.llm.plaintext import plain
from digest.model import Coverage, Level, Tokens

NOTHING_READ = Coverage(files=0, files_read=0, lines=0, lines_read=0)


def task(depth: Level = "low", size: int = 100) -> Task:
    return Task(
        depth=depth,
        messages=(Message("system", f"Depth {depth}."), Message("user", "x" * size)),
        schema=schema_of(ANSWERS[depth]),
        limit=500,
        prompt="hash",
        coverage=NOTHING_READ,
    )


LOW = (task("low"),)
SMALLER = (
    task("high", 9000),
    task("high", 3000),
    task("medium", 9000),
    task("medium", 3000),
    task("low", 9000),
    task("low", 3000),
    task("low", 1000),
)


@contextmanager
def asker(server: ChatServer, memory: Memory | None = None, model: str = "m") -> Iterator[Asker]:
    endpoint = Endpoint(model=model, key=KEY, base_url=server.url, timeout=30.0)
    yield Asker(endpoint, memory or Memory())
    endpoint.close()


def ask(server: ChatServer, tasks: tuple[Task, ...] = LOW, language: str = "en") -> Asked:
    with asker(server) as made:
        return made.ask(Question(tasks, language))


def failure(server: ChatServer, tasks: tuple[Task, ...] = LOW, language: str = "en") -> Any:
    with pytest.raises(EndpointError) as caught:
        ask(server, tasks, language)
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert KEY not in shown
    assert WORDS not in shown
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize("depth", ["low", "medium", "high"])
def test_an_answer(depth: Level) -> None:
    with ChatServer(said(answer(depth))) as server:
        found = ask(server, (task(depth),))
        assert server.requests[0].schema == schema_of(ANSWERS[depth])
    assert type(found.answer) is ANSWERS[depth]
    assert found.answer.summary == answer()["summary"]
    assert (found.calls, found.counted) == (1, True)
    assert found.tokens == Tokens(prompt=100, completion=20)


def takes(*styles: str) -> Any:
    """A server that knows some of the forms."""

    def reply(request: Request) -> Reply:
        if request.style in styles:
            return said(answer())
        return fault(400, param="response_format.type" if len(styles) > 1 else None)

    return reply


@pytest.mark.parametrize(
    ("styles", "calls"),
    [
        (("json_schema", "json_object", "text"), ["json_schema"]),
        (("json_object", "text"), ["json_schema", "json_object"]),
        # Who says nothing of what is wrong is asked with the other name of the limit too.
        (("text",), ["json_schema"] * 2 + ["json_object"] * 2 + ["text"]),
    ],
)
def test_down_the_ladder(styles: tuple[str, ...], calls: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "servers.json"
    with ChatServer(takes(*styles)) as server:
        with asker(server, Memory(cache)) as made:
            assert made.ask(Question(LOW, "en")).calls == len(calls)
            assert [request.style for request in server.requests] == calls
            made.ask(Question(LOW, "en"))
            assert [request.style for request in server.requests[len(calls) :]] == [styles[0]]
        # The next run begins where this one ended; another model does not.
        with asker(server, Memory(cache)) as made:
            assert made.ask(Question(LOW, "en")).calls == 1
        with asker(server, Memory(cache), model="other") as made:
            assert made.ask(Question(LOW, "en")).calls == len(calls)
    assert "127.0.0.1" not in cache.read_text()
    assert [path.name for path in cache.parent.iterdir()] == ["servers.json"]


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"a": 1}', '{"%s": {"low": "poem", "limit": 3}}', "[" * 100_000]
)
def test_a_damaged_cache_is_no_harm(damage: str, tmp_path: Path) -> None:
    cache = tmp_path / "servers.json"
    with ChatServer(said(answer())) as server:
        with asker(server) as made:
            identity = made._endpoint.identity
        cache.write_text(damage.replace("%s", identity))
        with asker(server, Memory(cache)) as made:
            assert made.ask(Question(LOW, "en")).calls == 1
    assert json.loads(cache.read_text())[identity]["low"] == "json_schema"


def test_a_cache_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "servers.json")
    with ChatServer(said(answer())) as server, asker(server, memory) as made:
        assert made.ask(Question(LOW, "en")).calls == 1


def test_the_name_of_the_limit_is_remembered(tmp_path: Path) -> None:
    cache = tmp_path / "servers.json"

    def script(request: Request) -> Reply:
        known = "max_tokens" in request.body
        return said(answer()) if known else fault(400, param="max_completion_tokens")

    with ChatServer(script) as server:
        for calls in (2, 1):
            with asker(server, Memory(cache)) as made:
                assert made.ask(Question(LOW, "en")).calls == calls


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


def by_depth(request: Request, **cut: Any) -> Reply:
    depth = request.body["messages"][0]["content"].removeprefix("Depth ").removesuffix(".")
    size = len(request.body["messages"][1]["content"])
    return cut.get(depth) or cut.get(f"{depth}_{size}") or said(answer(depth))


def test_a_cut_off_answer_is_asked_again_with_less_depth() -> None:
    whole_looking = said(answer("high"), finish="length")
    with ChatServer(lambda r: by_depth(r, high=whole_looking)) as server:
        found = ask(server, SMALLER)
        assert len(server.requests) == 2
    assert type(found.answer) is MediumAnswer
    assert found.task == SMALLER[2]  # less to say, and as much to read
    assert found.tokens == Tokens(prompt=200, completion=40)


def test_a_cut_off_answer_is_never_published() -> None:
    half = json.dumps(answer("high"))[:-40]
    with ChatServer(said(half, finish="length")) as server:
        error = failure(server, SMALLER)
        assert len(server.requests) == 4  # high, medium, and low twice
    assert type(error) is UnusableError
    assert error.reason == "cut off"
    assert error.tokens == Tokens(prompt=400, completion=80)


LONG = fault(400, code="context_length_exceeded")


def test_a_question_that_is_too_long_is_asked_with_less_to_read() -> None:
    with ChatServer(lambda r: by_depth(r, high_9000=LONG)) as server:
        found = ask(server, SMALLER)
    assert type(found.answer) is HighAnswer
    assert found.task == SMALLER[1]
    assert found.calls == 2


def test_a_question_that_is_always_too_long() -> None:
    with ChatServer(LONG) as server:
        error = failure(server, SMALLER)
        assert [len(r.body["messages"][1]["content"]) for r in server.requests] == [
            9000,
            3000,
            1000,
        ]
    assert type(error) is ContextError
    assert error.tokens == Tokens(prompt=0, completion=0)


def test_a_server_that_does_not_say_that_a_question_is_too_long() -> None:
    def script(request: Request) -> Reply:
        return fault(400) if len(request.text) > 2000 else said(answer())

    with ChatServer(script) as server, asker(server) as made:
        made.ask(Question(LOW, "en"))
        found = made.ask(Question((task("low", 9000), task("low", 1000)), "en"))
        # Its form has been answered before, so it cannot be that.
        assert {request.style for request in server.requests} == {"json_schema"}
    assert found.calls == 2
    assert found.task.depth == "low"


def test_a_server_that_takes_nothing_is_asked_no_more() -> None:
    with ChatServer(fault(400)) as server, asker(server) as made:
        reasons = []
        for _ in range(3):
            with pytest.raises(EndpointError) as caught:
                made.ask(Question(LOW, "en"))
            reasons.append((type(caught.value), caught.value.reason))
    assert reasons == [(EndpointError, "rejected")] * 2 + [(StoppedError, "rejected")]


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (said(None, refusal="I cannot help with that."), RefusalError, "refused"),
        (said("", finish="content_filter"), RefusalError, "refused"),
        (fault(401), StoppedError, "key"),
        (fault(429, code="insufficient_quota"), StoppedError, "quota"),
        (fault(429), TransientError, "rate limit"),
        (sent({"choices": []}), TransientError, "empty answer"),
    ],
)
def test_states_that_no_smaller_task_helps(reply: Reply, kind: type, reason: str) -> None:
    with ChatServer(reply) as server:
        error = failure(server, SMALLER)
        assert len(server.requests) == 1
    assert type(error) is kind
    assert error.reason == reason


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
