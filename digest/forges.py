"""Links into a forge: the web pages of commits, pull requests and lines.

A repository's ``web`` is the base; its host's name tells the layout.  An
unknown host has GitHub's, which Forgejo and many others understand.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from digest import escape

_FORGES = ("github", "gitlab", "codeberg", "gitea", "bitbucket")
_TWO_NAMES = {"github.com", "codeberg.org", "gitea.com", "bitbucket.org"}
"""Hosts on which a repository has an owner and a name, and what follows is a page of it."""
_NO_OWNERS = {"orgs", "users", "explore", "topics"}
"""First parts of addresses of hosts that are no owner's name."""
_MERGE_REQUESTS = {
    "gitlab": "-/merge_requests",
    "bitbucket": "pull-requests",
    "gitea": "pulls",
    "codeberg": "pulls",
}
_COMMITS = {"gitlab": "-/commit", "bitbucket": "commits"}
_FILES = {"gitlab": "-/blob", "bitbucket": "src", "gitea": "src/commit", "codeberg": "src/commit"}


def _forge(host: str) -> str | None:
    labels = host.lower().split(".")[:-1]
    return next((forge for forge in _FORGES if forge in labels), None)


def web_of(url: str) -> str | None:
    """The web page of a repository on a forge that we know, from its URL."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    # The port of https is that of the pages; that of ssh is not.
    port = f":{parts.port}" if parts.scheme == "https" and parts.port else ""
    path = parts.path.strip("/").removesuffix(".git")
    return escape.url(f"https://{host}{port}", path) if _forge(host) else None


def repository_of(url: str) -> str | None:
    """The address of the repository that a page belongs to; None where a URL is no such page.

    Only of hosts where it is certain: elsewhere a repository may lie in folders.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().removeprefix("www.")
    names = parts.path.strip("/").split("/")
    if host in _TWO_NAMES:
        inner = names[:2]
    elif _forge(host) == "gitlab" and "-" in names[2:]:
        inner = names[: names.index("-")]
    else:
        return None
    if inner == names or len(inner) < 2 or not all(inner) or inner[0] in _NO_OWNERS:  # noqa: PLR2004
        return None
    return parts._replace(path="/" + "/".join(inner)).geturl()


def commit_link(web: str, sha: str) -> str:
    """The page of a commit."""
    return escape.url(web, _COMMITS.get(_layout(web), "commit"), sha)


def pull_request_link(web: str, number: int) -> str:
    """The page of a pull request, or of a merge request."""
    return escape.url(web, _MERGE_REQUESTS.get(_layout(web), "pull"), str(number))


def line_link(web: str, sha: str, path: str, line: int) -> str:
    """A line of a file at a commit."""
    layout = _layout(web)
    anchor = "lines-" if layout == "bitbucket" else "L"
    return escape.url(web, _FILES.get(layout, "blob"), sha, path, fragment=f"{anchor}{line}")


def line_template(web: str, sha: str) -> str:
    """The same with ``{path}`` and ``{line}`` in the places of a path and a line."""
    layout = _layout(web)
    anchor = "lines-" if layout == "bitbucket" else "L"
    return f"{escape.url(web, _FILES.get(layout, 'blob'), sha)}/{{path}}#{anchor}{{line}}"


def _layout(web: str) -> str:
    return _forge(urlsplit(web).hostname or "") or "github"
