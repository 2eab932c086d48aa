"""From a repository to judged commits, by the road that the product takes.

Facts are kept in a temporary folder, because reading them is what takes time;
any change of the code that reads them makes them anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import pickle
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import digest
from benchmarks import histories
from benchmarks.accuracy.changelogs import Named, Section, parse, words_of
from benchmarks.accuracy.notes import without_notes
from benchmarks.accuracy.split import Source
from digest.analysts.notes import is_notes
from digest.contents import BlobReader
from digest.facts import titles
from digest.facts.extract import extract
from digest.facts.grammar import UNKNOWN, Grammar, learn
from digest.facts.messages import title_of
from digest.facts.paths import category_of
from digest.facts.references import pull_request_of, references_of
from digest.history import read, skim
from digest.model import BreakingChange, Commit, Coverage, Facts, Kind, Reading, Repository
from digest.repositories import Mirror, open_mirror

PACKAGE = Path(digest.__file__).parent
ZONE = ZoneInfo("UTC")
BUDGET = 2_000_000
CHUNK = 250
"""Commits that are read at once; the grammar of their titles is learnt from those before them."""
MOST = 0.8
"""A changelog that names a larger share is a list of everything."""
FEW = 20
"""Commits of bots from which their share tells something."""
SHRUNK = 0.7
"""A version of a changelog that is followed by one so much smaller is read too."""
WRITTEN = 20_000
"""Bytes of a patch from which on it writes the notes of a release."""
TELLING = 30
"""Letters from which on a line is known again."""
ITEMS = 6
"""Items that a commit writes about itself at the most."""
_ITEM = re.compile(r"\+\s{0,4}(?:[-*+] |note:)\s*(\S.*)")
FIRST_WORDS: Mapping[str, Kind] = {
    **dict.fromkeys(("fix", "fixes", "fixed", "fixing"), "fix"),
    **dict.fromkeys(("add", "adds", "added", "adding", "implement", "support"), "feature"),
}
"""Words with which a plain title leaves no doubt of what its author made."""
NOTHING_READ = Coverage(files=0, files_read=0, lines=0, lines_read=0)


@dataclass(frozen=True, slots=True)
class Sample:
    """A commit of a pull request, with what the maintainers made of it."""

    commit: Commit
    facts: Facts
    coverage: Coverage
    named: bool
    """The changelog names it."""
    sections: frozenset[Section]
    """The sections that say a type, where it is named."""
    seen: tuple[BreakingChange, ...] = ()
    """What is found to break where the commit's own line in the changelog is read too."""
    declared: bool = False
    """Its title says its type, by a convention."""
    said: Kind | None = None
    """What its title says in one word, by a convention or as its first one."""

    @property
    def reading(self) -> Reading:
        """What an analyst is given; the patches have been read already."""
        return Reading(self.commit, self.coverage, ())


@dataclass(frozen=True, slots=True)
class History:
    """A repository's commits that its changelog speaks of."""

    name: str
    source: Source
    samples: list[Sample]

    @property
    def selects(self) -> bool:
        """Whether being named in the changelog tells of importance.

        Not where it names nearly everything, and not where it names what programs do more
        often than what people do: then it lists each bump of a dependency.
        """
        bots = [sample.named for sample in self.samples if sample.facts.bot]
        people = [sample.named for sample in self.samples if not sample.facts.bot]
        named = sum(bots) + sum(people)
        lists_bumps = len(bots) >= FEW and sum(bots) * len(people) > sum(people) * len(bots)
        return self.source.selects and named <= MOST * len(self.samples) and not lists_bumps


class Read(NamedTuple):
    """What is kept of a commit."""

    commit: Commit
    facts: Facts
    coverage: Coverage
    seen: tuple[BreakingChange, ...]
    written: tuple[str, ...]
    """The lines that it writes into the changelog, as words."""
    declared: bool
    """Its title says its type."""
    said: Kind | None
    """What its title says in one word."""


def samples_of(
    repositories: dict[str, tuple[Path, Source]],
    *,
    limit: int,
    since: dt.date | None = None,
    cache: Path | None = None,
    breaking: bool = False,
) -> list[History]:
    """Read the commits of each repository and look them up in its changelog.

    Arguments:
        repositories: names → bare clones and what is known of them.
        limit: of each repository, how many commits of pull requests; the newest.
        since: none that are older.
        cache: where facts are kept; a folder of the system's own for temporary files if not
            given.
        breaking: choose those between the newest and the oldest one that is listed as breaking.
    """
    chosen = {}
    for name, (path, source) in repositories.items():
        named = _named(path, source)
        chosen[name] = named, _choose(path, named, source, limit, since, breaking=breaking)
    read_ = _facts_of(
        {name: repositories[name][0] for name in chosen},
        {name: shas for name, (_, shas) in chosen.items()},
        cache,
    )
    return [
        History(name, source, [_sample(item, chosen[name][0], source) for item in read_[name]])
        for name, (_, source) in repositories.items()
    ]


