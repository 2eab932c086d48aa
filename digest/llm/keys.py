"""The key and the address of a server, out of the environment; empty counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from digest.errors import ConfigError

KEY = "OPENAI_API_KEY"
ADDRESS = "OPENAI_BASE_URL"


class Access(msgspec.Struct, frozen=True):
    """What is needed to reach a server.  Neither part stands in its ``repr``."""

    key: str
    base_url: str | None
    """None for OpenAI's own."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


def access_from(environment: Mapping[str, str], base_url: str | None = None) -> Access | None:
    """How to reach the server, or None where there is no key.

    Arguments:
        environment: variables; the key is only ever read from there.
        base_url: address out of the settings, which goes before the environment's.

    Raises:
        ConfigError: the key or the address cannot be one.  The text repeats neither.
    """
    key = environment.get(KEY, "").strip()
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(f"{KEY} holds characters that no key has; was more than the key pasted?")
    configured = (base_url or "").strip()
    address = configured or environment.get(ADDRESS, "").strip()
    if not address:
        return Access(key, None)
    if not _is_address(address):
        source = "base_url" if configured else ADDRESS
        raise ConfigError(
            f"{source} is not the address of a server, such as https://example.org/v1, without"
            " a user, a password, a query or a fragment"
        )
    return Access(key, address)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port != 0
        and "@" not in parts.netloc
        and not parts.query
        and not parts.fragment
        and text.isprintable()
        and " " not in text
    )
