"""A server that takes batches too, and answers them when a test says so.

::

    with BatchServer(by_depth()) as server:
        ...                          # sends a batch
        server.finish()              # each question is answered by the script
        ...                          # fetches it
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from support.chatserver import ChatServer, Handler, Reply, Request, Script, fault, sent


class BatchServer(ChatServer):
    """The server; its files and batches are there to be looked at."""

    def __init__(self, *script: Reply | Script, latency: float = 0.0) -> None:
        super().__init__(*script, latency=latency)
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str]] = []
        """Methods and paths of all that is no chat."""
        self.faults: dict[tuple[str, str], Reply] = {}
        """What is replied instead, by method and path."""

    @property
    def questions(self) -> list[dict[str, Any]]:
        """All that was sent in batches."""
        return [line for batch in self.batches.values() for line in self._lines(batch)]

    def finish(
        self, status: str = "completed", *, only: int | None = None, shuffled: bool = True
    ) -> None:
        """Answer the batches that wait.

        Arguments:
            status: how they end.
            only: as many questions as are answered; all where None.
            shuffled: answer in another order than that of the questions.
        """
        for batch in self.batches.values():
            if batch["status"] != "in_progress":
                continue
            lines = self._lines(batch)[:only]
            good, bad = [], []
            for line in reversed(lines) if shuffled else lines:
                reply = self.begins(Request(line["body"], {}, time.monotonic()))
                self.ends()
                response = {"status_code": reply.status, "body": json.loads(reply.body)}
                result = {"custom_id": line["custom_id"], "response": response, "error": None}
                (good if reply.status == 200 else bad).append(json.dumps(result))
            batch["status"] = status
            for name, results in (("output_file_id", good), ("error_file_id", bad)):
                batch[name] = None
                if results:
                    batch[name] = f"file-{len(self.files)}"
                    self.files[batch[name]] = "\n".join(results).encode()

    def _lines(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]

    def upload(self, body: bytes, kind: str) -> Reply:
        """A file, out of the form that it came in."""
        boundary = kind.partition("boundary=")[2].encode()
        parts = [part.partition(b"\r\n\r\n") for part in body.split(b"--" + boundary)]
        name = f"file-{len(self.files)}"
        purposes = [text for head, _, text in parts if b'name="purpose"' in head]
        assert purposes == [b"batch\r\n"]
        (content,) = [text for head, _, text in parts if b"filename=" in head]
        self.files[name] = content.removesuffix(b"\r\n")
        return sent({"id": name, "object": "file", "purpose": "batch", "bytes": len(content)})

    def create(self, body: dict[str, Any]) -> Reply:
        """A batch."""
        assert body["endpoint"] == "/v1/chat/completions"
        assert body["completion_window"] == "24h"
        name = f"batch_{len(self.batches)}"
        self.batches[name] = {"id": name, "object": "batch", "status": "in_progress"} | body
        return sent(self.batches[name])

    def get(self, path: str) -> Reply:
        """What is asked for by its path."""
        parts = path.strip("/").split("/")
        if parts[-1] == "batches":
            newest_first = list(reversed(self.batches.values()))
            return sent({"object": "list", "data": newest_first, "has_more": False})
        if parts[-2] == "batches" and parts[-1] in self.batches:
            return sent(self.batches[parts[-1]])
        if parts[-1] == "content" and parts[-2] in self.files:
            return Reply(200, self.files[parts[-2]])
        return fault(404)


class _BatchHandler(Handler):
    def do_POST(self) -> None:  # noqa: N802 - the name that is looked for
        if self.path.endswith("/chat/completions"):
            super().do_POST()
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if (reply := self._fault()) is None:
            if self.path.endswith("/files"):
                reply = self._script.upload(body, self.headers["Content-Type"])
            else:
                reply = self._script.create(json.loads(body))
        self._reply(reply)

    def do_GET(self) -> None:  # noqa: N802 - the name that is looked for
        self._reply(self._fault() or self._script.get(self.path.partition("?")[0]))

    def do_DELETE(self) -> None:  # noqa: N802 - the name that is looked for
        self._script.files.pop(self.path.rpartition("/")[2], None)
        self._fault()
        self._reply(sent({"deleted": True}))

    @property
    def _script(self) -> BatchServer:
        return cast("Any", self.server).script

    def _fault(self) -> Reply | None:
        call = self.command, self.path.partition("?")[0].removeprefix("/v1")
        self._script.calls.append(call)
        return self._script.faults.get(call)

    def _reply(self, reply: Reply) -> None:
        self.close_connection = True
        self._send(reply)


BatchServer.handler = cast("type[BaseHTTPRequestHandler]", _BatchHandler)
