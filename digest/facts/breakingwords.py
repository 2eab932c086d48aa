"""Words by which titles say that something is taken away, required or decided otherwise.

They are candidates only: the diff must bear them out.
"""

from __future__ import annotations

import re

from digest.facts.wordlists import names

_BETWEEN = r"(?:(?!(?:and|from|in|of|on|output|the|to|unused)\b)[\w.`*/<\"'-]{1,40} ){0,4}?"
_THINGS = (
    r"(?:flags?|options?|parameters?|settings?|env(?:ironment)?[ -]var(?:iable)?s?"
    r"|config(?:uration)?s?(?: (?:options?|parameters?|keys?|fields?))?|subcommands?|commands?"
    r"|endpoints?|routes?|receivers?|exporters?|backends?|plugins?|bindings?|modules?|apis?)"
)
REMOVED = re.compile(
    r"\b(?:drop(?:s|ped|ping)?|remov(?:e|es|ed|ing)|end(?:s|ed|ing)?) (?:the )?"
    r"(?:[\w.-]{1,30} ){0,3}?support (?:for|of)\b(?: [\w.`<>=+-]{1,40}){1,4}"
    r"|\b(?:drop|drops|dropped|dropping) (?:[\w.+-]{1,30} ){1,3}?support\b"
    r"|\b(?:drop|remove)(?:s|d|ped)? (?:all |the |long |previously |old )*deprecated\b"
    r"(?: (?!\()[\w./:`\"'()-]{1,40}){1,4}"
    r"|\bno longer supports?\b(?: [\w.`-]{1,40}){0,4}"
    r"|\bdrop(?:s|ped)? (?:python|node(?:\.?js)?|rust|go|java|cuda|pytorch|torch|typescript)"
    r" ?(?:[<v]?\d[\w.]*|versions?\b)"
    r"|\b(?:remove|removes|removed|removing|drop|drops) (?:the |all )?"
    + _BETWEEN
    + _THINGS
    + rf"(?: {_THINGS}){{0,2}}"
    + r"(?![\w-])(?! (?:abstraction|checks?|comments?|docs?|execution|files?|images?"
    r"|overrides?|shims?|workarounds?|hacks?|of\b|references?|requirements?|reset|tests?|whitelist))",
    re.IGNORECASE,
)
"""Something that users had is taken away."""
FLOORS = re.compile(
    r"\b(?:support|no longer|python|node(?:\.?js)?|typescript|minimum)\b", re.IGNORECASE
)
"""Words about what a project works with, which its manifests may say alone."""
LANGUAGE = re.compile(r"\b(?:python|node(?:\.?js)?|typescript|java|go|ruby|php)\b", re.IGNORECASE)
"""What a program is run with, which its users must have."""
THINGS = re.compile(rf"\b{_THINGS}\b", re.IGNORECASE)
"""What users had for certain; old code is called deprecated too."""
COMPILER = re.compile(r"\b(?:rust|msrv)\b", re.IGNORECASE)
"""Cargo's guide to versions counts a newer compiler as a minor change."""
RAISED = re.compile(
    r"\b(?:rais(?:e|es|ed|ing)|bump(?:s|ed|ing)?|increas(?:e|es|ed|ing)|updat(?:e|es|ed)|require"
    r"|set) (?:the |our )?(?:minimum(?: supported)?|min\.?|msrv)\b(?: [\w.`<>=-]{1,40}){0,5}",
    re.IGNORECASE,
)
"""More is required than before."""
DEFAULTED = re.compile(
    r"\b(?:enable|disable|turn|fail|use|set|make|switch|require|reject)(?:s|d|ed)?\b"
    r".{1,100}\bby default\b"
    r"|\bchang(?:e|es|ed|ing) (?:the )?(?:[\w`.-]{1,40} ){0,4}?defaults?\b"
    r"|\bdefaults? (?:value )?(?:[\w`.-]{1,40} ){0,4}?(?:from\b.{1,60})?\bto\b"
    r"|\bdefault(?:s|ed|ing)? to\b",
    re.IGNORECASE,
)
"""Something behaves otherwise unless it is set."""
RESTRICTED = re.compile(
    r"\b(?:disable|fail|hide|reject|require)(?:s|d|ed)?\b.{1,100}\bby default\b", re.IGNORECASE
)
"""What went is refused unless it is allowed."""
OFFERED = re.compile(
    r"\b(?:allow|enable|make|switch|turn|use)(?:s|d|ed)?\b.{1,100}\bby default\b", re.IGNORECASE
)
"""What had to be asked for comes by itself: news, and seldom a reason to act."""
ORDINARY = names(
    """
    about after also because been before both code count delete every field from have into just
    message metric metrics more most only options other over patch post server service should
    some such than that their them then there these they this those total under unless until
    used using very were what when where which while will with within without
    """
)
"""Words of titles that say nothing of a thing, though its name may have one of them, too."""
