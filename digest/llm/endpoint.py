"""The border to the ``openai`` package: one question, one answer, or one of our errors.

What a server says about itself is told apart by status and by the fields of its
errors, never by their words, which differ between servers and are never shown.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from digest.llm import replies
from digest.llm.errors import EndpointError, TransientError
from digest.llm.replies import Answer, Format
from digest.llm.sizes import tokens_of
from digest.model import Tokens

if TYPE_CHECKING:
    from openai import APIResponse, APIStatusError, OpenAI

Role = Literal["system", "user", "assistant"]
LimitName = Literal["max_completion_tokens", "max_tokens"]
"""What a server calls the most tokens that an answer may have."""

OWN = "https://api.openai.com/v1"
LARGEST = 4_000_000
"""Bytes of a body; an answer has a few thousand."""

_OTHER: dict[LimitName, LimitName] = {
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_completion_tokens",
}
_LOGGERS = ("openai", "httpx2", "httpcore2")
"""They write addresses, and what is sent, into the log."""
_UNSENT = frozenset(["ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol"])
"""Errors of the connection that came before anything was sent, so that nothing was paid."""


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation."""

    role: Role
    content: str


class Asks(Protocol):
    """Whoever answers a question: a server, or something patient in front of it."""

    @property
    def identity(self) -> str:
        """Tells servers and models apart, without naming them."""
        ...

    @property
    def limit_name(self) -> LimitName:
        """The name of the limit that the server is known, or guessed, to take."""
        ...

    def prefer(self, limit_name: LimitName) -> None:
        """Begin with this name of the limit, which an earlier run found out."""
        ...

    def ask(
        self, messages: Sequence[Message], *, style: Format, schema: Mapping[str, Any], limit: int
    ) -> Answer:
        """Ask for an answer; see :meth:`Endpoint.ask`."""
        ...


