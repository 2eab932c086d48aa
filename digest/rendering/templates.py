"""The theme's templates, compiled once for all builds."""

from __future__ import annotations

import jinja2
from mkdocs.config.defaults import MkDocsConfig

from digest.rendering import keys
from digest.templating import Compiled

_KNOWN = {"builtins", "_operator", "markupsafe", "jinja2", "mkdocs", "properdocs"}
"""Packages whose filters and tests change with their version alone."""
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


def keep_compiled(env: jinja2.Environment, config: MkDocsConfig) -> None:
    """Keep what installed templates are compiled to, if nothing unknown has a part in it.

    Jinja applies filters and tests to constants, and extensions to everything, when it
    compiles: those of a hook can change without anybody telling.

    Arguments:
        env: the theme's environment, when all plugins have said their say.
        config: the site's configuration.
    """
    functions = sorted(
        {**env.filters, **{f"is {name}": test for name, test in env.tests.items()}}.items()
    )
    parts = [*(function for _, function in functions), *map(type, env.extensions.values())]
    known = all(part.__module__.partition(".")[0] in _KNOWN for part in parts)
    if env.finalize is not None or env.bytecode_cache is not None or not known:
        return
    try:
        decides = keys.digest(
            keys.versions(),
            [getattr(env, name, None) for name in _OPTIONS],
            functions,
            sorted(env.extensions),
        )
    except keys.NoKeyError:
        return
    own = config.theme.custom_dir
    folders = [folder for folder in config.theme.dirs if folder != own]
    env.bytecode_cache = Compiled("theme", decides, folders)