def facts_of(path: Path, shas: Sequence[str], cache: Path | None = None) -> list[Read]:
    """The facts of any commits of one repository.

    Arguments:
        path: a bare clone.
        shas: newest first.
        cache: where facts are kept.
    """
    return _facts_of({"": path}, {"": shas}, cache)[""]


def _facts_of(
    paths: Mapping[str, Path], shas: Mapping[str, Sequence[str]], cache: Path | None
) -> dict[str, list[Read]]:
    """Facts of the commits of several repositories, by processes beside this one."""
    folder = (cache or Path(tempfile.gettempdir()) / "digest-accuracy") / _version()
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in paths for _ in _chunks(shas[name])]
    tasks = [
        (folder, paths[name], chunk, before)
        for name in paths
        for chunk, before in _chunks(shas[name])
    ]
    found: dict[str, list[Read]] = {name: [] for name in paths}
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool:
        for name, answer in zip(names, pool.map(_read, tasks), strict=True):
            found[name] += answer
    return found


Titled = tuple[Commit, frozenset[Section], Grammar]


def titles_of(path: Path, source: Source, *, limit: int) -> list[Titled]:
    """Commits of pull requests, without their patches, with what a changelog says of them.

    Arguments:
        path: a bare clone.
        source: what is known of the repository.
        limit: how many pull requests are looked at; the newest.

    Returns:
        Each with its sections, none where it is not named, and the grammar of the titles
        around it.
    """
    named = _named(path, source)
    mirror = local_mirror(path)
    chain = [sha for sha, _, _ in mirror.chain()]
    found: list[Titled] = []
    seen = 0
    for start in range(0, len(chain), 2 * CHUNK):
        commits = list(skim(mirror, chain[start : start + 2 * CHUNK], zone=ZONE))
        grammar = learn(commits)
        for commit in commits:
            number = pull_request_of(commit)
            if number is None or source.leaves_out(title_of(commit)):
                continue
            seen += 1
            issues = references_of(commit).issues if source.issues else ()
            sections = named.of(commit.sha, (number, *issues)) or frozenset()
            reading = without_notes(Reading(commit, NOTHING_READ, ()))
            found.append((reading.commit, sections, grammar))
        if seen >= limit:
            break
    return found


def local_mirror(path: Path, source: str = "bench/bench") -> Mirror:
    """A bare clone as the product sees it, read in place."""
    newest = histories.newest(path)
    repository = Repository(slug=source, url=str(path), local=True)
    return open_mirror(repository, path.parent, since=newest, now=newest, fetch=False, timeout=60)


# The changelog


def _named(path: Path, source: Source) -> Named:
    """What all changelogs of a repository name, in their versions up to now."""
    named = Named()
    for blob, name in _blobs(path, source.changelogs).items():
        text = histories.git(path, "cat-file", "blob", blob).decode("utf-8", "replace")
        named.update(parse(text, source.repository, name))
    return named


def _blobs(path: Path, changelogs: Sequence[str]) -> dict[str, str]:
    """The newest version of each changelog, and those that lost much with their successor.

    Returns:
        Their names as git has them, with their paths.
    """
    lines = histories.git(path, "ls-tree", "-r", "HEAD").decode("utf-8", "replace").splitlines()
    entries = [line.split("\t", 1) for line in lines]
    blobs = {entry.split()[2]: name for entry, name in entries if _is_changelog(name, changelogs)}
    # Newest first: each blob was followed by the one before it.
    log = ("log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=")
    raw = histories.git(path, *log, "HEAD", "--", *changelogs).decode("utf-8", "replace")
    changes = [line.split("\t", 1) for line in raw.splitlines() if line.startswith(":")]
    pairs = [
        (entry.split()[2], entry.split()[3], name)
        for entry, name in changes
        if _is_changelog(name, changelogs)
    ]
    names = sorted({blob for old, new, _ in pairs for blob in (old, new) if blob.strip("0")})
    stdin = "".join(f"{name}\n" for name in names).encode()
    checked = histories.git(path, "cat-file", "--batch-check", stdin=stdin).decode().splitlines()
    sizes = {words[0]: int(words[2]) for words in map(str.split, checked) if len(words) == 3}
    for old, new, name in pairs:
        if old in sizes and sizes.get(new, 0) < SHRUNK * sizes[old]:
            blobs.setdefault(old, name)
    return blobs


def _is_changelog(name: str, changelogs: Sequence[str]) -> bool:
    """Whether a file is one of the changelogs; below a beginning of paths lie programs too."""
    return name in changelogs or (name.startswith(tuple(changelogs)) and is_notes(name))


# The commits