class Endpoint:
    """A server that speaks OpenAI's protocol for chats, and one of its models.

    It may be asked from several threads at once.

    Arguments:
        model: name of the model, as the server knows it.
        key: the secret; never shown and never stored.
        base_url: of the server; None for OpenAI's own.
        timeout: seconds for one answer, from the question to its last byte.
        now: seconds since 1970, for servers that name the moment of the next try, but not
            their own time.
    """

    def __init__(
        self,
        *,
        model: str,
        key: str,
        base_url: str | None,
        timeout: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.model = model
        self._key = key
        self._base_url = base_url or OWN
        self._timeout = timeout
        self._now = now
        self._made: OpenAI | None = None
        self._making = threading.Lock()
        self._limit_name: LimitName = "max_completion_tokens"
        self._limit_known = False

    def __repr__(self) -> str:
        return f"Endpoint(model={self.model!r})"

    @property
    def identity(self) -> str:
        """Tells servers and models apart, without naming them."""
        whole = f"{self._base_url.rstrip('/')}\0{self.model}"
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:20]

    @property
    def limit_name(self) -> LimitName:
        """The name of the limit that the server is known, or guessed, to take."""
        return self._limit_name

    def prefer(self, limit_name: LimitName) -> None:
        """Begin with this name of the limit, which an earlier run found out."""
        if not self._limit_known:
            self._limit_name = limit_name

    def ask(
        self, messages: Sequence[Message], *, style: Format, schema: Mapping[str, Any], limit: int
    ) -> Answer:
        """Ask once; whoever wants to ask again does so.

        Where the server may know the limit of tokens by its other name, that is tried too.

        Arguments:
            messages: the conversation so far.
            style: how the form of the answer is asked for.
            schema: JSON Schema of the answer.
            limit: tokens that the answer may have.

        Raises:
            FormatError: the server may not know this way to ask for a form.
            ContextError: the question is longer than the model reads.
            RefusalError: the model, or a filter, refuses this question.
            TransientError: it may work later.
            StoppedError: it will not work for any question of this run.
            EndpointError: this question cannot be answered.
        """
        name = self._limit_name
        result, doubtful = self._once(messages, style, schema, name, limit)
        calls = 1
        if doubtful:
            calls += 1
            name = _OTHER[name]
            result, still = self._once(messages, style, schema, name, limit)
            if still and isinstance(result, EndpointError):
                # Neither name was to its liking, so that is not what is wrong.
                name = _OTHER[name]
        if isinstance(result, EndpointError):
            result.calls = calls
            raise result
        self._limit_name, self._limit_known = name, True
        return Answer(result.text, result.whole, result.tokens, result.counted, calls)

    def close(self) -> None:
        """Close its connections."""
        with self._making:
            if self._made is not None:
                self._made.close()
                self._made = None

    def _once(
        self,
        messages: Sequence[Message],
        style: Format,
        schema: Mapping[str, Any],
        limit_name: LimitName,
        limit: int,
    ) -> tuple[Answer | EndpointError, bool]:
        """One request; and whether the name of the limit may be what it failed for."""
        import httpx2  # noqa: PLC0415
        import openai  # noqa: PLC0415 - half a second that only those pay who use it

        sent = sent_as(messages)
        asked = sum(tokens_of(message.content) for message in messages)
        lost = Tokens(prompt=asked, completion=0)
        # The foreign errors hold the server's words, so ours are raised where those are gone.
        try:
            with self._opened(sent, style, schema, {limit_name: limit}) as response:
                body = self._read(response, lost)
            return replies.read(body, asked), False
        except EndpointError as error:
            return error, False
        except openai.APIStatusError as error:
            failure = replies.failed(refusal(error, self._now), style)
            return failure, self._may_be_the_limit(error, limit_name)
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            return TransientError("timeout", tokens=None if _unsent(error) else lost), False
        except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError) as error:
            return TransientError("connection", tokens=None if _unsent(error) else lost), False
        except (openai.OpenAIError, httpx2.InvalidURL, ValueError):
            return EndpointError("rejected"), False

    def _opened(
        self,
        messages: list[dict[str, str]],
        style: Format,
        schema: Mapping[str, Any],
        limit: dict[str, int],
    ) -> AbstractContextManager[APIResponse[Any]]:
        options = form_of(style, schema)
        return self.client().chat.completions.with_streaming_response.create(
            model=self.model,
            messages=messages,  # type: ignore[arg-type]
            stream=False,
            extra_body=limit,
            **options,
        )

    def _read(self, response: APIResponse[Any], lost: Tokens) -> bytes:
        """The whole body, unless it comes too slowly or does not end."""
        deadline = time.monotonic() + self._timeout
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LARGEST:
                raise TransientError("invalid body", tokens=lost)
            if time.monotonic() > deadline:
                raise TransientError("timeout", tokens=lost)
        return bytes(body)

    def client(self) -> OpenAI:
        """The foreign client; made when it is first used."""
        with self._making:
            if self._made is None:
                from openai import OpenAI  # noqa: PLC0415 - see above

                for name in _LOGGERS:
                    logging.getLogger(name).setLevel(logging.CRITICAL + 1)
                self._made = OpenAI(
                    api_key=self._key,
                    base_url=self._base_url,
                    timeout=self._timeout,
                    max_retries=0,  # who asks again, and when, is decided for a run as a whole
                )
            return self._made

    def _may_be_the_limit(self, error: APIStatusError, name: LimitName) -> bool:
        """Whether the limit of tokens may have its other name here."""
        if error.status_code not in replies.MALFORMED:
            return False
        fault = replies.fault(error.status_code, _json(error.body), None)
        if fault.param == name:
            return True
        return not (self._limit_known or fault.param or fault.names & replies.TELLING)


def sent_as(messages: Iterable[Message]) -> list[dict[str, str]]:
    """Messages as the protocol has them.

    Arguments:
        messages: a conversation.
    """
    return [{"role": message.role, "content": message.content} for message in messages]


def form_of(style: Format, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The options that ask for a form.

    Arguments:
        style: how it is asked for.
        schema: JSON Schema of the answer.
    """
    if style == "json_schema":
        form = {"name": "analysis", "schema": dict(schema), "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": form}}
    return {"response_format": {"type": "json_object"}} if style == "json_object" else {}


def refusal(error: APIStatusError, now: Callable[[], float] = time.time) -> replies.Fault:
    """What the fields of a server's error say.

    Arguments:
        error: as the client raises it.
        now: see :class:`Endpoint`.
    """
    after = replies.retry_after(error.response.headers, now())
    return replies.fault(error.status_code, _json(error.body), after)


def _json(body: object) -> object:
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _unsent(error: BaseException) -> bool:
    """Whether a connection failed before the question was sent."""
    found: BaseException | None = error
    while found is not None:
        if type(found).__name__ in _UNSENT:
            return True
        found = found.__cause__
    return False
