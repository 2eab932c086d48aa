"""What a Python package offers through its ``__init__``."""

from __future__ import annotations

import pytest
from support import edits

from digest.facts.interface.exports import export_changes

INIT = "src/app/llm/__init__.py"


def told(before: str, after: str, path: str = INIT) -> list[tuple[str, str, str | None, int]]:
    found = export_changes(edits.diff({path: (before, after)}))
    return [(item.change, item.name, item.previous_name, item.evidence[0].line) for item in found]


def test_a_name_that_is_offered_no_longer() -> None:
    before = "import os\nfrom app._core import Router as Router\nfrom app._core import Client\n"
    after = "import os\nfrom app._core import Client\n"
    assert told(before, after) == [("removed", "Router", None, 2)]


RENAMED = (
    "from app._core import Client\nfrom app._core import KvPushRouter as KvPushRouter\n",
    "from app._core import KvRouter as KvRouter\nfrom app._core import Client\n",
)


def test_a_name_whose_declaration_is_renamed_is_renamed() -> None:
    stub = "class {}:\n    def route(self) -> None: ...\n"
    files: edits.Files = {
        INIT: RENAMED,
        "src/app/_core.pyi": (stub.format("KvPushRouter"), stub.format("KvRouter")),
    }
    (item,) = export_changes(edits.diff(files))
    assert (item.change, item.name, item.previous_name) == ("renamed", "KvRouter", "KvPushRouter")


def test_a_name_that_is_only_alike_is_no_new_name() -> None:
    assert told(*RENAMED) == [("removed", "KvPushRouter", None, 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from .a import Router\n", "from .b import (\n    Router,\n)\n"),
        ("from .a import Router\n", "from .a import Router, Client\n"),
        ("from .a import _hidden\n", ""),
        # Offered in another way
        ("from .a import Router\n", "try:\n    from .a import Router\nexcept ImportError: ...\n"),
        ("from .a import Router\n", "from .a import *\n"),
        ("from .a import Router\n", "class Router:  # import\n    pass\n"),
        ("from .a import Router\n", "from . import a\nRouter = a.Router\n"),
        ("from .a import Router\n", "import a\ndef __getattr__(name): ...\n"),
        ("from .a import Router\n", "import x\n" + "y = 1\n" * 20_000),
        ("from other import Router\n", ""),
        ('"""\nfrom .a import Router\n"""\nx = 1\n', "x = 1\n"),
        ("from .a import Router\n<<<<<<< HEAD\n", "from .a import Router\n"),
        ("import \0\xff" * 20, "import x"),
    ],
)
def test_what_tells_nothing(before: str, after: str) -> None:
    assert told(before, after) == []


@pytest.mark.parametrize("path", ["src/app/_core/__init__.py", "tests/__init__.py", "src/app/a.py"])
def test_private_packages_tests_and_modules_offer_nothing(path: str) -> None:
    assert told("from .a import Router\n", "x = 1  # import\n", path) == []


def test_what_moves_to_another_package_stays() -> None:
    files: edits.Files = {
        "src/app/__init__.py": ("from .a import Router\n", "import os\n"),
        "src/app/llm/__init__.py": ("import os\n", "from .a import Router\n"),
    }
    assert export_changes(edits.diff(files)) == []


def test_it_is_told_once_with_its_declaration() -> None:
    files: edits.Files = {
        "src/app/__init__.py": ("from .a import Router\nimport os\n", "import os\n"),
        "src/app/a.py": (
            "class Router:\n    x = 1\n\n\nclass B:\n    pass\n",
            "class B:\n    pass\n",
        ),
    }
    names = [item.name for item in edits.facts(files).interface]
    assert names == ["Router"]
