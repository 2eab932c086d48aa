"""What stands out of a commit's files as a whole, and of its interface."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from digest.facts.areas import component_of
from digest.facts.breakingwords import DEFAULTED
from digest.facts.defaults import other_values
from digest.facts.messages import title_of
from digest.facts.removals import in_product, removed_for_good, strength_of
from digest.facts.signals.lines import EVIDENCE, Found
from digest.facts.wordlists import names
from digest.model import Evidence, InterfaceChange

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff

LARGE = 1_000
"""Lines of source from which a commit is large."""
WIDE = 6
"""Areas of source from which a commit is wide."""
UNTESTED = 100
"""Lines of source from which the absence of a test is worth a word."""

KERNEL_ENDINGS = (".cu", ".cuh", ".hip", ".metal", ".ptx", ".cl")
KERNEL_SOURCES = (".py", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".inl")
"""Endings of what such programs are written in too; in :data:`KERNEL_FOLDERS` alone they are."""
KERNEL_FOLDERS = names("kernels kernel csrc sgl-kernel triton triton_kernels triton_ops cuda")
SECURITY_NAMES = names(
    """
    acl acls auth authentication authn authorization authz certificate certificates certs cors
    credential credentials crypto cryptography csrf encryption jwt keyring oauth oauth2 oidc
    password passwords permissions rbac saml sandbox secret secrets security signing ssl sso tls
    """
)
_PARTS = re.compile(r"[/_.-]")
_MIGRATIONS = names("migrations migrate alembic")
_SET = frozenset({"flag", "environment variable", "config key", "HTTP route", "metric"})
"""What is documented for those who run a program, not for those who build on its code."""
_SWITCH = re.compile(
    r"(?:^|[-_.])(?:enable|disable|use|no|allow|experimental|feature|opt[-_](?:in|out))(?:[-_]|$)",
    re.IGNORECASE,
)
_ON_OFF = names("true false store_true store_false \"0\" \"1\" '0' '1' none")


def signals_of_shape(diff: Diff) -> Iterator[Found]:
    """What the files as a whole show.

    Arguments:
        diff: the changed files.
    """
    source = [file for file in diff.files if file.category == "source"]
    lines = sum(_lines(file) for file in source)
    if lines >= LARGE:
        yield Found("large_change", lines)
    areas = {component_of(file.change.path, "source") for file in source}
    if len(areas) >= WIDE:
        yield Found("wide_change", len(areas))
    yield _files("files_deleted", (f for f in source if f.change.status == "D"))
    if lines >= UNTESTED and not _tested(diff, source):
        yield Found("untested", lines)
    yield _files("kernels", (file for file in source if is_kernel(file.change.path)))
    yield _files("security_path", (file for file in source if is_security(file.change.path)))
    yield _files("migration", (file for file in diff.files if _is_migration(file)))
    yield _files("vendored_code", (f for f in diff.files if f.category == "vendored"))
    yield _files("binary_added", (file for file in diff.files if _is_binary(file)))


def signals_of_interface(diff: Diff, interface: tuple[InterfaceChange, ...]) -> Iterator[Found]:
    """What the changes of the interface show beside what they are.

    Arguments:
        diff: the changed files.
        interface: the changes; none of them, no signal.
    """
    known = [change for change in interface if change.what in _SET]
    changed = [change for change in known if change.change == "changed"]
    if changed:
        yield _interface("default_changed", changed)
    elif DEFAULTED.search(title_of(diff.commit)) and (evidence := other_values(diff)):
        yield Found("default_changed", 1, list(evidence))
    if not interface:
        return
    gone = removed_for_good(diff, interface)
    yield _interface("interface_removed", (c for c in gone if strength_of(diff, c) == "weak"))
    yield _interface("switch_added", (c for c in known if _is_switch(c)))
    told = [change for change in known if change.change != "changed"]
    if not told:
        return
    documents = [file for file in diff.files if file.category == "documentation"]
    if documents:
        yield _files("documentation_updated", documents)
    else:
        yield _interface("documentation_forgotten", told)


def is_kernel(path: str) -> bool:
    """Tell whether a program runs on an accelerator, by its path."""
    *folders, name = path.lower().split("/")
    return name.endswith(KERNEL_ENDINGS) or (
        name.endswith(KERNEL_SOURCES) and not KERNEL_FOLDERS.isdisjoint(folders)
    )


def is_security(path: str) -> bool:
    """Tell whether a program guards something, by its path."""
    return not SECURITY_NAMES.isdisjoint(_PARTS.split(path.lower())) and in_product(path)


def _tested(diff: Diff, source: list[FileDiff]) -> bool:
    if any(file.category == "test" for file in diff.files):
        return True
    return any(
        b"test]" in file.patch.data or b"mod tests" in file.patch.data
        for file in source
        if file.change.path.endswith(".rs")
    )


def _is_migration(file: FileDiff) -> bool:
    if file.change.status != "A" or file.category not in {"source", "data"}:
        return False
    *folders, name = file.change.path.lower().split("/")
    return not _MIGRATIONS.isdisjoint(folders) and name.endswith(
        (".py", ".sql", ".rb", ".php", ".ts", ".js", ".go", ".java")
    )


def _is_binary(file: FileDiff) -> bool:
    return (
        file.change.binary
        and file.change.status == "A"
        and file.category not in {"documentation", "test", "vendored"}
        and not file.change.submodule
    )


def _is_switch(change: InterfaceChange) -> bool:
    """Whether something new turns a behaviour on or off."""
    if change.change != "added" or change.what not in {"flag", "environment variable"}:
        return False
    return (change.after or "").lower() in _ON_OFF or _SWITCH.search(change.name) is not None


def _lines(file: FileDiff) -> int:
    return (file.change.insertions or 0) + (file.change.deletions or 0)


def _files(name: str, files: Iterable[FileDiff]) -> Found:
    """A signal of whole files: each is shown by its first line."""
    found = list(files)
    evidence = [
        Evidence(
            path=file.path("old" if file.change.status == "D" else "new"),
            line=1,
            side="old" if file.change.status == "D" else "new",
        )
        for file in found[:EVIDENCE]
    ]
    return Found(name, len(found), evidence)


def _interface(name: str, changes: Iterable[InterfaceChange]) -> Found:
    found = list(changes)
    evidence = [line for change in found for line in change.evidence[:1]]
    return Found(name, len(found), evidence[:EVIDENCE])
