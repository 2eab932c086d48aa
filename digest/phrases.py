"""The catalogue of phrases: what our analyses can say, in English, and how it is rendered.

A statement in the archive holds an identifier and values; the words come from
here and from the translations, so that one archive reads in each language.  An
identifier that was ever archived is never given another meaning.

Placeholders are written ``%(name)s``.  The English text is the message that
translations are looked up by.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from babel import Locale

if TYPE_CHECKING:
    from digest.model import Kind, Level, Statement


class Phrase(NamedTuple):
    """One entry of the catalogue."""

    text: str
    """In English; the singular where there is a plural."""
    plural: str | None = None
    number: str | None = None
    """The value that the plural goes by."""


class Words(Protocol):
    """What is needed of a gettext translation, Babel's or the standard library's."""

    def gettext(self, message: str, /) -> str:
        """Translate a message."""
        ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """Translate a message by its number."""
        ...


KINDS: dict[Kind, str] = {
    "feature": "Feature",
    "fix": "Bug fix",
    "performance": "Performance",
    "refactor": "Refactoring",
    "documentation": "Documentation",
    "test": "Tests",
    "ci": "CI",
    "build": "Build",
    "dependencies": "Dependencies",
    "style": "Formatting",
    "chore": "Chore",
    "revert": "Revert",
    "other": "Other",
}
"""Names of the kinds of change."""

LEVEL_NAMES: dict[Level, str] = {"high": "High", "medium": "Medium", "low": "Low"}
"""Names of the levels of importance."""

ASPECTS: dict[str, str] = {
    "architecture": "Architecture",
    "performance": "Performance",
    "security": "Security",
    "maintainability": "Maintainability",
    "compatibility": "Compatibility",
    "tests": "Tests",
}
"""Names of the aspects of an insight."""

AUDIENCES: dict[str, str] = {
    "users": "Users",
    "operators": "Operators",
    "developers": "Developers",
    "everyone": "Everyone",
}
"""Names of those whom a recommendation is for."""

_LINES = "(+%(insertions)s −%(deletions)s)"


def _files(text: str, number: str = "files") -> Phrase:
    """A phrase with a number of files: ``{}`` stands for "1 file" or "n files"."""
    return Phrase(
        text.replace("{}", f"%({number})s file"),
        text.replace("{}", f"%({number})s files"),
        number,
    )


_THINGS = {
    "flag": ("flag", "flags"),
    "environment_variable": ("environment variable", "environment variables"),
    "config_key": ("config key", "config keys"),
    "http_route": ("HTTP route", "HTTP routes"),
    "metric": ("metric", "metrics"),
    "public_symbol": ("public symbol", "public symbols"),
    "schema": ("schema", "schemas"),
}
"""Parts of an interface as identifiers write them, with their names, one and several."""

_ALTERED = {
    "flag": "declaration",
    "environment_variable": "declaration",
    "config_key": "declaration",
    "http_route": "declaration",
    "metric": "declaration",
    "public_symbol": "signature",
    "schema": "definition",
}
"""What of a thing changes where its name stays."""


def _things(identifier: str, text: str) -> dict[str, Phrase]:
    """A family: ``{}`` stands for the thing, as "flag" or "flags", and ``{of}`` for what changes.

    Each has a form with all the names and one that counts those which are too many.
    """
    family: dict[str, Phrase] = {}
    for slug, (one, many) in _THINGS.items():
        single, plural = text.format(one, of=_ALTERED[slug]), text.format(many, of=_ALTERED[slug])
        family[f"{identifier}.{slug}"] = Phrase(single, plural, "count")
        more = plural.replace("%(names)s", "%(names)s and %(more)s more")
        family[f"{identifier}.{slug}.more"] = Phrase(more)
    return family


def _each_thing(identifier: str, text: str, *slugs: str) -> dict[str, Phrase]:
    """A family that speaks of one thing at a time."""
    return {
        f"{identifier}.{slug}": Phrase(text.format(one))
        for slug, (one, _) in _THINGS.items()
        if not slugs or slug in slugs
    }


def _count(text: str, noun: str, nouns: str | None = None) -> Phrase:
    """A phrase with a count of something: ``{}`` stands for "1 line" or "n lines"."""
    return Phrase(
        text.replace("{}", f"%(count)s {noun}"),
        text.replace("{}", f"%(count)s {nouns or noun + 's'}"),
        "count",
    )


PHRASES: dict[str, Phrase] = {
    # Why a commit is important or not.
    "reason.breaks": Phrase("may break users of %(names)s"),
    "reason.breaks.more": Phrase("may break users of %(names)s and %(more)s more"),
    "reason.breaking.marker": Phrase("is marked as breaking"),
    "reason.breaking.footer": Phrase("its message says what it breaks"),
    "reason.breaking.words": Phrase("its title says “%(text)s”"),
    "reason.breaking.requirement": Phrase("requires %(text)s"),
    "reason.kind.feature": Phrase("adds or extends a feature"),
    "reason.kind.fix": Phrase("fixes a defect"),
    "reason.kind.performance": Phrase("is about performance"),
    "reason.kind.refactor": Phrase("restructures code"),
    "reason.kind.revert": Phrase("takes an earlier change back"),
    "reason.kind.dependencies": Phrase("changes dependencies"),
    "reason.kind.build": Phrase("changes how it is built"),
    "reason.kind.documentation": Phrase("is about documentation"),
    "reason.kind.test": Phrase("is about tests"),
    "reason.kind.ci": Phrase("is about CI"),
    "reason.kind.style": Phrase("is about formatting"),
    "reason.reapplies": Phrase("brings an earlier change back"),
    "reason.size": Phrase(
        "changes %(lines)s line of source", "changes %(lines)s lines of source", "lines"
    ),
    "reason.spread": Phrase("touches %(files)s files of source in %(areas)s areas"),
    "reason.adds": _files("adds {} of source"),
    "reason.removes": _files("removes {} of source"),
    "reason.renames": _files("renames or moves {} of source"),
    "reason.surface": Phrase("touches where options and interfaces are declared (%(paths)s)"),
    "reason.words": Phrase("its title speaks of “%(words)s”"),
    **_things("reason.added", "adds the {} %(names)s"),
    **_things("reason.removed", "removes the {} %(names)s"),
    **_things("reason.renamed", "renames the {} %(names)s"),
    **_things("reason.changed", "changes the {of} of the {} %(names)s"),
    "reason.dependencies": Phrase(
        "changes the dependency %(names)s", "changes the dependencies %(names)s", "count"
    ),
    "reason.dependencies.more": Phrase("changes the dependencies %(names)s and %(more)s more"),
    "reason.notes": Phrase("its authors wrote it into the changelog"),
    "reason.closes": Phrase("closes an issue (%(numbers)s)"),
    "reason.with.test": _files("changes {} of tests with it"),
    "reason.with.documentation": _files("changes {} of documentation with it"),
    "reason.only.documentation": Phrase("changes nothing but documentation"),
    "reason.only.test": Phrase("changes nothing but tests"),
    "reason.only.ci": Phrase("changes nothing but CI"),
    "reason.only.build": Phrase("changes nothing but build files"),
    "reason.only.lock": Phrase("changes nothing but lock files"),
    "reason.only.generated": Phrase("changes nothing but generated files"),
    "reason.only.vendored": Phrase("changes nothing but vendored code"),
    "reason.only.data": Phrase("changes nothing but data"),
    "reason.no_source": Phrase("changes no source"),
    "reason.bot": Phrase("was made by a program"),
    "reason.empty": Phrase("changes no file"),
    "reason.unknown": Phrase("its changes are not known"),
    # What a commit does, told by its files.
    "summary.changes": _files(f"Changes {{}} in %(areas)s {_LINES}."),
    "summary.changes_more": Phrase(
        f"Changes %(files)s files in %(areas)s and %(more)s more area {_LINES}.",
        f"Changes %(files)s files in %(areas)s and %(more)s more areas {_LINES}.",
        "more",
    ),
    "summary.adds": _files(f"Adds {{}} in %(areas)s {_LINES}."),
    "summary.deletes": _files(f"Deletes {{}} in %(areas)s {_LINES}."),
    "summary.renames": _files(f"Renames or moves {{}} in %(areas)s {_LINES}."),
    "summary.change": Phrase(f"Changes %(path)s {_LINES}."),
    "summary.add": Phrase("Adds %(path)s."),
    "summary.delete": Phrase("Deletes %(path)s."),
    "summary.rename": Phrase(f"Renames %(previous)s to %(path)s {_LINES}."),
    "summary.binary": Phrase("Replaces the binary file %(path)s."),
    "summary.mode": Phrase("Changes the mode of %(path)s."),
    "summary.submodule": Phrase("Moves the submodule %(path)s."),
    "summary.empty": Phrase("Changes no file."),
    "summary.unknown": Phrase(
        "What it changes is not known: the history that was fetched begins here."
    ),
    "summary.reverts.subject": Phrase("Takes back “%(subject)s”."),
    "summary.reverts.pull_request": Phrase("Takes back pull request %(number)s."),
    "summary.reverts.commit": Phrase("Takes back commit %(sha)s."),
    "summary.reverts_part.subject": Phrase("Takes back a part of “%(subject)s”."),
    "summary.reverts_part.pull_request": Phrase("Takes back a part of pull request %(number)s."),
    "summary.reverts_part.commit": Phrase("Takes back a part of commit %(sha)s."),
    "summary.reapplies.subject": Phrase(
        "Brings back a change that had been reverted: “%(subject)s”."
    ),
    "summary.reapplies.pull_request": Phrase(
        "Brings back a change that had been reverted: pull request %(number)s."
    ),
    "summary.reapplies.commit": Phrase(
        "Brings back a change that had been reverted: commit %(sha)s."
    ),
    # What a commit does to the interface and to its dependencies.
    **_things("tell.added", "Adds the {} %(names)s."),
    **_things("tell.removed", "Removes the {} %(names)s."),
    **_things("tell.renamed", "Renames the {} %(names)s."),
    **_things("tell.changed", "Changes the {of} of the {} %(names)s."),
    **_each_thing("tell.renamed.one", "Renames the {} %(previous)s to %(name)s."),
    **_each_thing(
        "tell.default",
        "Changes the default of the {} %(name)s from %(before)s to %(after)s.",
        "flag",
        "environment_variable",
        "config_key",
    ),
    "tell.dependency.added": Phrase("Adds the dependency %(name)s."),
    "tell.dependency.added.version": Phrase("Adds the dependency %(name)s (%(after)s)."),
    "tell.dependency.removed": Phrase("Removes the dependency %(name)s."),
    "tell.dependency.moved": Phrase("Moves %(name)s from %(before)s to %(after)s."),
    "tell.dependency.changed": Phrase("Changes the dependency %(name)s."),
    "tell.dependencies": Phrase(
        "Changes the dependency %(names)s too.", "Changes the dependencies %(names)s too.", "count"
    ),
    "tell.dependencies.more": Phrase("Changes the dependencies %(names)s and %(more)s more too."),
    "tell.symbols": Phrase("Works on %(names)s."),
    # What a commit touches.
    "impact.area": _files(f"%(area)s: {{}} {_LINES}"),
    "impact.more": Phrase("%(areas)s more area", "%(areas)s more areas", "areas"),
    "impact.build": _files("Build: {}"),
    "impact.lock": _files("Lock files: {}"),
    "impact.data": _files("Data: {}"),
    "impact.test": _files("Tests: {}"),
    "impact.documentation": _files("Documentation: {}"),
    "impact.ci": _files("CI: {}"),
    "impact.generated": _files("Generated: {}"),
    "impact.vendored": _files("Vendored: {}"),
    "impact.added": Phrase("New: %(paths)s"),
    "impact.added_more": Phrase("New: %(paths)s and %(more)s more"),
    "impact.removed": Phrase("Removed: %(paths)s"),
    "impact.removed_more": Phrase("Removed: %(paths)s and %(more)s more"),
    # What it means.
    "insight.breaking.marker": Phrase("Marked as breaking by its author: %(text)s"),
    "insight.breaking.said": Phrase("The message says: %(text)s"),
    "insight.breaking.requirement": Phrase("Now requires %(text)s."),
    # Said no more, but archives have it.
    "insight.tested": _files("Tests change with it: {}."),
    "insight.untested": Phrase(
        "Changes %(lines)s line of source and no test file.",
        "Changes %(lines)s lines of source and no test file.",
        "lines",
    ),
    **_things("risk.removed", "What still uses the {} %(names)s must be changed."),
    "risk.instead": Phrase("Use %(name)s instead of %(previous)s."),
    "risk.default": Phrase("Whoever does not set %(name)s now gets %(after)s, not %(before)s."),
    # Said no more, but archives have both.
    "risk.breaking": Phrase("What relies on %(areas)s may need to be adapted."),
    "risk.breaking.plain": Phrase("What relies on the former behaviour may need to be adapted."),
    "recommend.rename": Phrase("Before you update, replace %(previous)s by %(name)s."),
    "recommend.default": Phrase("To keep the former default, set %(name)s to %(before)s."),
    "recommend.read": Phrase("Read pull request %(number)s before you update."),
    "recommend.reverts.subject": Phrase(
        "If you have built on “%(subject)s”: it is no longer there from here on."
    ),
    "recommend.reverts.pull_request": Phrase(
        "If you have built on pull request %(number)s: it is no longer there from here on."
    ),
    "recommend.reverts.commit": Phrase(
        "If you have built on commit %(sha)s: it is no longer there from here on."
    ),
    "recommend.migrate": Phrase("Plan for new migrations: %(paths)s."),
    "recommend.migrate_more": Phrase("Plan for new migrations: %(paths)s and %(more)s more."),
    # What stands out of a change.
    "signal.tls_unverified": Phrase("turns off the verification of certificates"),
    "signal.dynamic_code": _count("runs text as code in {}", "more place"),
    "signal.unsafe_load": _count("loads data that can hold code in {}", "more place"),
    "signal.shell_command": _count("runs {} through a shell", "more command"),
    "signal.sql_from_strings": _count("puts {} together from strings", "SQL statement"),
    "signal.cors_open": Phrase("allows requests from any origin"),
    "signal.concurrency": _count("changes {} with locks, atomics or tasks", "line"),
    "signal.unsafe_code": _count("adds {} of unsafe code", "line"),
    "signal.panics_added": _count("may panic in {}", "more place"),
    "signal.error_handling_removed": _count("removes {} of errors", "handler"),
    "signal.errors_swallowed": _count("drops errors silently in {}", "more place"),
    "signal.asserts_removed": _count("removes {}", "assertion"),
    "signal.todo_added": _count("adds {}", "TODO"),
    "signal.deprecation_added": Phrase("deprecates something"),
    "signal.tests_added": _count("adds {}", "test"),
    "signal.tests_removed": _count("removes {}", "test"),
    "signal.tests_skipped": _count("no longer runs {}", "test"),
    "signal.tests_loosened": _count("loosens {} of tests", "tolerance"),
    "signal.large_change": _count("is large: {} of source", "line"),
    "signal.wide_change": _count("reaches {}", "area"),
    "signal.files_deleted": _files("deletes {} of source", "count"),
    "signal.untested": _count("changes {} of source without a test", "line"),
    "signal.kernels": _files("changes {} of kernels", "count"),
    "signal.security_path": _files("changes {} about access or secrets", "count"),
    "signal.migration": _count("adds {} of a database", "migration"),
    "signal.vendored_code": _files("changes {} of vendored code", "count"),
    "signal.binary_added": _count("adds {}", "binary file"),
    "signal.timing_changed": _count("changes {} of time or retries", "limit"),
    "signal.credential_added": _count("adds {} with what looks like a key or token", "line"),
    "signal.interface_removed": _count("removes or renames {}", "public symbol"),
    "signal.default_changed": _count("changes {}", "default"),
    "signal.switch_added": _count("adds {}", "switch", "switches"),
    "signal.documentation_updated": _files("updates {} of documentation with it", "count"),
    "signal.documentation_forgotten": _count("changes {} without documentation", "option"),
}
"""All phrases by their identifiers."""

NAMES = frozenset(["name", "names", "previous", "before", "after", "path", "paths"])
"""Values that come out of the code, as opposed to numbers, areas and somebody's words."""

