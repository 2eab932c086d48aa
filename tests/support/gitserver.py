"""A git server on loopback, over smart HTTP, that counts and can misbehave.

::

    with GitServer(tmp_path) as server:            # serves every repository below tmp_path
        url = server.url("repo")
        ...
        assert server.requests == 2
        server.breaks_after = 1000                 # from now on
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote, urlsplit


@dataclass
class GitServer:
    """``git http-backend`` behind Python's own HTTP server.

    What the attributes say holds for the requests that come after they are set.
    """

    root: Path
    """Below this directory the repositories are; they may be bare or not."""
    latency: float = 0.0
    """Seconds to wait before each answer."""
    token: str | None = None
    """``user:password`` that Basic authorization must hold, as base64; else 401."""
    hangs: bool = False
    """Accept requests and never answer."""
    hangs_after: int | None = None
    """The same, once so many requests were logged."""
    status: int | None = None
    """Answer nothing but this status."""
    breaks_after: int | None = None
    """Close the connection after so many bytes of a pack."""
    stalls_after: int | None = None
    """Send nothing more after so many bytes of an answer."""
    allow_filter: bool = True
    """Support partial clones."""
    allow_any_want: bool = False
    """In protocol 0, give objects that no ref stands for.  Protocol 2 always does."""
    takes_pushes: bool = False
    """Let anybody push who may read."""
    protocol_2: bool = True
    """Pass on that the client speaks protocol 2."""
    redirect: str | None = None
    """Send every request to the same path of this address."""
    log: list[str] = field(default_factory=list)
    """One line a request: method and path, without the query."""
    sent: Counter[str] = field(default_factory=Counter)
    """Bytes of the answers' bodies by the same line."""
    authorizations: list[str | None] = field(default_factory=list)
    """The Authorization header of each request."""

    def __enter__(self) -> GitServer:
        exec_path = subprocess.run(["git", "--exec-path"], capture_output=True, check=True).stdout
        self.backend = Path(exec_path.decode().strip()) / "git-http-backend"
        self.closing = threading.Event()
        self._server = _Server(self)
        # A short poll, so that closing does not take half a second a test.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> int:
        """How many requests there were."""
        return len(self.log)

    @property
    def bytes(self) -> int:
        """How many bytes of bodies were sent."""
        return sum(self.sent.values())

    def url(self, name: str) -> str:
        """Address of the repository ``root/name``."""
        return f"{self.origin}/{name}"

    def forget(self) -> None:
        """Count from zero again."""
        self.log.clear()
        self.sent.clear()
        self.authorizations.clear()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, settings: GitServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.settings = settings

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self._body())

    def log_message(self, *args: object) -> None:
        pass

    def _serve(self, body: bytes) -> None:
        server = cast("_Server", self.server).settings
        parts = urlsplit(self.path)
        line = f"{self.command} {parts.path}"
        server.log.append(line)
        server.authorizations.append(self.headers.get("Authorization"))
        patience = server.hangs_after
        if server.hangs or (patience is not None and server.requests > patience):
            server.closing.wait()
            self.close_connection = True
        elif server.status:
            self._answer(line, server.status, {}, b"")
        elif server.redirect:
            self._answer(line, 301, {"Location": server.redirect + self.path}, b"")
        elif server.token and self.headers.get("Authorization") != f"Basic {server.token}":
            self._answer(line, 401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        else:
            time.sleep(server.latency)
            self._backend(server, line, body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _backend(self, server: GitServer, line: str, body: bytes) -> None:
        parts = urlsplit(self.path)
        settings = {
            "http.receivepack": str(server.takes_pushes).lower(),
            "safe.directory": "*",
            "uploadpack.allowFilter": str(server.allow_filter).lower(),
            "uploadpack.allowAnySHA1InWant": str(server.allow_any_want).lower(),
        }
        environment = {
            "GIT_PROJECT_ROOT": str(server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": str(len(settings)),
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": self.command,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        if server.protocol_2:
            environment["GIT_PROTOCOL"] = self.headers.get("Git-Protocol", "")
        for index, (key, value) in enumerate(settings.items()):
            environment |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
        result = subprocess.run(
            [server.backend], input=body, env=environment, capture_output=True, check=False
        )
        head, _, content = result.stdout.partition(b"\r\n\r\n")
        headers = dict(field.split(": ", 1) for field in head.decode().split("\r\n") if field)
        status = int(headers.pop("Status", "200").split()[0])
        self._answer(line, status, headers, content)

    def _answer(self, line: str, status: int, headers: dict[str, str], content: bytes) -> None:
        server = cast("_Server", self.server).settings
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        # One connection a request: none is left open when the server closes.
        self.send_header("Connection", "close")
        self.end_headers()
        if server.breaks_after is not None and b"PACK" in content:
            content = content[: server.breaks_after]
        stalls = server.stalls_after is not None and len(content) > server.stalls_after
        if stalls:
            content = content[: server.stalls_after]
        server.sent[line] += len(content)
        cast("BinaryIO", self.wfile).write(content)
        if stalls:
            server.closing.wait()
