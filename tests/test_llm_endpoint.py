"""One question over real HTTP: an answer, or the right one of our errors, and nothing secret."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace
from support.chatserver import (
    KEY,
    WORDS,
    ChatServer,
    Reply,
    fault,
    in_http_date,
    said,
    sent,
)

from digest.errors import ConfigError
from digest.llm import keys, replies
from digest.llm.endpoint import Endpoint, Message
from digest.llm.errors import (
    ContextError,
    EndpointError,
    FormatError,
    RefusalError,
    StoppedError,
    TransientError,
)
from digest.llm.replies import Answer, Format
from digest.model import Tokens

QUESTION = (Message("system", "Say what changed."), Message("user", "Some diff. " * 100))
SCHEMA = {"type": "object"}


@contextmanager
def endpoint(server: ChatServer, timeout: float = 30.0) -> Iterator[Endpoint]:
    made = Endpoint(model="some-model", key=KEY, base_url=server.url, timeout=timeout)
    yield made
    made.close()


def ask(server: ChatServer, style: Format = "json_schema", timeout: float = 30.0) -> Answer:
    with endpoint(server, timeout) as made:
        return made.ask(QUESTION, style=style, schema=SCHEMA, limit=50)


def test_an_answer_with_what_it_cost() -> None:
    with ChatServer(said("Hello.", usage=(12, 3))) as server:
        assert ask(server) == Answer("Hello.", whole=True, tokens=Tokens(prompt=12, completion=3))
        (request,) = server.requests
    assert request.body["model"] == "some-model"
    assert request.body["max_completion_tokens"] == 50
    assert request.body["response_format"]["json_schema"]["strict"] is True
    assert request.schema == SCHEMA
    assert request.roles == ["system", "user"]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert "temperature" not in request.body  # models that think refuse it


@pytest.mark.parametrize("style", ["json_schema", "json_object", "text"])
def test_the_form_is_asked_for(style: Format) -> None:
    with ChatServer(said("{}")) as server:
        ask(server, style)
        assert server.requests[0].style == style


@pytest.mark.parametrize(
    ("reply", "text", "whole"),
    [
        (said("Half of", finish="length"), "Half of", False),
        (said("", finish="length"), "", False),
        (said(None, finish="length", reasoning_content="hm"), "", False),
        (said("Done.", finish=None), "Done.", True),
        (
            said([{"type": "text", "text": "In "}, {"type": "text", "text": "parts"}]),
            "In parts",
            True,
        ),
    ],
)
def test_how_far_an_answer_goes(reply: Reply, text: str, whole: bool) -> None:
    with ChatServer(reply) as server:
        found = ask(server)
    assert (found.text, found.whole) == (text, whole)


@pytest.mark.parametrize("usage", [None, (-1, 3), ("many", 3), (True, 3)])
def test_a_server_that_does_not_count(usage: tuple[int, int] | None) -> None:
    with ChatServer(said("Hello.", usage=usage)) as server:
        found = ask(server)
    assert not found.counted
    assert found.tokens.prompt > 200
    assert found.tokens.completion >= 1


HTML = Reply(body=b"<html><script>alert(1)</script>", headers={"Content-Type": "text/html"})
JSON = {"Content-Type": "application/json"}

FAULTS = {
    "429": (fault(429), TransientError, "rate limit", None),
    "429, 2 s": (fault(429, retry_after="2"), TransientError, "rate limit", 2.0),
    "429, 10 min": (fault(429, retry_after="600"), TransientError, "rate limit", 600.0),
    "429, quota": (fault(429, code="insufficient_quota"), StoppedError, "quota", None),
    "500": (fault(500), TransientError, "server error", None),
    "502, no JSON": (Reply(502, b"<h1>Bad gateway"), TransientError, "server error", None),
    "503, later": (fault(503, retry_after="7"), TransientError, "server error", 7.0),
    "401": (fault(401, code="invalid_api_key"), StoppedError, "key", None),
    "402": (fault(402), StoppedError, "quota", None),
    "403": (fault(403), StoppedError, "permission", None),
    "404": (fault(404, code="model_not_found"), StoppedError, "address", None),
    "400, model": (fault(400, code="model_not_found"), StoppedError, "address", None),
    "405": (Reply(405), StoppedError, "address", None),
    "413": (Reply(413), ContextError, "context", None),
    "400, long": (fault(400, code="context_length_exceeded"), ContextError, "context", None),
    "400, llama.cpp": (fault(400, type="exceed_context_size_error"), ContextError, "context", None),
    "400, vLLM": (fault(400, param="input_tokens"), ContextError, "context", None),
    "400, form": (fault(400, param="response_format"), FormatError, "format", None),
    "400, silent": (fault(400), FormatError, "format", None),
    "422, FastAPI": (
        sent({"detail": [{"loc": ["body", "response_format"], "msg": WORDS}]}, 422),
        FormatError,
        "format",
        None,
    ),
    "400, other": (fault(400, param="messages"), EndpointError, "rejected", None),
    "400, filter": (fault(400, code="content_filter"), RefusalError, "refused", None),
    "418": (Reply(418), EndpointError, "rejected", None),
    "a list": (
        sent([{"error": {"code": 400, "message": WORDS}}], 429),
        TransientError,
        "rate limit",
        None,
    ),
    "error in 200": (
        sent({"error": {"code": 429, "message": WORDS}}),
        TransientError,
        "rate limit",
        None,
    ),
    "no JSON": (Reply(body=b'{"choices": [', headers=JSON), TransientError, "invalid body", None),
    "deep JSON": (Reply(body=b"[" * 100_000, headers=JSON), TransientError, "invalid body", None),
    "other JSON": (sent(["a"]), TransientError, "invalid body", None),
    "nothing": (Reply(headers=JSON), TransientError, "invalid body", None),
    "HTML": (HTML, TransientError, "invalid body", None),
    "no UTF-8": (
        Reply(body=b'{"choices": "\xff\xfe"}', headers=JSON),
        TransientError,
        "invalid body",
        None,
    ),
    "endless": (Reply(body=b" " * 5_000_000, headers=JSON), TransientError, "invalid body", None),
    "false gzip": (
        Reply(body=b"{}", headers={"Content-Encoding": "gzip"}),
        TransientError,
        "connection",
        None,
    ),
    "no choices": (sent({"choices": []}), TransientError, "empty answer", None),
    "null choice": (sent({"choices": [None]}), TransientError, "empty answer", None),
    "no message": (
        sent({"choices": [{"finish_reason": "stop"}]}),
        TransientError,
        "empty answer",
        None,
    ),
    "blank": (said(" \n"), TransientError, "empty answer", None),
    "thought alone": (said(None, reasoning_content="hm"), TransientError, "empty answer", None),
    "refusal": (said(None, refusal=WORDS), RefusalError, "refused", None),
    "filter": (said("I", finish="content_filter"), RefusalError, "refused", None),
    "dropped": (Reply(body=b"{}" * 50, drops_after=20), TransientError, "connection", None),
    "redirected": (
        Reply(302, headers={"Location": "http://127.0.0.1:1/"}),
        TransientError,
        "connection",
        None,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_error_and_nothing_secret_shows(
    name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    reply, kind, reason, after = FAULTS[name]
    caplog.set_level(logging.DEBUG)
    with ChatServer(reply) as server, endpoint(server) as made:
        with pytest.raises(kind) as caught:
            made.ask(QUESTION, style="json_schema", schema=SCHEMA, limit=50)
        shown = repr(made)
        places = (KEY, WORDS, "stranger", server.url, server.url.split("//")[1].split("/")[0])
    error = caught.value
    assert type(error) is kind
    assert error.reason == reason
    assert getattr(error, "after", None) == after
    assert error.__cause__ is None
    assert error.__context__ is None
    out, err = capfd.readouterr()
    # What a log or a report would show; the source lines of this file are not part of it.
    told = [shown, str(error), repr(error), repr(vars(error)), caplog.text, out, err]
    told += traceback.format_exception_only(error)
    assert not [place for place in places if any(place in text for text in told)]


@pytest.mark.parametrize(
    ("reply", "paid"),
    [
        (Reply(body=b"{", headers=JSON), True),
        (sent({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}}), True),
        (Reply(body=b"{}" * 50, drops_after=20), True),
        (said(None, refusal="no"), True),
        (fault(429), False),
        (fault(500), False),
        (fault(400), False),
    ],
)
def test_what_a_failure_cost(reply: Reply, paid: bool) -> None:
    with ChatServer(reply) as server, pytest.raises(EndpointError) as caught:
        ask(server)
    assert (caught.value.tokens is not None) is paid


def test_usage_is_read_even_where_there_is_no_answer() -> None:
    reply = sent({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}})
    with ChatServer(reply) as server, pytest.raises(TransientError) as caught:
        ask(server)
    assert caught.value.tokens == Tokens(prompt=5, completion=6)


@pytest.mark.parametrize(
    "reply",
    [Reply(hangs=True), Reply(body=b" " * 100_000, drips=0.05), replace(said("late"), delay=60.0)],
    ids=["hanging", "dripping", "slow"],
)
def test_no_answer_in_time(reply: Reply) -> None:
    with ChatServer(reply) as server, pytest.raises(TransientError) as caught:
        ask(server, timeout=0.5)
    assert caught.value.reason == "timeout"
    assert caught.value.tokens is not None  # it may have been answered, and paid, all the same


def test_nobody_listens() -> None:
    with ChatServer(said("")) as server:
        server.die()
        with pytest.raises(TransientError) as caught:
            ask(server)
    assert caught.value.reason == "connection"
    assert caught.value.tokens is None


def test_a_date_counts_from_the_servers_own_clock() -> None:
    early = "Mon, 01 Jan 2024 00:00:00 GMT"
    later = "Mon, 01 Jan 2024 00:10:00 GMT"
    reply = fault(429, retry_after=later, date=early)
    with ChatServer(reply) as server, pytest.raises(TransientError) as caught:
        ask(server)
    assert caught.value.after == 600.0


def test_a_date_of_a_server_without_a_clock() -> None:
    reply = fault(429, retry_after=in_http_date(600), date="")
    with ChatServer(reply) as server, pytest.raises(TransientError) as caught:
        ask(server)
    assert 500 < (caught.value.after or 0) <= 601


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("99999999999", 86_400.0),
        ("inf", 86_400.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Thu, 01 Jan 1970 00:00:02 GMT", 0.0),
        ("Mon, 99 Jan 1990 00:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20.0),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert replies.retry_after({"retry-after": value}, now=100.0) == seconds


def only(name: str, how: Reply) -> ChatServer:
    """A server that takes the limit of tokens by one name."""
    return ChatServer(lambda request: said("Hello.") if name in request.body else how)


@pytest.mark.parametrize(
    "how",
    [fault(400, param="max_completion_tokens"), fault(400), fault(422)],
    ids=["told", "not told", "422"],
)
def test_the_other_name_of_the_limit(how: Reply) -> None:
    with only("max_tokens", how) as server, endpoint(server) as made:
        first = made.ask(QUESTION, style="text", schema=SCHEMA, limit=50)
        assert made.limit_name == "max_tokens"
        second = made.ask(QUESTION, style="text", schema=SCHEMA, limit=50)
        assert [first.calls, second.calls] == [2, 1]
        assert "max_completion_tokens" not in server.requests[-1].body


def test_a_name_of_the_limit_from_another_run_may_be_wrong() -> None:
    with only("max_completion_tokens", fault(400)) as server, endpoint(server) as made:
        made.prefer("max_tokens")
        assert made.ask(QUESTION, style="text", schema=SCHEMA, limit=50).calls == 2
        made.prefer("max_tokens")  # It is known better by now.
        assert made.limit_name == "max_completion_tokens"


def test_a_server_that_takes_neither_name_is_not_asked_for_ever() -> None:
    with ChatServer(fault(400, param="max_tokens")) as server, endpoint(server) as made:
        with pytest.raises(EndpointError) as caught:
            made.ask(QUESTION, style="text", schema=SCHEMA, limit=50)
        assert caught.value.calls == len(server.requests) <= 2
        assert made.limit_name == "max_completion_tokens"


def test_once_the_name_is_known_a_rejection_is_about_something_else() -> None:
    with ChatServer(said("Hello."), fault(400)) as server, endpoint(server) as made:
        made.ask(QUESTION, style="text", schema=SCHEMA, limit=50)
        with pytest.raises(EndpointError):
            made.ask(QUESTION, style="text", schema=SCHEMA, limit=50)
        assert len(server.requests) == 2


def test_servers_and_models_are_told_apart_without_naming_them() -> None:
    addresses = ("https://a.example/v1", "https://a.example/v1/", "https://b.example/v1", None)
    made = [Endpoint(model="m", key=KEY, base_url=a, timeout=1.0).identity for a in addresses]
    assert made[0] == made[1]
    assert len(set(made)) == 3
    assert not any("example" in text for text in made)


def test_errors_survive_a_process() -> None:
    error = TransientError("rate limit", after=2.0)
    assert str(pickle.loads(pickle.dumps(error))) == "rate limit"  # noqa: S301


def test_the_package_is_imported_only_when_somebody_asks() -> None:
    program = "import sys, digest.llm.throttle, digest.llm.prompt; print('openai' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert found.stdout.strip() == b"False"


@pytest.mark.parametrize(
    ("environment", "base_url", "expected"),
    [
        ({}, None, None),
        ({"OPENAI_API_KEY": ""}, None, None),
        ({"OPENAI_API_KEY": " \n"}, "https://a.example/v1", None),
        ({"OPENAI_API_KEY": KEY}, None, (KEY, None)),
        ({"OPENAI_API_KEY": f"{KEY}\n", "OPENAI_BASE_URL": ""}, None, (KEY, None)),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://b:80/v1"}, "", (KEY, "http://b:80/v1")),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://b/v1"}, "http://a", (KEY, "http://a")),
    ],
)
def test_the_key_comes_from_the_environment(
    environment: dict[str, str], base_url: str | None, expected: tuple[str, str | None] | None
) -> None:
    found = keys.access_from(environment, base_url)
    assert (found and (found.key, found.base_url)) == expected
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("sk-one sk-two", ""),
        ("sk-schlüssel", ""),
        ("sk-a\nb", ""),
        (KEY, "ftp://example.org"),
        (KEY, "example.org/v1"),
        (KEY, "https://user:secret@example.org"),
        (KEY, "https://[::1"),
        (KEY, "https://example.org:99999/v1"),
        (KEY, "https://example.org/v1?secret=1"),
    ],
)
def test_a_key_or_an_address_that_cannot_be_one(key: str, address: str) -> None:
    environment = {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": address}
    with pytest.raises(ConfigError, match=r"OPENAI_") as caught:
        keys.access_from(environment)
    assert not {"sk-", "secret", "ftp", "99999"} & set(str(caught.value).replace("@", " ").split())
    assert key not in str(caught.value)
    assert caught.value.__cause__ is None
