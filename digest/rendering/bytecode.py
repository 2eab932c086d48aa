"""The bytecode of the theme's templates, kept for all builds."""

from __future__ import annotations

import copy

import jinja2
from jinja2.compiler import CodeGenerator
from jinja2.ext import Extension, InternationalizationExtension
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import templates

from digest.rendering import keys
from digest.rendering.markup import BUILDER
from digest.templating import KeptBytecode

_FILTERS = FILTERS | {"url": templates.url_filter, "script_tag": templates.script_tag_filter}
"""Of Jinja and MkDocs: they change with their version alone."""
_THEIRS = {"jinja2", "markupsafe", "mkdocs", "_operator", "builtins", BUILDER}
"""Packages whose functions these are."""
_EXTENSIONS: set[type[Extension]] = {InternationalizationExtension}
"""Of Jinja, as MkDocs has them."""
_OPTIONS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
    "newline_sequence",
    "keep_trailing_newline",
    "optimized",
    "autoescape",
    "newstyle_gettext",
    "is_async",
)
"""Attributes of an environment that decide what a source is compiled to."""


def keep_bytecode(env: jinja2.Environment, config: MkDocsConfig) -> None:
    """Keep what installed templates are compiled to, if nothing unknown has a part in it.

    Arguments:
        env: the theme's environment.
        config: the site's configuration.
    """
    if env.bytecode_cache is None:
        own = config.theme.custom_dir
        folders = [folder for folder in config.theme.dirs if folder != own]
        env.bytecode_cache = KeptBytecode("theme", _Decision(), folders)


class _Decision:
    """What decides now; it is looked at anew when an environment is another than it was."""

    def __init__(self) -> None:
        self._seen: object = None
        self._found: str | None = None

    def __call__(self, env: jinja2.Environment) -> str | None:
        seen = (
            type(env),
            [*map(id, env.filters.values())],
            [*map(id, env.tests.values())],
            [*env.extensions],
            env.finalize,
            env.code_generator_class,
            copy.deepcopy(env.policies),
            [getattr(env, name, None) for name in _OPTIONS],
        )
        if seen != self._seen:
            self._seen, self._found = seen, _decides(env)
        return self._found


def _is(known: object, function: object) -> bool:
    """Whether it is that one, and theirs: a package may have put in its own before we came."""
    module = str(getattr(function, "__module__", ""))
    return known is function and module.partition(".")[0] in _THEIRS


def _decides(env: jinja2.Environment) -> str | None:
    """The hash of what decides what a source is compiled to; None if something is not known.

    Jinja applies filters and tests to constants, and extensions to everything, when it
    compiles: those of a hook can change without anybody telling, whatever they are called.
    """
    known = all(_is(_FILTERS.get(name), function) for name, function in env.filters.items())
    known = known and all(_is(TESTS.get(name), function) for name, function in env.tests.items())
    extensions = {*map(type, env.extensions.values())}
    if not known or not extensions <= _EXTENSIONS or env.finalize is not None:
        return None
    if type(env) is not jinja2.Environment:
        return None
    if env.code_generator_class is not CodeGenerator or any(map(callable, env.policies.values())):
        return None
    try:
        return keys.digest(
            keys.versions(),
            [getattr(env, name, None) for name in _OPTIONS],
            sorted(env.filters),
            sorted(env.tests),
            sorted(env.extensions),
            env.policies,
        )
    except keys.NoKeyError:
        return None