def _choose(
    path: Path,
    named: Named,
    source: Source,
    limit: int,
    since: dt.date | None,
    *,
    breaking: bool,
) -> list[str]:
    """The newest commits of pull requests that lie between named ones, newest first."""
    mirror = local_mirror(path)
    earliest = 0 if since is None else dt.datetime.combine(since, dt.time(), ZONE).timestamp()
    chain = [sha for sha, seconds, _ in mirror.chain() if seconds >= earliest]
    chosen: list[str] = []
    last = 0
    for start in range(0, len(chain), limit):
        for commit in skim(mirror, chain[start : start + limit], zone=ZONE):
            number = pull_request_of(commit)
            if number is None or source.leaves_out(title_of(commit)):
                continue
            sections = named.of(commit.sha, (number,))
            is_named = sections is not None and (not breaking or "breaking" in sections)
            # What came after the newest named one awaits its release.
            if is_named or chosen:
                chosen.append(commit.sha)
            if is_named:
                last = len(chosen)
        if len(chosen) >= limit:
            break
    return chosen[: min(last, limit)]


def _sample(read_: Read, named: Named, source: Source) -> Sample:
    commit, facts, coverage = read_.commit, read_.facts, read_.coverage
    references = facts.references
    issues = references.issues if source.issues else ()
    sections = named.of(commit.sha, (references.pull_request or -1, *issues))
    found = sections or frozenset()
    # Who stands there with a number is not looked for by words, which others may share.
    if sections is None and any(line in item for line in read_.written for item in named.breaking):
        found = frozenset[Section](["breaking"])
    return Sample(
        commit,
        facts,
        coverage,
        sections is not None,
        found,
        read_.seen,
        read_.declared,
        read_.said,
    )


# Facts, in processes beside this one

Task = tuple[Path, Path, tuple[str, ...], tuple[str, ...]]


def _chunks(shas: Sequence[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Commits, each time with those before them in history."""
    for start in range(0, len(shas), CHUNK):
        chunk = tuple(shas[start : start + CHUNK])
        yield chunk, tuple(shas[start + CHUNK : start + 2 * CHUNK]) or chunk


def _key(task: Task) -> str:
    _, path, chunk, before = task
    text = "\n".join([str(path), *chunk, "", *before])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _read(task: Task) -> list[Read]:
    folder, path, chunk, before = task
    kept = folder / f"{_key(task)}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]  # noqa: S301
    mirror = local_mirror(path)
    grammar = learn(skim(mirror, before, zone=ZONE)) if before else UNKNOWN
    found: list[Read] = []
    with BlobReader(mirror.git) as contents:
        for whole in read(mirror, chunk, zone=ZONE, budget=BUDGET):
            reading = without_notes(whole)
            facts = extract(reading, grammar=grammar, contents=contents)
            seen = facts
            if reading is not whole:
                seen = extract(whole, grammar=grammar, contents=contents)
            read_ = Read(
                commit=reading.commit,
                facts=facts,
                coverage=reading.coverage,
                seen=seen.breaking,
                written=tuple(_written(whole)),
                declared=_is_declared(reading.commit, grammar),
                said=_said(reading.commit, grammar),
            )
            found.append(read_)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(found))
    part.replace(kept)
    return found


def _is_declared(commit: Commit, grammar: Grammar) -> bool:
    title = titles.parse(title_of(commit), grammar)
    return bool(title.kinds) or title.hint is not None


def _said(commit: Commit, grammar: Grammar) -> Kind | None:
    """The kind that an author names, taken by the word."""
    title = titles.parse(title_of(commit), grammar)
    if title.kinds or title.hint:
        return title.kinds[0] if title.kinds else title.hint
    return FIRST_WORDS.get(title.text.partition(" ")[0].lower())


def _written(reading: Reading) -> Iterator[str]:
    """The items that a commit writes into the changelog about itself, as words.

    Short ones tell nothing, nor do lines that name an author; and who changes nothing but
    notes, or writes many items, writes about other commits.
    """
    if all(category_of(change) == "documentation" for change in reading.commit.changes):
        return
    found: list[str] = []
    for patch in reading.patches:
        if is_notes(patch.path) and len(patch.data) <= WRITTEN:
            lines = patch.data.decode("utf-8", "replace").splitlines()
            found += (words_of(match[1]) for line in lines if (match := _ITEM.match(line)))
    if len(found) <= ITEMS:
        yield from (words for words in found if len(words) >= TELLING)


def _version() -> str:
    """A digest of the code that facts, and what is kept beside them, come from."""
    state = hashlib.sha256()
    parts: Iterable[Path] = sorted(
        [
            *(PACKAGE / "facts").rglob("*.py"),
            *(PACKAGE / "model").rglob("*.py"),
            *(PACKAGE / f"{name}.py" for name in ("contents", "history", "patchstream")),
            PACKAGE / "analysts" / "notes.py",
            Path(__file__),
            Path(__file__).with_name("notes.py"),
        ]
    )
    for part in parts:
        state.update(part.read_bytes())
    return state.hexdigest()[:16]
