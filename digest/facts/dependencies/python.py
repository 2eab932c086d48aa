"""Dependencies of Python projects."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source, short
from digest.facts.dependencies.tomllines import Setting, settings

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]{0,99})\s{0,9}(?:\[[^\[\]]{0,200}\])?\s{0,9}"
    r"(?P<specifier>@\s{0,9}[^\s;]{1,1000}|\(?[<>=!~][^;#\\]{0,300})?"
    r"\s{0,9}(?P<rest>;.*|\\|--.*)?"
)
_WHEEL = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.]{0,99})-(?P<version>[^-/\s]{1,60})(?:-[^/\s]+)?\.whl"
)
_REFERENCE = re.compile(r"(?:git\+|\.git)[^@\s]*@([^#@\s]{1,200})")
_SECTION = re.compile(r"\[([^\[\]]{1,200})\]")
_CONDA = re.compile(
    r"\s*-\s+[\"']?(?:[\w.-]+::)?([A-Za-z][\w.-]*)\s*([<>=!~][^\"'#]*)?[\"']?\s*(?:#.*)?"
)
_LIST = re.compile(
    r"\b(install_requires|setup_requires|tests_require|extras_require)\b\s*=\s*[\[{]"
)
_SETUP_TOKENS = re.compile(
    r"""(?P<quote>["'])(?P<text>(?:(?!(?P=quote)).){0,300})(?P=quote)(?P<key>\s{0,9}:)?"""
    r"""|\#.*|(?P<bracket>[\[\]{}])"""
)
_PYTHON_REQUIRES = re.compile(r"""\bpython_requires\s*=\s*["']([^"']{1,100})["']""")
_OWN_NAME = re.compile(r"""\bname\s*=\s*["']([^"']{1,100})["']""")
_UV_LISTS = {
    "build-constraint-dependencies", "constraint-dependencies", "dev-dependencies",
    "override-dependencies",
}  # fmt: skip


def normal(name: str) -> str:
    """A project's name as the index knows it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text: str, line: int, slot: str = "") -> Entry | None:
    """Read one requirement (PEP 508), or a line of a requirements file.

    Arguments:
        text: such as ``torch[cuda]>=2,<3; python_version < "3.13"``.
        line: where it stands.
        slot: the group that it stands in.

    Returns:
        None for what asks for no project: options, paths, other words.
    """
    parts = _parts(text)
    if parts is None:
        return None
    name, version, key, condition = parts
    return Entry("python", name, version, line, f"{slot};{condition}", raw=key)


@functools.lru_cache(maxsize=8_192)
def _parts(text: str) -> tuple[str, str, str, str] | None:
    """Name, version, the version in an order of its own, and condition of a requirement."""
    text = text.strip()
    if "://" in text and (wheel := _WHEEL.search(text)) and "@" not in text.partition("://")[0]:
        return normal(wheel["name"]), wheel["version"], wheel["version"], ""
    match = _REQUIREMENT.fullmatch(text)
    if match is None:
        return None
    version = _version(match["specifier"] or "")
    if version is None or "'" in version or '"' in version:
        return None  # the quotes are of a condition that stands on a line of its own
    rest = match["rest"] or ""
    condition = rest[1:].partition(" --")[0].strip() if rest.startswith(";") else ""
    return normal(match["name"]), version, ",".join(sorted(version.split(","))), condition


def _version(specifier: str) -> str | None:
    if specifier.startswith("@"):
        url = specifier[1:].strip()
        if url.startswith(("file:", ".", "/", "{")):
            return None
        if wheel := _WHEEL.search(url):
            return wheel["version"]
        reference = _REFERENCE.search(url)
        return short(reference[1]) if reference else url.rpartition("/")[2][:80]
    text = "".join(specifier.partition(" --")[0].split()).strip("()").rstrip(",")
    exact = text.startswith("==") and not text.startswith("===") and "," not in text
    return text[2:] if exact else text


def requirements(source: Source) -> Iterator[Entry]:
    """Requirements and constraints files."""
    for number, text in source.rows:
        if not number or not text or text[0] in "#-.+<>=| \t\\":
            continue
        # A comment begins at a space; a # within an address does not.
        entry = requirement(text.partition(" #")[0], number)
        if entry is not None:
            yield entry


def compiled(source: Source) -> Iterator[Entry]:
    """Requirements files that a tool resolved."""
    for entry in requirements(source):
        yield Entry(entry.ecosystem, entry.name, entry.version, entry.line, role="locked")


def pyproject(source: Source) -> Iterator[Entry]:
    """``pyproject.toml`` of all tools, and ``Pipfile``."""
    for setting in settings(source):
        path = setting.path
        if not setting.known:
            # A hunk amid an array: only what says a version is surely a requirement.
            yield from (entry for entry in _array(setting, "") if entry.version)
        elif path in {("project", "name"), ("tool", "poetry", "name")}:
            yield Entry("python", normal(setting.string() or ""), "", setting.line, role="own")
        elif path == ("project", "requires-python"):
            yield _interpreter(setting.string() or "", setting.line)
        elif _is_array_of_requirements(path):
            yield from _array(setting, ".".join(path))
        elif path[:3] == ("tool", "uv", "sources") or _is_table_of_dependencies(path):
            yield from _table_entry(setting)


def _is_array_of_requirements(path: tuple[str, ...]) -> bool:
    match path:
        case ("project", "dependencies") | ("build-system", "requires"):
            return True
        case ("project", "optional-dependencies", _) | ("dependency-groups", _):
            return True
        case ("tool", "uv", name):
            return name in _UV_LISTS
        case ("tool", "pdm", "dev-dependencies", _):
            return True
        case ("tool", "hatch", "envs", *_, "dependencies" | "extra-dependencies"):
            return True
    return False


def _is_table_of_dependencies(path: tuple[str, ...]) -> bool:
    match path:
        case ("tool", "poetry", "dependencies" | "dev-dependencies", *_):
            return True
        case ("tool", "poetry", "group", _, "dependencies", *_):
            return True
        case ("packages" | "dev-packages", *_):
            return True
    return False


def _array(setting: Setting, slot: str) -> Iterator[Entry]:
    for number, text in setting.strings():
        if number and (entry := requirement(text, number, slot)) is not None:
            yield entry


def _table_entry(setting: Setting) -> Iterator[Entry]:
    """One line of poetry's, Pipenv's or uv's tables."""
    sources = setting.path[:3] == ("tool", "uv", "sources")
    key = "dependencies" if "dependencies" in setting.path else setting.path[-2]
    start = setting.path.index(key) + 1 if key in setting.path else len(setting.path) - 1
    if len(setting.path) <= start:
        return
    name = setting.path[start] if not sources else setting.path[-1]
    fields = setting.fields()
    if "path" in fields or fields.get("workspace") == "true":
        yield Entry("python", normal(name), "", setting.line, role="own")
        return
    version = _table_version(setting, fields)
    if version is None or (sources and "git" not in fields):
        return
    if name == "python":
        yield _interpreter(version, setting.line)
        return
    yield Entry("python", normal(name), version, setting.line, ".".join(setting.path[:-1]))


def _table_version(setting: Setting, fields: dict[str, str]) -> str | None:
    text = setting.string()
    if text is None and not fields:
        return None
    if text is None:
        reference = (fields.get(key) for key in ("rev", "tag", "branch", "ref", "version"))
        text = next((short(value) for value in reference if value), "")
    text = "" if text == "*" else "".join(text.split())
    return text[2:] if text.startswith("==") and "," not in text else text


def _interpreter(version: str, line: int) -> Entry:
    return Entry("python", "python", "".join(version.split()), line, "python")


def setup_cfg(source: Source) -> Iterator[Entry]:
    """``setup.cfg``: the indented lines below the names of lists."""
    section = key = ""
    for number, line in source.rows:
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].rstrip()
        if match := _SECTION.fullmatch(text):
            section, key = match[1], ""
            continue
        value = text
        if text and not text[0].isspace() and "=" in text:
            key, _, value = (part.strip() for part in text.partition("="))
        if not value.strip() or not number:
            continue
        if section == "options" and key == "python_requires":
            yield _interpreter(value, number)
        elif section == "options.extras_require" or (
            section == "options" and key in {"install_requires", "setup_requires"}
        ):
            entry = requirement(value, number, f"{section}.{key}")
            if entry is not None:
                yield entry


