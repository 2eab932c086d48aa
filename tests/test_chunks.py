"""Which statements of a whole file are parsed."""

from __future__ import annotations

import re

from digest.facts.syntax.chunks import SHORT, rows_with
from digest.facts.syntax.languages import SHAPES
from digest.facts.syntax.texts import Text

FILLER = b"\n".join(b"value_%d = 'nothing that is sought'" % number for number in range(60))
HINTS = (re.compile(rb"environ"), re.compile(rb"add_argument"))


def kept(source: bytes, language: str = "python") -> bytes:
    """What is left of a text that is long enough to choose from."""
    text = Text(1, source + FILLER)
    assert len(text.data) >= SHORT
    rows = rows_with(text, SHAPES[language], HINTS)
    return b"\n".join(text.lines[row] for row in rows)


def test_only_statements_with_a_hint_are_kept() -> None:
    reads = b"def reads():\n    return os.environ['X']\n"
    assert kept(b"import os\n\n\n" + reads + b"\ndef other():\n    pass\n").strip() == reads.strip()


def test_decorators_stay_with_what_they_adorn() -> None:
    source = b"import os\n@first\n@second(\n    os.environ\n)\ndef run():\n    pass\n"
    assert kept(source).strip() == source.removeprefix(b"import os\n").strip()


def test_branches_stay_with_what_they_belong_to() -> None:
    source = b"if first:\n    pass\nelse:\n    os.environ['X']\n"
    assert kept(source).strip() == source.strip()


def test_what_looks_like_a_statement_in_a_string_begins_none() -> None:
    source = b'TEXT = """\nimport nothing\nos.environ\n"""\n'
    assert kept(source).strip() == source.strip()


def test_nothing_is_kept_where_nothing_is_found() -> None:
    assert kept(b"import os\n") == b""


def test_all_is_kept_in_languages_of_braces() -> None:
    assert kept(b"fn main() {\n}\n", "rust") == b"fn main() {\n}\n" + FILLER
