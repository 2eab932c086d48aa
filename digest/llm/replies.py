"""What a server sends back: an answer, or what the fields of its errors mean.

Servers differ in what they say and agree on little more than statuses and a few
codes.  Nothing here looks at words.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import math
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from digest.llm.errors import (
    ContextError,
    EndpointError,
    FormatError,
    Reason,
    RefusalError,
    StoppedError,
    TransientError,
)
from digest.llm.sizes import tokens_of
from digest.model import Tokens

Format = Literal["json_schema", "json_object", "text"]
"""How an answer's form is asked for, the strictest first."""

MALFORMED = frozenset([400, 422])
"""Statuses of a question that a server does not like the form of."""

_OVERFLOWS = frozenset(["context_length_exceeded", "exceed_context_size_error"])
_QUOTA = frozenset(["insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"])
_KEYS = frozenset(["invalid_api_key"])
_MODELS = frozenset(["model_not_found"])
_FILTERS = frozenset(["content_filter", "content_policy_violation"])
TELLING = _OVERFLOWS | _QUOTA | _KEYS | _MODELS | _FILTERS
"""Codes and types of errors that say enough by themselves."""

_OVERLONG = frozenset(["input_tokens", "prompt"])
"""Parameters that are at fault where the question is too long."""
_CUT = frozenset(["length", "max_tokens", "model_length"])
_STOPS: dict[int, Reason] = {
    401: "key",
    402: "quota",
    403: "permission",
    404: "address",
    405: "address",
    410: "address",
}
_LATER = frozenset([408, 409, 425])
_TOO_LARGE = 413
_TOO_MANY = 429
_DAY = 86_400.0


class Answer(msgspec.Struct, frozen=True):
    """What a model said."""

    text: str
    whole: bool
    """False where it was cut off at the limit of tokens."""
    tokens: Tokens
    """What it cost."""
    counted: bool = True
    """False where the server did not count, so that the cost is an estimate."""
    calls: int = 1
    """How often the server was asked for it."""


class Fault(msgspec.Struct, frozen=True):
    """An error as a server tells it, without its words."""

    status: int
    names: frozenset[str]
    """Its code and its type."""
    param: str | None
    """The field of the question that is at fault."""
    after: float | None
    """Seconds after which it wants to be asked again."""


def read(body: bytes, asked: int) -> Answer:
    """Read the body of a completion; servers leave out what the protocol promises.

    Arguments:
        body: as it came, with status 200.
        asked: about how many tokens the question had, for servers that do not count.

    Raises:
        RefusalError: the model, or a filter, refused.
        TransientError: it is no completion, or an empty one.
        EndpointError: it is an error that came with status 200.
    """
    lost = Tokens(prompt=asked, completion=0)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise TransientError("invalid body", tokens=lost)
    counted = _counted(data.get("usage"))
    choice = _first(data.get("choices"))
    if choice is None:
        if isinstance(data.get("error"), dict):
            raise failed(fault(_status(data["error"]), data, None), "text")
        whole = "choices" in data and isinstance(data["choices"], list)
        raise TransientError("empty answer" if whole else "invalid body", tokens=counted or lost)
    reason = choice.get("finish_reason")
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    if (isinstance(reason, str) and reason.startswith("content_filter")) or message.get("refusal"):
        raise RefusalError("refused", tokens=counted or lost)
    text = _text(message.get("content"))
    whole = reason not in _CUT
    if not text.strip() and whole:
        raise TransientError("empty answer", tokens=counted or lost)
    estimate = Tokens(prompt=asked, completion=tokens_of(text))
    return Answer(text, whole, counted or estimate, counted is not None)


def failed(said: Fault, style: Format) -> EndpointError:
    """Our error for a server's.

    Arguments:
        said: what it told.
        style: how the form of the answer was asked for.
    """
    told = _by_name(said.names)
    if told is not None or said.status in _STOPS:
        return told or StoppedError(_STOPS[said.status])
    if said.status == _TOO_LARGE or (said.status in MALFORMED and said.param in _OVERLONG):
        return ContextError("context")
    if said.status == _TOO_MANY:
        return TransientError("rate limit", after=said.after)
    if said.status in _LATER or said.status >= 500:  # noqa: PLR2004
        return TransientError("server error", after=said.after)
    form = said.param is None or said.param.startswith("response_format")
    may_be_form = said.status in MALFORMED and style != "text" and form
    return FormatError("format") if may_be_form else EndpointError("rejected")


def _by_name(names: frozenset[str]) -> EndpointError | None:
    """What a code or a type says, whatever status it comes with."""
    if names & _OVERFLOWS:
        return ContextError("context")
    if names & _FILTERS:
        return RefusalError("refused")
    stops: tuple[tuple[frozenset[str], Reason], ...] = (
        (_QUOTA, "quota"),
        (_KEYS, "key"),
        (_MODELS, "address"),
    )
    for codes, reason in stops:
        if names & codes:
            return StoppedError(reason)
    return None


def fault(status: int, body: object, after: float | None) -> Fault:
    """Read the fields of an error, wherever a server puts them.

    Arguments:
        status: of HTTP.
        body: the JSON that came with it, if it is some.
        after: seconds after which the server wants to be asked again.
    """
    if isinstance(body, list) and body:
        body = body[0]
    inner = body.get("error", body) if isinstance(body, dict) else None
    fields: Mapping[str, Any] = inner if isinstance(inner, dict) else {}
    names = {fields.get("code"), fields.get("type")}
    param = fields.get("param")
    if not isinstance(param, str) or not param:
        param = _place(body.get("detail")) if isinstance(body, dict) else None
    return Fault(status, frozenset(n for n in names if isinstance(n, str)), param, after)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until a server wants to be asked again; at most a day.

    Source: RFC 9110 10.2.3, seconds or a date; a date counts from the server's own.

    Arguments:
        headers: of the reply.
        now: seconds since 1970, for servers that do not tell their own time.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        until = _moment(value)
        sent = _moment(headers.get("date", ""))
        if until is None:
            return None
        seconds = until - (now if sent is None else sent)
    return None if math.isnan(seconds) else max(0.0, min(seconds, _DAY))


def _moment(value: str) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _place(detail: object) -> str | None:
    """The field at fault as FastAPI tells it: ``{"detail": [{"loc": ["body", name, …]}]}``."""
    first = detail[0] if isinstance(detail, list) and detail else None
    place = first.get("loc") if isinstance(first, dict) else None
    if not isinstance(place, list):
        return None
    names = [part for part in place if isinstance(part, str) and part != "body"]
    return names[0] if names else None


def _status(error: Mapping[str, Any]) -> int:
    """The status that an error in a body of status 200 would have had."""
    for name in ("code", "status", "status_code"):
        value = error.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:  # noqa: PLR2004
            return value
    return 500


def _first(choices: object) -> dict[str, Any] | None:
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else None


def _text(content: object) -> str:
    """The text of a message: a string, or some servers' list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(text for text in texts if isinstance(text, str))
    return ""


def _counted(usage: object) -> Tokens | None:
    if not isinstance(usage, dict):
        return None
    asked, said = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    return None if asked is None or said is None else Tokens(prompt=asked, completion=said)


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
