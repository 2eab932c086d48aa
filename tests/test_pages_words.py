"""What the templates may say, and that it is said in Chinese too."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import digest
from digest.factviews import CHANGES, ECOSYSTEMS, MENTIONS, REASONS, WHATS
from digest.phrases import placeholders

PACKAGE = Path(digest.__file__).parent
TEMPLATES = sorted((PACKAGE / "templates").glob("*.jinja"))

# The words


def messages() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each message of the templates, and of the code, singular and plural."""
    found = extract_from_dir(
        PACKAGE,
        method_map=[("templates/*.jinja", "jinja2")],
        options_map={"templates/*.jinja": {"trimmed": "false", "silent": "false"}},
    )
    for name, _, message, _, _ in found:
        yield name, message if isinstance(message, tuple) else (message,)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called, owner = node.func.attr, ast.unparse(node.func.value)
            if called not in {"text", "plural"} or not owner.endswith("wording"):
                continue
            texts = node.args[: 1 if called == "text" else 2]
            literal = [arg.value for arg in texts if isinstance(arg, ast.Constant)]
            assert len(literal) == len(texts), f"{path.name}: {ast.unparse(node)}"
            yield path.name, tuple(literal)


MESSAGES = sorted(set(messages()))
CATALOG = read_po(io.BytesIO((PACKAGE / "locales/zh/LC_MESSAGES/digest.po").read_bytes()), "zh")


def test_the_messages_are_found():
    assert len(MESSAGES) > 50
    assert ("brief.md.jinja", ("Breaking",)) in {(Path(name).name, text) for name, text in MESSAGES}
    assert ("pages.py", ("Daily digest (%(date)s)",)) in MESSAGES


@pytest.mark.parametrize("message", sorted({text for _, text in MESSAGES}))
def test_every_message_is_in_chinese_too(message):
    entry = CATALOG.get(message[0])
    assert entry is not None, "it is not in the catalogue"
    assert not entry.fuzzy
    assert (entry.id if isinstance(entry.id, tuple) else (entry.id,)) == message
    for form in entry.string if isinstance(entry.string, tuple) else (entry.string,):
        assert form
        assert placeholders(form) == placeholders(message[-1])


def test_values_are_named_so_that_a_translation_may_move_them():
    for name, texts in MESSAGES:
        for text in texts:
            assert not re.search(r"%[^(%]|\{", text), f"{name}: {text!r}"


@pytest.mark.parametrize("names", [WHATS, MENTIONS, ECOSYSTEMS, CHANGES, REASONS])
def test_names_have_their_chinese(names):
    assert all(CATALOG.get(name) and CATALOG.get(name).string for name in names.values())


# The templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_goes_round_the_escaping(path):
    """What a template prints goes through ``finalize``, or through a filter that escapes."""
    source = path.read_text("utf-8")
    tree = Environment(autoescape=True).parse(source)
    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert filters <= {
        # These escape, each for its place.
        *("block", "clock", "code", "front_matter", "html", "n", "churn", "minute", "iso"),
        # These make no text out of text, or of values that are ours.
        *("length", "sum", "format", "join", "trim"),
    }
    joined = [node for node in tree.find_all(nodes.Filter) if node.name == "join"]
    assert all(isinstance(node.args[0], nodes.Const) for node in joined)
    formats = [node for node in tree.find_all(nodes.Filter) if node.name == "format"]
    assert all(isinstance(node.node, nodes.Const) for node in formats), "not a literal format"
    for kind in (nodes.Concat, nodes.Mod, nodes.MarkSafe, nodes.MarkSafeIfAutoescape):
        assert not list(tree.find_all(kind)), kind.__name__
    called = {node.node.name for node in tree.find_all(nodes.Call) if hasattr(node.node, "name")}
    assert not called & {"Markup", "Markdown", "safe"}
    assert not re.search(r"\{%-?\s*(autoescape|filter|include|extends|raw)\b|~|\btrust\b", source)


def test_no_template_writes_html_over_several_lines():
    """Raw HTML stands on one line, so that no dialect looks for Markdown in it."""
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        for tag in ("pre", "ul", "li", "p", "code", "span"):
            assert len(re.findall(f"<{tag}[ >{{]", text)) == text.count(f"</{tag}>"), tag