def setup_py(source: Source) -> Iterator[Entry]:
    """The lists of requirements that ``setup.py`` writes out."""
    slot, depth = "", 0
    for number, line in source.rows:
        if not number:
            slot, depth = "", 0
        asks = "require" in line
        if not (depth or asks) or line.lstrip().startswith("#"):
            continue
        if asks and (match := _PYTHON_REQUIRES.search(line)):
            yield _interpreter(match[1], number)
        begin = 0
        if not depth:
            match = _LIST.search(line)
            if match is None:
                continue
            slot, begin = match[1], match.end() - 1
        for found in _SETUP_TOKENS.finditer(line, begin):
            if found["bracket"]:
                depth += 1 if found["bracket"] in "[{" else -1
                if depth == 0:
                    break
            elif found["text"] and not found["key"]:
                entry = requirement(found["text"], number, slot)
                if entry is not None:
                    yield entry


def conda(source: Source) -> Iterator[Entry]:
    """``environment.yml`` of conda, with pip's list in it."""
    inside = False
    for number, line in source.rows:
        if line[:1] not in {" ", "-", "#", ""}:
            inside = line.startswith("dependencies:")
        elif (inside or not source.whole) and number and (match := _CONDA.fullmatch(line)):
            version = "".join((match[2] or "").split())
            exact = version.lstrip("=").partition("=")[0]
            shown = exact if version.startswith("=") else version
            yield Entry("python", normal(match[1]), shown, number)