QUOTED = frozenset(["text", "subject", "words"])
"""Values that are somebody's words, in whatever language those are."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")


def say(
    statement: Statement,
    translations: Words,
    render_value: Callable[[int | str], str],
    locale: Locale | str,
    *,
    render_name: Callable[[str], str] | None = None,
    render_quoted: Callable[[str], str] | None = None,
) -> str:
    """Put a statement into words.

    Arguments:
        statement: a phrase with its values, or somebody's own words.
        translations: of the language that is wanted; ``gettext.NullTranslations`` for English.
        render_value: makes a value fit to print.  Paths, names and words of others go
            through it, each by itself, and nothing else does: the phrase's own words are
            fit already.
        locale: of the same language; joins lists.
        render_name: makes a name out of the code fit to print, where that differs.
        render_quoted: makes somebody's words fit to print, where that differs.

    Returns:
        The sentence.  A phrase that this version does not know (an archive may be newer, or
        edited) is shown by its identifier; a value that is missing as an ellipsis.
    """
    if statement.text is not None or statement.phrase is None:
        return render_value(statement.text or "")
    phrase = PHRASES.get(statement.phrase)
    if phrase is None:
        return render_value(statement.phrase)
    values = statement.values
    number = values.get(phrase.number) if phrase.number is not None else None
    if phrase.plural is not None:
        count = number if isinstance(number, int) else 2
        message = translations.ngettext(phrase.text, phrase.plural, count)
    else:
        message = translations.gettext(phrase.text)

    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%"
        value = values.get(match[1], "…")
        items = value if isinstance(value, tuple) else (value,)
        if render_name is not None and match[1] in NAMES:
            made = [render_name(str(item)) for item in items]
        elif render_quoted is not None and match[1] in QUOTED:
            made = [render_quoted(str(item)) for item in items]
        else:
            made = [render_value(item) for item in items]
        return made[0] if len(made) == 1 else _separator(locale).join(made)

    # Not the % operator: a stray per cent sign in a translation must not stop a page.
    return _PLACEHOLDER.sub(fill, message)


def placeholders(message: str) -> frozenset[str]:
    """The names of the values that a message speaks of."""
    return frozenset(name for name in _PLACEHOLDER.findall(message) if name)


def _separator(locale: Locale | str) -> str:
    """What stands between the items of a list: ``, `` in English, ``、`` in Chinese (CLDR)."""
    return _middle(str(locale))


@lru_cache(maxsize=8)
def _middle(name: str) -> str:
    known = Locale.parse(name, sep="-" if "-" in name else "_")
    pattern: str = known.list_patterns["standard"]["middle"].format("", "")
    return pattern
