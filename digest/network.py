"""Leave to use the network: credentials from the environment, and what hides them."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from digest.errors import RepositoryError
from digest.processes import Stop

_LONGEST_QUOTE = 200
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Network(msgspec.Struct, frozen=True):
    """Leave to use the network: where to, for how long, and with which credentials."""

    url: str
    """Without user information."""
    timeout: float
    """Seconds that one git process may take."""
    authorization: str | None = None
    """Value of the HTTP header, from the environment."""
    secrets: tuple[str, ...] = ()
    """What must appear nowhere."""
    stop: Stop = msgspec.field(default_factory=Stop)
    """Ends what uses it."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self.url!r}, timeout={self.timeout!r})"

    @classmethod
    def of(
        cls,
        slug: str,
        url: str,
        timeout: float,
        environ: Mapping[str, str],
        stop: Stop | None = None,
    ) -> Network:
        """Find the credentials for a URL.

        Arguments:
            slug: which repository, for errors.
            url: its ``https://``, ``http://`` or ``ssh://`` URL.
            timeout: seconds that one git process may take.
            environ: where ``DIGEST_TOKEN_<HOST>`` is looked up, and ``GITHUB_TOKEN``
                for github.com.  The value is a token or ``user:token``.
            stop: ends what uses it; None where nobody will.

        Raises:
            RepositoryError: the token cannot be sent in a header.
        """
        stop = stop or Stop()
        parts = urlsplit(url)
        host = parts.hostname or ""
        names = ["DIGEST_TOKEN_" + re.sub(r"[^A-Z0-9]", "_", host.upper())]
        if host == "github.com":
            names.append("GITHUB_TOKEN")
        name = next((name for name in names if environ.get(name, "").strip()), None)
        if name is None or parts.scheme not in {"https", "http"}:
            return cls(url, timeout, stop=stop)
        token = environ[name].strip()
        if not (token.isascii() and token.isprintable()):
            raise RepositoryError(slug, f"the token in {name} holds characters that no token has")
        pair = token if ":" in token else f"x-access-token:{token}"
        encoded = base64.b64encode(pair.encode()).decode()
        secrets = (encoded, token, pair.partition(":")[2])
        return cls(url, timeout, f"Authorization: Basic {encoded}", secrets, stop)

    def anonymous(self) -> Network:
        """The same without credentials."""
        return Network(self.url, self.timeout, stop=self.stop)

    @property
    def settings(self) -> dict[str, str]:
        """Settings of git that bound the transfer."""
        return {
            "http.lowSpeedLimit": "1000",
            "http.lowSpeedTime": str(max(1, round(self.timeout))),
            # git would send our header to whatever host a redirect names.
            "http.followRedirects": "false" if self.authorization else "initial",
        }

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Variables that let git use the network, on top of what it gets anyway."""
        parts = urlsplit(self.url)
        variables = {"GIT_ALLOW_PROTOCOL": parts.scheme}
        if "GIT_SSH" not in environ and "GIT_SSH_COMMAND" not in environ:
            variables["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=" + str(
                max(1, round(self.timeout))
            )
        if self.authorization:
            count = environ.get("GIT_CONFIG_COUNT", "")
            number = int(count) if count.isdecimal() else 0
            key = f"http.{parts.scheme}://{parts.netloc}/.extraHeader"
            variables[f"GIT_CONFIG_KEY_{number}"] = key
            variables[f"GIT_CONFIG_VALUE_{number}"] = self.authorization
            variables["GIT_CONFIG_COUNT"] = str(number + 1)
        return variables


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Take out of a text what must not be published.

    Arguments:
        text: a line that git wrote.
        secrets: tokens, in each form in which they were sent.

    Returns:
        The text without tokens, user information in URLs, paths and proxies of
        this machine and control characters, cut to a readable length.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    for name in _PROXIES:
        proxy = os.environ.get(name, "")
        host = urlsplit(proxy if "://" in proxy else f"//{proxy}").hostname
        if host:
            text = text.replace(host, "…")
    text = re.sub(r"://[^/@\s']*@", "://", text)
    text = re.sub(r"(?<![\w:/.\]])(?:/|[A-Za-z]:\\)[^\s'\"]+", "…", text)
    text = "".join(character if character.isprintable() else " " for character in text).strip()
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
