"""Secrets taken out of what leaves the machine.

Some commits hold keys by mistake.  The prefixes are those by which issuers let
scanners know their tokens; known prefixes find more in diffs, with fewer false
alarms, than measures of randomness do.
"""

from __future__ import annotations

import re

REDACTED = "[redacted]"

_KEY_BEGINS = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY_REACH = 100_000
"""Characters within which a key has its end."""
_KEY_LINES = re.compile(r"(?:[ \t]*[-+ ]?[ \t]*[\"']?[A-Za-z0-9+/=]{16,}[^\n]{0,20}\n?){0,500}")
"""The lines of one that has none, because the rest of it did not change."""

_TOKENS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (beginnings, re.compile(pattern))
    for beginnings, pattern in (
        (("AKIA", "ASIA"), r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        (("ghp_", "gho_", "ghs_", "ghu_", "ghr_"), r"\bgh[opsur]_[A-Za-z0-9]{30,255}\b"),
        (("github_pat_",), r"\bgithub_pat_[A-Za-z0-9_]{40,255}\b"),
        (("glpat-",), r"\bglpat-[A-Za-z0-9_-]{20,64}"),
        (("hf_",), r"\bhf_[A-Za-z0-9]{30,64}\b"),
        (("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
        (("pypi-",), r"\bpypi-[A-Za-z0-9_-]{50,255}"),
        (
            ("sk-",),
            r"(?:(?<![\w-])|(?<=\n-))sk-(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{20,255}",
        ),
        (("nvapi-",), r"\bnvapi-[A-Za-z0-9_-]{40,128}"),
        (("xox",), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
        (("AIza",), r"\bAIza[0-9A-Za-z_-]{35}"),
        (("ya29.",), r"\bya29\.[0-9A-Za-z_-]{20,255}"),
        (("dop_v1_",), r"\bdop_v1_[a-f0-9]{64}\b"),
        (("k_live_", "k_test_"), r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{20,247}"),
        (("SG.",), r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),
        (
            ("eyJ",),
            r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,2000}",
        ),
    )
)
"""How tokens begin, which is found fast, and how the whole ones look."""
_IN_ADDRESSES = re.compile(
    r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'`<>{}$]{0,100}):(?![{$<])[^\s/@\"'`]{1,200}@"
)
_WORDS = (
    *("password", "passwd", "passphrase", "secret"),
    *(f"{kind}{dash}key" for kind in ("api", "access", "private") for dash in ("", "_", "-")),
    *("authtoken", "auth_token"),
)
_NAMED = f"(?:{'|'.join(_WORDS)})"
_QUOTED = re.compile(
    rf"""({_NAMED}["']?\s{{0,3}}[:=]\s{{0,3}}["'])(?![./])[^"'\s${{}}<>]{{8,200}}(["'])""",
    re.IGNORECASE,
)
_UNQUOTED = re.compile(
    rf"({_NAMED}\s{{0,3}}[:=]\s{{0,3}})(?=[A-Za-z+/_-]{{0,100}}[0-9])[A-Za-z0-9+/_-]{{20,200}}"
    r"={0,2}(?![\w.(\[])",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """A text without what looks like a key, a token or a password.

    Arguments:
        text: what is about to be sent.
    """
    text = _without_keys(text)
    for beginnings, token in _TOKENS:
        if any(beginning in text for beginning in beginnings):
            text = token.sub(REDACTED, text)
    if "://" in text:
        text = _IN_ADDRESSES.sub(rf"\1:{REDACTED}@", text)
    folded = text.casefold()
    if any(word in folded for word in _WORDS):
        text = _QUOTED.sub(rf"\1{REDACTED}\2", text)
        text = _UNQUOTED.sub(rf"\1{REDACTED}", text)
    return text


def _without_keys(text: str) -> str:
    """Private keys as blocks, of which both ends, or only the beginning, may be there."""
    kept, place = [], 0
    while begins := _KEY_BEGINS.search(text, place):
        kept += [text[place : begins.start()], REDACTED]
        ends = _KEY_ENDS.search(text, begins.end(), begins.end() + _KEY_REACH)
        if ends is not None:
            place = ends.end()
        else:
            first = text.find("\n", begins.end(), begins.end() + _KEY_REACH)
            lines = _KEY_LINES.match(text, first + 1) if first >= 0 else None
            place = begins.end() if lines is None else lines.end()
    return "".join([*kept, text[place:]])
