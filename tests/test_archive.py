"""The archive: what is written is read back, and what cannot be read is never touched."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import asdict, replace
from support import records

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive, serialise
from digest.errors import ArchiveError
from digest.facts.extract import extract
from digest.model import SCHEMA_VERSION, Day, Entry, Failure, RepositoryState

SLUG = "owner/name"
DATE = dt.date(2026, 2, 13)
HEAD = "1" * 40


def entry(subject: str, body: str = "", **more: Any) -> Entry:
    reading = records.reading(subject, body, **more)
    facts = extract(reading)
    analysis = HeuristicAnalyst().analyse(reading, facts)
    return Entry(commit=reading.commit, facts=facts, analysis=analysis)


def day(date: dt.date = DATE, *entries: Entry, **more: Any) -> Day:
    values = {
        "schema_version": SCHEMA_VERSION,
        "repository": SLUG,
        "date": date,
        "zone": "Asia/Shanghai",
        "complete": True,
        "head": HEAD,
        "entries": entries,
    }
    return Day(**values | more)


FULL = day(
    DATE,
    entry("feat(api)!: add 新功能 🎉 (#7)", "BREAKING CHANGE: gone\n\nCloses #3"),
    entry('fix: \x00\x1b[31m \u2028 \u202e "quotes" \\ </script>'),
    entry(
        "refactor: move",
        changes=[
            records.change("b", status="R", previous_path="a\\xff\n"),
            records.change("logo.png", binary=True),
            records.change("lost", missing=True),
        ],
    ),
    replace(entry("chore: gone"), vanished=True),
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


# Round trip


def test_what_is_saved_is_loaded(archive: Archive) -> None:
    assert archive.save(FULL)
    assert archive.load(SLUG, DATE) == FULL
    assert list(archive.days(SLUG)) == [FULL]
    assert archive.load(SLUG, DATE + dt.timedelta(days=1)) is None
    assert archive.load("somebody/else", DATE) is None


def test_quiet_and_open_days(archive: Archive) -> None:
    for made in (day(), day(complete=False), day(head=None), day(complete=False, head=None)):
        archive.save(made)
        assert archive.load(SLUG, DATE) == made
        assert made.quiet == made.complete


def test_where_it_is(archive: Archive) -> None:
    archive.save(FULL)
    archive.save(day(dt.date(2025, 12, 31)))
    archive.save_state(archive.state(SLUG))
    files = sorted(path for path in archive.root.rglob("*") if path.is_file())
    assert [path.relative_to(archive.root).as_posix() for path in files] == [
        "owner/name/2025/2025-12-31.json",
        "owner/name/2026/2026-02-13.json",
        "owner/name/repository.state",
    ]
    assert archive.dates(SLUG) == [dt.date(2025, 12, 31), DATE]
    assert archive.dates("owner") == []


def test_what_others_can_rely_on(archive: Archive) -> None:
    archive.save(FULL)
    content = json.loads(archive.day_file(SLUG, DATE).read_text("utf-8"))
    assert content["schema_version"] == SCHEMA_VERSION
    assert (content["repository"], content["date"]) == (SLUG, "2026-02-13")
    first = content["entries"][0]["commit"]
    assert first["sha"] == FULL.entries[0].commit.sha
    assert first["author"] == {"name": "Ada"}
    assert first["subject"].startswith("feat(api)!")
    assert dt.datetime.fromisoformat(first["committed_at"]) == records.NOON
    assert first["committed_at"] == "2026-02-13T12:00:00+00:00"
    assert first["authored_at"] == first["committed_at"]
    change = {"path": "src/app/main.py", "status": "M", "insertions": 1, "deletions": 0}
    assert first["changes"] == [change]


def test_binary_and_zero_are_told_apart() -> None:
    none = replace(records.change("a"), insertions=None, deletions=None)
    written = json.loads(serialise(day(DATE, entry("x", changes=[none]))))
    assert written["entries"][0]["commit"]["changes"][0]["insertions"] is None


# The file


def test_the_same_day_has_the_same_bytes() -> None:
    assert serialise(FULL) == serialise(msgspec.json.decode(serialise(FULL), type=Day))
    keys = asdict(FULL)
    assert serialise(Day(**dict(reversed(keys.items())))) == serialise(FULL)


def test_text_for_people_and_for_diff() -> None:
    data = serialise(FULL)
    text = data.decode("utf-8")
    assert "新功能 🎉" in text
    assert text.endswith("}\n")
    assert "\r" not in text
    assert all(ord(char) >= 0x20 or char == "\n" for char in text)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in items]
        assert names == sorted(names)
        return dict(items)

    json.loads(text, object_pairs_hook=pairs)


def test_one_more_commit_is_one_more_block() -> None:
    lines = serialise(day(DATE, *FULL.entries[:2])).splitlines()
    more = serialise(day(DATE, entry("fix: new"), *FULL.entries[:2])).splitlines()
    start = next(index for index, (a, b) in enumerate(zip(lines, more, strict=False)) if a != b)
    added = len(more) - len(lines)
    assert more[:start] + more[start + added :] == lines


def test_what_is_right_already_is_not_written(archive: Archive) -> None:
    archive.save(FULL)
    file = archive.day_file(SLUG, DATE)
    before = file.stat()
    assert archive.save(FULL) is False
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert archive.save(day()) is True


# What cannot be read


def damaged(content: bytes) -> dict[str, bytes]:
    value = json.loads(content)
    return {
        "empty": b"",
        "cut": content[: len(content) // 2],
        "no JSON": b"<<<<<<< HEAD\n" + content,
        "no object": b"[]",
        "a deep pit": b"[" * 100_000,
        "no UTF-8": content.replace(b"feat", b"\xff\xfe\xfd\xfc"),
        "a field is missing": json.dumps({k: v for k, v in value.items() if k != "zone"}).encode(),
        "a field is unknown": json.dumps(value | {"surprise": 1}).encode(),
        "no version": json.dumps({k: v for k, v in value.items() if k[0] != "s"}).encode(),
        "a wrong type": json.dumps(value | {"entries": "none"}).encode(),
        "a time without a zone": content.replace(b"+00:00", b""),
        "a figure beyond reason": re.sub(
            rb'"insertions": \d+', b'"insertions": ' + b"9" * 26, content
        ),
        "half a sha": content.replace(HEAD.encode(), HEAD[:20].encode()),
        "newer": json.dumps(value | {"schema_version": SCHEMA_VERSION + 1}).encode(),
        "newer, with more in it": json.dumps(
            value | {"schema_version": SCHEMA_VERSION + 1, "surprise": 1}
        ).encode(),
        "another repository": json.dumps(value | {"repository": "some/other"}).encode(),
        "another date": json.dumps(value | {"date": "2026-02-14"}).encode(),
    }


@pytest.mark.parametrize("kind", damaged(serialise(FULL)))
def test_a_file_that_cannot_be_read_is_named_and_kept(archive: Archive, kind: str) -> None:
    archive.save(FULL)
    file = archive.day_file(SLUG, DATE)
    content = damaged(file.read_bytes())[kind]
    file.write_bytes(content)
    with pytest.raises(ArchiveError) as told:
        archive.load(SLUG, DATE)
    assert told.value.path == file
    assert str(file) in str(told.value)
    expected = {
        "newer": f"has schema version {SCHEMA_VERSION + 1}",
        "newer, with more in it": f"has schema version {SCHEMA_VERSION + 1}",
        "another repository": "holds some/other",
        "another date": "on 2026-02-14",
    }
    assert expected.get(kind, "damaged") in str(told.value)
    with pytest.raises(ArchiveError):
        list(archive.days(SLUG))
    with pytest.raises(ArchiveError):
        archive.save(day())
    assert file.read_bytes() == content
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_folder_in_the_place_of_a_day(archive: Archive) -> None:
    file = archive.day_file(SLUG, DATE)
    file.mkdir(parents=True)
    for attempt in (lambda: archive.load(SLUG, DATE), lambda: archive.save(FULL)):
        with pytest.raises(ArchiveError, match="cannot be read"):
            attempt()


def test_files_of_others_are_not_days(archive: Archive) -> None:
    archive.save(FULL)
    folder = archive.day_file(SLUG, DATE).parent
    for name in ("2026-02-31.json", "2026-2-1.json", "notes.json", "2025-01-01.json", "x.txt"):
        (folder / name).write_text("?")
    assert archive.dates(SLUG) == [DATE]


# Whole or not at all


def test_a_write_that_fails_leaves_the_old_file(archive: Archive) -> None:
    archive.save(FULL)
    file = archive.day_file(SLUG, DATE)
    content = file.read_bytes()
    # No temporary file can be made: its place is taken.
    names = {path.name for path in file.parent.iterdir()}
    blocker = _temporary_of(archive)
    blocker.mkdir()
    with pytest.raises(ArchiveError, match="cannot be written"):
        archive.save(day())
    assert file.read_bytes() == content
    blocker.rmdir()
    assert archive.save(day())
    assert {path.name for path in file.parent.iterdir()} == names


def _temporary_of(archive: Archive) -> Path:
    """Where this process writes a day before it takes its place."""
    import os

    return archive.day_file(SLUG, DATE).with_name(f".{DATE}.json.{os.getpid()}.tmp")


def test_a_folder_that_cannot_be_made(archive: Archive) -> None:
    archive.root.write_text("a file")
    for attempt in (lambda: archive.save(FULL), lambda: archive.save_state(archive.state(SLUG))):
        with pytest.raises(ArchiveError):
            attempt()
    assert archive.root.read_text() == "a file"


def test_what_a_killed_run_left_behind_is_no_day_and_goes(archive: Archive) -> None:
    archive.save(FULL)
    folder = archive.day_file(SLUG, DATE).parent
    left = [folder / ".2026-02-14.json.123.tmp", folder.parent / ".repository.state.123.tmp"]
    for path in left:
        path.write_text("{")
    assert archive.dates(SLUG) == [DATE]
    archive.remove_leftovers(SLUG)
    assert not any(path.exists() for path in left)
    assert archive.load(SLUG, DATE) == FULL


# The state


STATE = RepositoryState(
    schema_version=SCHEMA_VERSION,
    repository=SLUG,
    zone="Asia/Shanghai",
    branch="main",
    head=HEAD,
    reached_at=records.NOON,
    unsettled=(DATE,),
    failure=Failure(at=records.NOON, reason="no answer within 5 seconds"),
)


def test_the_state_is_loaded_as_it_was_saved(archive: Archive) -> None:
    assert archive.state(SLUG).reached_at is None
    assert archive.save_state(STATE)
    assert not archive.save_state(STATE)
    assert archive.state(SLUG) == STATE


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", serialise(STATE).replace(b": 1,", b": 2,"), b'{"a": 1}']
)
def test_a_state_that_cannot_be_read_is_named(archive: Archive, content: bytes) -> None:
    archive.save_state(STATE)
    file = archive.root / SLUG / "repository.state"
    file.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"repository\.state"):
        archive.state(SLUG)
    assert file.read_bytes() == content


def test_a_lost_state_is_told_by_the_days(archive: Archive) -> None:
    """As in a copy of the archive's JSON files alone."""
    archive.save(day())
    archive.save(day(DATE + dt.timedelta(days=1), complete=False, head="2" * 40))
    state = archive.state(SLUG)
    assert (state.zone, state.head, state.reached_at) == ("Asia/Shanghai", "2" * 40, None)
    assert state.unsettled == (DATE + dt.timedelta(days=1),)
