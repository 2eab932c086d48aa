"""Look at a built site as a reader's browser does: links, outline, a server."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_HOME = "http://site.invalid"
"""Stands for the site's own origin while addresses are resolved."""


class Reader(HTMLParser):
    """A parser that does not count lines, which took a tenth of its time."""

    def updatepos(self, i: int, j: int) -> int:
        return j


class _Links(Reader):
    """Collect the ids of a page and all that it points at."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.targets: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids[value or ""] += 1
            elif name in {"href", "src", "xlink:href", "action", "poster", "data"}:
                self.targets.append((f"{tag} {name}", value or ""))
            elif name == "srcset" and value:
                self.targets += [(f"{tag} srcset", part.split()[0]) for part in value.split(",")]


def _read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text("utf-8"))
    links.close()
    return links


def _nothing(_: str) -> bool:
    return False


def check_links(
    site_dir: Path, *, allowed: Callable[[str], bool] = _nothing, site_url: str = ""
) -> list[str]:
    """Return what is wrong with the ids and links of a built site, one line each.

    Arguments:
        site_dir: the folder that MkDocs built.
        allowed: says of an address outside the site whether it may be there.
        site_url: the site's ``site_url``; addresses below it are inside.
    """
    prefix = urlsplit(site_url).path.rstrip("/") + "/"
    pages = {path: _read(path) for path in sorted(site_dir.rglob("*.html"))}
    problems = []
    for path, page in pages.items():
        place = path.relative_to(site_dir).as_posix()
        problems += [
            f"{place}: id {name!r} occurs {count} times"
            for name, count in page.ids.items()
            if count > 1
        ]
        here = f"{_HOME}{prefix}{place.removesuffix('index.html')}"
        for what, target in page.targets:
            wrong = _check(
                site_dir, pages, here, target, prefix=prefix, site_url=site_url, allowed=allowed
            )
            if wrong:
                problems.append(f"{place}: {what}={target!r}: {wrong}")
    return problems


def _check(
    site_dir: Path,
    pages: dict[Path, _Links],
    here: str,
    target: str,
    *,
    prefix: str,
    site_url: str,
    allowed: Callable[[str], bool],
) -> str:
    if site_url and f"{target}/".startswith(site_url.rstrip("/") + "/"):
        target = urlsplit(target)._replace(scheme="", netloc="").geturl() or prefix
    try:
        address = urlsplit(urljoin(here, target))
    except ValueError as error:
        return str(error)
    if f"{address.scheme}://{address.netloc}" != _HOME:
        return "" if allowed(target) else "leads out of the site"
    if not f"{address.path}/".startswith(prefix):
        return f"leads out of {prefix}"
    file = site_dir / unquote(address.path[len(prefix) :])
    if file.is_dir():
        file /= "index.html"
    if not file.is_file():
        return "nothing is there"
    name = unquote(address.fragment)
    if name and name != "top" and file in pages and name not in pages[file].ids:
        return f"no id {name!r} there"
    return ""


class Outline(Reader):
    """Collect the headings of a page, without the theme's permalinks.

    That is of its article, where it has one.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.headings: list[tuple[int, str, str]] = []
        self._inside = int("<article" not in source)
        self._open = False
        self._permalink = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self._inside += 1
        elif self._inside and len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.headings.append((int(tag[1]), dict(attrs).get("id") or "", ""))
            self._open = True
        elif tag == "a" and "headerlink" in (dict(attrs).get("class") or "").split():
            self._permalink = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._inside -= 1
        elif tag == "a":
            self._permalink = False
        elif self._open and tag == f"h{self.headings[-1][0]}":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open and not self._permalink:
            level, name, text = self.headings[-1]
            self.headings[-1] = (level, name, text + data)


def outline(html: str) -> list[tuple[int, str, str]]:
    """Return level, id and text of each heading of the article of a page."""
    parser = Outline(html)
    parser.feed(html)
    parser.close()
    return parser.headings


class _Handler(SimpleHTTPRequestHandler):
    """Serve a folder below a prefix, with 404.html for what is not there."""

    prefix = "/"

    def end_headers(self) -> None:
        # As hosts of pages do, by which a browser keeps what all pages have, and its compiled code.
        if "/assets/" in self.path:
            self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "nothing", "here"))
        return super().translate_path("/" + path[len(self.prefix) :])

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        data = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests have their own record."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A browser that goes away in the middle is no news."""


@contextmanager
def serve(site_dir: Path, prefix: str = "") -> Iterator[str]:
    """Serve a built site on loopback and yield its address, which ends in a slash.

    Arguments:
        site_dir: the folder to serve.
        prefix: where to mount it, such as ``owner/name``, as project pages are.
    """
    prefix = f"/{prefix.strip('/')}/" if prefix.strip("/") else "/"
    handler = type("Handler", (_Handler,), {"prefix": prefix})
    server = _Server(("127.0.0.1", 0), functools.partial(handler, directory=str(site_dir)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
