"""The text of messages and names as git gives it, made fit to be kept.

Bytes become text, a message becomes a subject and a body, and e-mail addresses
are taken away, wherever somebody wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from digest.model import Trailer

# Behind an address may stand Chinese letters, which no space separates from it, but no more
# of a name.
_ADDRESS = re.compile(
    r"(?P<local>[^\W_][\w.+-]{0,63})@(?:[\w-]{1,63}\.){1,20}"
    r"(?:xn--[A-Za-z0-9-]{2,59}|[A-Za-z]{2,24}|[^\W\d_A-Za-z]{2,24})"
    r"(?![A-Za-z0-9_@]|-[A-Za-z0-9])(?P<place>(?=[:/][^\s:/]))?"
)
_AT = re.compile(r"(?<=\w)@[\w.-]*")
_BRACKETED_ADDRESS = re.compile(r" ?<[^<>\s@]{1,128}@[^<>\s@]{1,255}>")
_TRAILER = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9-]{0,63}): +(?P<value>\S.*)")
_STRAY_BYTES = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}


def decoded(data: bytes) -> str:
    """Text of a message or a name: UTF-8, and stray bytes as Latin-1, as gitweb shows them."""
    return data.decode("utf-8", "surrogateescape").translate(_STRAY_BYTES)


def split_message(message: str) -> tuple[str, str]:
    """A message as its first line and the rest.

    git's ``%s`` joins all lines of the first paragraph; people read the first.  Spaces in
    front of it stay, as they do there.
    """
    message = message.replace("\r\n", "\n").strip("\n")
    subject, _, body = message.partition("\n")
    return subject.rstrip(), body.strip("\n").rstrip()


def trailers(body: str) -> Iterable[Trailer]:
    """The ``Key: value`` lines of the last paragraph, if it has nothing else.

    The rule is that of git-interpret-trailers, without its exceptions.
    """
    block = re.split(r"\n[ \t]*\n", body.rstrip())[-1].split("\n")
    matches = [_TRAILER.fullmatch(line) for line in block]
    return [
        Trailer(key=match["key"], value=match["value"].strip())
        for match in matches
        if match and all(matches)
    ]


def without_addresses(text: str) -> str:
    """A text without e-mail addresses: ``A <a@b.c>`` becomes ``A``, ``a@b.c`` becomes ``a@…``.

    Addresses of repositories (``git@host.org:path``) and versions (``tool@v1.2``) stay.
    """
    if "@" not in text:
        return text
    return _ADDRESS.sub(_without_host, _BRACKETED_ADDRESS.sub("", text))


def _without_host(match: re.Match[str]) -> str:
    """What is left of an address; ``git@host:path`` and ``git@host/path`` are places."""
    if match["local"] == "git" and match["place"] is not None:
        return match[0]
    return f"{match['local']}@…"


def person_name(name: str) -> str:
    """A name to show; of one that is an address, the part before the ``@``."""
    name = _BRACKETED_ADDRESS.sub("", name)
    return _AT.sub("", name).strip() or "?"
