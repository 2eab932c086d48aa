"""A server on loopback that speaks chat completions and does what a script says.

::

    with ChatServer(said(answer()), fault(500), said("{}")) as server:   # in that order
        ...
    with ChatServer(lambda request: fault(429)) as server:               # by the question
        ...
    assert server.requests[0].style == "json_schema"

The last reply of a list is given again and again.
"""

from __future__ import annotations

import email.utils
import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import msgspec
from msgspec.structs import replace

KEY = "sk-test-0123456789abcdefghijklmnop"
"""What clients of the tests send, and what must not be seen anywhere."""
WORDS = "the server's own words, with the key and a stranger's text"
"""What is in each error's message, and must not be seen either."""


class Request(msgspec.Struct, frozen=True):
    """A question as it came."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]
    """By their names in lower case."""
    at: float

    @property
    def style(self) -> str:
        """How the form of the answer is asked for."""
        return self.body.get("response_format", {}).get("type", "text")

    @property
    def text(self) -> str:
        """All messages."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def roles(self) -> list[str]:
        """Who speaks in the messages."""
        return [message["role"] for message in self.body["messages"]]

    @property
    def schema(self) -> Any:
        """The schema that is asked for."""
        return self.body["response_format"]["json_schema"]["schema"]


class Reply(msgspec.Struct, frozen=True):
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the first byte."""
    hangs: bool = False
    """Never answer."""
    drops_after: int | None = None
    """Close the connection after so many bytes of the body."""
    drips: float | None = None
    """Seconds between one byte and the next."""
    dies: bool = False
    """From now on nobody listens any more; this reply is still sent."""


Script = Callable[[Request], Reply]


def answer(depth: str = "low", language: str = "en", **more: Any) -> dict[str, Any]:
    """A valid answer."""
    text = {
        "en": "The router now keeps the queue when a worker of the pool starts again.",
        "zh": "路由器在工作进程重新启动之后会保留原来的队列，请求不会丢失。",
    }[language]
    found: dict[str, Any] = {"change_type": "fix", "summary": text}
    if depth != "low":
        found["impact"] = [text]
        found["recommendations"] = [{"audience": "operators", "advice": text}]
    if depth == "high":
        found["insights"] = [{"aspect": "architecture", "statements": [text]}]
        found["risks"] = [{"risk": text, "consequence": None, "trigger": text, "mitigation": None}]
    return found | more


def said(
    text: str | Mapping[str, Any] | None,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (100, 20),
    **message: Any,
) -> Reply:
    """A completion."""
    content = json.dumps(text, ensure_ascii=False) if isinstance(text, Mapping) else text
    data: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "some-model",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
    }
    if usage is not None:
        data["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return sent(data)


def sent(data: Any, status: int = 200, **more: Any) -> Reply:
    """Some JSON."""
    body = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Reply(status, body, {"Content-Type": "application/json"}, **more)


def fault(
    status: int,
    *,
    code: str | None = None,
    type: str | None = None,  # noqa: A002 - the protocol's name
    param: str | None = None,
    retry_after: str | None = None,
    date: str | None = None,
) -> Reply:
    """An error as OpenAI's server tells it."""
    message = f"{WORDS}: {KEY} context_length_exceeded 429 rate limit response_format"
    error = {"message": message, "code": code, "type": type, "param": param}
    headers = {"Content-Type": "application/json"}
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    if date is not None:
        headers["Date"] = date
    return replace(sent({"error": error}, status), headers=headers)


def in_http_date(seconds: float) -> str:
    """A moment from now on, as HTTP writes it."""
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


class ChatServer:
    """The server; what it was asked is in ``requests``."""

    handler: type[BaseHTTPRequestHandler] | None = None
    """Who speaks the protocol, where it is more than chats."""

    def __init__(self, *script: Reply | Script, latency: float = 0.0) -> None:
        self.requests: list[Request] = []
        self.most_at_once = 0
        self.latency = latency
        self.closing = threading.Event()
        self._now = 0
        self._script = list(script)
        self._lock = threading.Lock()

    def __enter__(self) -> ChatServer:
        self._server = _Server(self)
        self._dead = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.die()
        self._thread.join()
        self._server.join()

    def die(self) -> None:
        """Listen no more."""
        with self._lock:
            dead, self._dead = self._dead, True
        if not dead:
            self._server.shutdown()
            self._server.socket.close()

    def begins(self, request: Request) -> Reply:
        """What to reply."""
        with self._lock:
            self.requests.append(request)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return step if isinstance(step, Reply) else step(request)

    def ends(self) -> None:
        """A reply is out."""
        with self._lock:
            self._now -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, script: ChatServer) -> None:
        super().__init__(("127.0.0.1", 0), script.handler or Handler)
        self.script = script

    def join(self) -> None:
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is no news."""


class Handler(BaseHTTPRequestHandler):
    """Speaks chat completions."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        script = cast("_Server", self.server).script
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(body, headers, time.monotonic())
        try:
            reply = script.begins(request)
            script.closing.wait(script.latency + reply.delay)
            if reply.dies:
                script.die()
            if reply.hangs:
                script.closing.wait()
            else:
                self._send(reply)
        finally:
            script.ends()
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        headers = {"Date": email.utils.formatdate(usegmt=True), **reply.headers}
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        # One connection a question: none is left open when the server closes.
        self.send_header("Connection", "close")
        self.end_headers()
        if reply.drips is not None:
            script = cast("_Server", self.server).script
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                if script.closing.wait(reply.drips):
                    return
        else:
            self.wfile.write(reply.body[: reply.drops_after])
