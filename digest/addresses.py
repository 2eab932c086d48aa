"""Where a repository is: what may be followed, its name, and its page on the web.

Everything that becomes an argument of git is looked at here first.  Allowed are
``https://``, ``ssh://`` (and the short ``git@host:path``) and local paths;
``http://`` only on this machine.  A URL never carries a password: it would end
up in files and messages.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from digest import escape
from digest.errors import ConfigError
from digest.forges import repository_of, web_of
from digest.model import Repository

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:)")
_SCP = re.compile(r"(?P<user>[A-Za-z0-9._-]+@)?(?P<host>[A-Za-z0-9.-]+):(?P<path>[^:@\\]+)")
_SLUG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\"'\\`]")
_HELP = "use an https:// or ssh:// URL, or the path of a local repository"


def repository(
    *,
    url: str,
    base: Path,
    slug: str | None = None,
    branch: str | None = None,
    web: str | None = None,
) -> Repository:
    """A repository from what its settings say.

    Arguments:
        url: URL or path, as configured; a relative path starts at ``base``.
        base: folder of the configuration file.
        slug: name in the archive and on the pages; by default the path in the URL.
        branch: branch to follow; by default the remote's HEAD.
        web: base of links; by default from the URL of a known forge, empty for none.

    Raises:
        ConfigError: a value cannot be used; the message says which and why.
    """
    location, local = _location(url, base)
    if not local and (whole := repository_of(location)) is not None:
        raise ConfigError(
            f"url {shown(url)!r} is a page of a repository: use the repository's own, {whole}"
        )
    name = slug if slug is not None else _slug(location, local=local)
    if not _SLUG.fullmatch(name):
        what = f"slug {name!r}" if slug is not None else f"no slug can be read from {shown(url)!r}"
        raise ConfigError(f"{what}: use letters, digits, '.', '_' and '-', as in 'owner/name'")
    if branch is not None and not is_branch(branch):
        raise ConfigError(f"branch {branch!r} is not the name of a branch")
    if web is None:
        web = None if local else web_of(location)
    elif web:
        try:
            web = escape.url(web)
        except ValueError as error:
            raise ConfigError(
                f"web {shown(web)!r}: use the https:// address of the repository's page"
            ) from error
    return Repository(slug=name, url=location, local=local, branch=branch, web=web or None)


def _location(url: str, base: Path) -> tuple[str, bool]:
    """The URL in one form, or an absolute path, and which of the two it is."""
    if not url.strip() or url != url.strip() or url[0] == "-" or _CONTROL.search(url):
        raise ConfigError(f"url {shown(url)!r} is no address of a repository: {_HELP}")
    if _SCHEME.match(url):
        return remote(url), False
    # What git would take for "host:path", unless there is such a folder.
    if ":" in url.partition("/")[0] and not (base / url).exists():
        scp = _SCP.fullmatch(url)
        if not scp or scp["host"].startswith("-") or scp["path"].startswith("-"):
            raise ConfigError(f"url {shown(url)!r} is no address of a repository: {_HELP}")
        user = scp["user"] or ""
        return remote(f"ssh://{user}{scp['host']}/{scp['path'].lstrip('/')}"), False
    return str((base / Path(url).expanduser()).resolve()), True


def remote(url: str) -> str:
    """A URL that git may be given, unchanged.

    Raises:
        ConfigError: it could run something, or say a secret.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ConfigError(f"url {shown(url)!r} is no address of a repository: {_HELP}") from error
    scheme = parts.scheme.lower()
    allowed = scheme in ("https", "ssh") or (scheme == "http" and _is_loopback(host))
    if "::" in url.partition("//")[0] or not allowed:
        raise ConfigError(f"url {shown(url)!r} uses {scheme}, which is not allowed: {_HELP}")
    odd = _NOT_IN_URLS.search(url) or parts.query or parts.fragment
    if not host or host.startswith("-") or odd or parts.path in ("", "/"):
        raise ConfigError(f"url {shown(url)!r} is no address of a repository: {_HELP}")
    user = parts.username or ""
    if parts.password is not None or (user and scheme != "ssh") or user.startswith("-"):
        raise ConfigError(
            f"url {shown(url)!r} carries user information; leave it out and give a token "
            "by the environment (see the guide on private repositories)"
        )
    return url


def is_branch(name: str) -> bool:
    """Whether a name can be a branch's, and can be read as nothing else."""
    parts = name.split("/")
    return (
        name.isprintable()
        and not any(character in name for character in " ~^:?*[\\")
        and not name.startswith("-")
        and not any(not part or part.startswith(".") for part in parts)
        and not any(part.endswith((".", ".lock")) for part in parts)
        and ".." not in name
        and "@{" not in name
        and name not in {"@", "HEAD"}
    )


def shown(url: str) -> str:
    """A URL as an error may show it: without what stands before an ``@`` or behind a ``?``."""
    scheme, slashes, rest = url.partition("//")
    if not slashes:
        scheme, rest = "", url
    _, at, place = rest.rpartition("@")
    place, mark, _ = place.partition("?")
    return scheme + slashes + ("…@" if at else "") + place + ("?…" if mark else "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _slug(location: str, *, local: bool) -> str:
    path = Path(location).name if local else urlsplit(location).path.strip("/")
    return path.removesuffix("/.git").removesuffix(".git")
