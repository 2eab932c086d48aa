"""A forge on loopback that knows issues, as GitHub's REST interface has them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit


class IssueServer:
    """The forge; its issues are in ``issues``, what was asked in ``log``."""

    def __init__(self, repository: str, token: str) -> None:
        self.prefix = f"/api/v3/repos/{repository}"
        self.token = token
        self.issues: list[dict[str, Any]] = []
        self.comments: list[tuple[int, str]] = []
        self.log: list[str] = []
        self.status: int | None = None
        """Answer nothing but this."""
        self.body: bytes | None = None
        """Answer with this, whatever it is."""
        self.redirect: str | None = None

    def __enter__(self) -> IssueServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.forge = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api/v3"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def open(self) -> list[dict[str, Any]]:
        return [issue for issue in self.issues if issue["state"] == "open"]

    def add(self, **more: Any) -> dict[str, Any]:
        number = len(self.issues) + 1
        issue = {"number": number, "state": "open", "labels": [], "title": "", "body": ""} | more
        self.issues.append(issue)
        return issue

    def answer(self, method: str, path: str, data: Any) -> tuple[int, Any]:
        """What the forge does."""
        parts = urlsplit(path)
        if not parts.path.startswith(f"{self.prefix}/issues"):
            return 404, {"message": "Not Found"}
        rest = parts.path.removeprefix(f"{self.prefix}/issues").strip("/").split("/")
        match (method, rest):
            case ("GET", [""]):
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                return 200, [
                    issue
                    for issue in reversed(self.issues)
                    if issue["state"] == query["state"]
                    and query["labels"] in [label["name"] for label in issue["labels"]]
                ]
            case ("POST", [""]):
                labels = [{"name": name} for name in data.pop("labels", ())]
                return 201, self.add(**data, labels=labels)
            case ("PATCH", [number]):
                issue = self.issues[int(number) - 1]
                issue.update(data)
                return 200, issue
            case ("POST", [number, "comments"]):
                self.comments.append((int(number), data["body"]))
                return 201, {"id": 1}
        return 404, {"message": "Not Found"}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._serve()

    do_POST = do_GET  # noqa: N815
    do_PATCH = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self) -> None:
        forge = cast("IssueServer", self.server.forge)  # type: ignore[attr-defined]
        forge.log.append(f"{self.command} {urlsplit(self.path).path.removeprefix(forge.prefix)}")
        size = int(self.headers.get("Content-Length") or 0)
        data = json.loads(self.rfile.read(size)) if size else None
        if forge.status is not None:
            status, found = forge.status, {"message": "the forge's own words"}
        elif self.headers.get("Authorization") != f"Bearer {forge.token}":
            status, found = 401, {"message": "Bad credentials"}
        else:
            status, found = forge.answer(self.command, self.path, data)
        body = forge.body if forge.body is not None else json.dumps(found).encode()
        self.send_response(status)
        if forge.redirect:
            self.send_header("Location", forge.redirect)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
