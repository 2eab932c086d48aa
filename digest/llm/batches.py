"""Batches: many questions sent as one file, answered within a day at half the price.

Like :mod:`digest.llm.endpoint`, this is a border to the ``openai`` package: what
comes in are answers or our own errors, never a server's words.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from digest.llm import replies
from digest.llm.asking import Task
from digest.llm.endpoint import Endpoint, LimitName, form_of, refusal, sent_as
from digest.llm.errors import EndpointError, Reason, TransientError
from digest.llm.replies import Answer, Format

if TYPE_CHECKING:
    from openai import APIStatusError

_PATH: Literal["/v1/chat/completions"] = "/v1/chat/completions"
_ABSENT = frozenset([404, 405, 501])
"""Statuses of a server that knows no batches, or no files."""
_OVER: dict[str, Reason] = {
    "completed": "empty answer",
    "failed": "rejected",
    "expired": "timeout",
    "cancelled": "interrupted",
}
"""Ends of a batch, and why a question has no answer then."""
_TIMEOUT = 600.0
"""Seconds for a file, which is much larger than an answer."""
_LARGEST = 500_000_000
"""Bytes of a file of answers."""
_LOOKED_AT = 100
"""Newest batches among which one of ours is looked for."""
_NAMED = "digest"
"""Key of our name in a batch's metadata."""


class Progress(msgspec.Struct, frozen=True):
    """How far a batch is."""

    over: bool
    missing: Reason = "empty answer"
    """Why a question has no answer where the batch is over."""
    files: tuple[str, ...] = ()
    """The server's names of the files with answers and errors."""


class BatchServer:
    """The batches of one server.

    Arguments:
        endpoint: the server and the model.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def line(self, name: str, task: Task, style: Format, limit_name: LimitName) -> bytes:
        """A question as one line of a batch's file.

        Arguments:
            name: to know its answer by.
            task: the question.
            style: how the form of the answer is asked for.
            limit_name: what the server calls the most tokens of an answer.
        """
        body = {
            "model": self._endpoint.model,
            "messages": sent_as(task.messages),
            limit_name: task.limit,
            **form_of(style, task.schema),
        }
        question = {"custom_id": name, "method": "POST", "url": _PATH, "body": body}
        return json.dumps(question).encode() + b"\n"

    def send(self, token: str, lines: bytes) -> str:
        """Send a batch, and give the server's name of it.

        Arguments:
            token: our own name of it, which is sent along.
            lines: the questions.

        Raises:
            EndpointError: it was not taken; ``no batches`` where the server knows none.
            TransientError: it is not known whether it was taken.
        """
        from openai import APIStatusError, OpenAIError  # noqa: PLC0415 - see below

        with _errors(absent="no batches"):
            client = self._endpoint.client()
            file = client.files.create(
                file=("questions.jsonl", lines), purpose="batch", timeout=_TIMEOUT
            )
            name = _text(file, "id")
            try:
                batch = client.batches.create(
                    completion_window="24h",
                    endpoint=_PATH,
                    input_file_id=name,
                    metadata={_NAMED: token},
                )
            except APIStatusError:
                # It was not taken; after any other error it may have been.
                with suppress(OpenAIError):
                    client.files.delete(name)
                raise
            return _text(batch, "id")

    def find(self, token: str) -> str | None:
        """The server's name of a batch of ours, or None where it has none.

        Arguments:
            token: our own name of it.

        Raises:
            EndpointError: the server does not say.
        """
        with _errors():
            for batch in islice(self._endpoint.client().batches.list(limit=_LOOKED_AT), _LOOKED_AT):
                if (getattr(batch, "metadata", None) or {}).get(_NAMED) == token:
                    return _text(batch, "id")
        return None

    def look(self, name: str) -> Progress:
        """How far a batch is.

        Arguments:
            name: the server's name of it.

        Raises:
            EndpointError: the server does not say; ``address`` where it does not know the batch.
        """
        with _errors():
            batch = self._endpoint.client().batches.retrieve(name)
            missing = _OVER.get(_text(batch, "status"))
            found = (getattr(batch, key, None) for key in ("output_file_id", "error_file_id"))
            files = tuple(file for file in found if isinstance(file, str) and file)
            return Progress(missing is not None, missing or "empty answer", files)

    def results(self, progress: Progress) -> dict[str, Answer | EndpointError]:
        """What became of each question, by its name.

        Arguments:
            progress: of a batch that is over.

        Raises:
            EndpointError: the files cannot be had.
        """
        found: dict[str, Answer | EndpointError] = {}
        for file in progress.files:
            for line in self._content(file).splitlines():
                read = _result(line)
                if read is not None:
                    found.setdefault(*read)
        return found

    def _content(self, file: str) -> bytes:
        deadline = time.monotonic() + _TIMEOUT
        body = bytearray()
        with (
            _errors(),
            self._endpoint.client().files.with_streaming_response.content(
                file, timeout=_TIMEOUT
            ) as response,
        ):
            for piece in response.iter_bytes():
                body += piece
                if len(body) > _LARGEST or time.monotonic() > deadline:
                    raise TransientError("timeout")
        return bytes(body)


@contextmanager
def _errors(absent: Reason | None = None) -> Iterator[None]:
    """Our errors for the client's.

    Arguments:
        absent: the reason where the server does not know the address.
    """
    import httpx2  # noqa: PLC0415
    import openai  # noqa: PLC0415 - half a second that only those pay who use it

    failure: EndpointError | None = None
    try:
        yield
    except EndpointError:
        raise
    except openai.APIStatusError as error:
        failure = _failed(error, absent)
    except (openai.APITimeoutError, httpx2.TimeoutException):
        failure = TransientError("timeout")
    except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError):
        failure = TransientError("connection")
    except (openai.OpenAIError, httpx2.InvalidURL, ValueError, TypeError, AttributeError):
        failure = TransientError("invalid body")
    if failure is not None:
        raise failure


def _failed(error: APIStatusError, absent: Reason | None) -> EndpointError:
    if absent is not None and error.status_code in _ABSENT:
        return EndpointError(absent)
    return replies.failed(refusal(error), "text")


def _text(record: object, name: str) -> str:
    """A field that servers are known to leave out."""
    value = getattr(record, name, None)
    if not isinstance(value, str) or not value:
        raise TransientError("invalid body")
    return value


def _result(line: bytes) -> tuple[str, Answer | EndpointError] | None:
    """One line of a file of answers; None for what is none."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("custom_id"), str):
        return None
    return data["custom_id"], _answer(data)


def _answer(data: dict[str, Any]) -> Answer | EndpointError:
    response = data.get("response")
    if not isinstance(response, dict):
        error = data.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        return EndpointError("timeout" if code == "batch_expired" else "server error")
    status, body = response.get("status_code"), response.get("body")
    if status != 200:  # noqa: PLR2004
        known = status if isinstance(status, int) else 500
        return replies.failed(replies.fault(known, body, None), "text")
    try:
        return replies.read(json.dumps(body).encode(), 0)
    except EndpointError as error:
        return error
