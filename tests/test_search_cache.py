"""What builds keep of the search index: damaged, forged, put aside, and not for ever."""

from __future__ import annotations

import json
import os
import shutil
import zlib

import pytest
from support.bilingual import bilingual, write_archive
from support.indexing import A_DAY, build, rebuilt, sealed, settings

import digest.search
from digest.search import SearchIndex, spared


def test_a_damaged_cache_is_made_anew(tmp_path):
    every = list(bilingual(6 * A_DAY, a_day=A_DAY))
    write_archive(tmp_path / "archive", every[: 5 * A_DAY])
    build(tmp_path)
    for path in (tmp_path / "cache").rglob("lists"):
        path.write_bytes(b"damaged")
    for path in (tmp_path / "cache").rglob("s/*/info"):
        path.write_bytes(sealed(b"{"))
    write_archive(tmp_path / "archive", every[5 * A_DAY :])
    assert build(tmp_path) == build(tmp_path, "fresh", "fresh-cache")


@pytest.mark.parametrize("damage", ["emptied", "cut", "turned", "removed"])
def test_what_is_published_of_a_damaged_cache_is_made_anew(tmp_path, damage):
    write_archive(tmp_path / "archive", list(bilingual(6 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    files = [*(tmp_path / "cache").glob("*/[st]/*/*.bin")]
    assert {path.parent.parent.name for path in files} == {"s", "t"}
    for path in files:
        data = path.read_bytes()
        if damage == "removed":
            path.unlink()
        else:
            turned = bytes([data[0] ^ 1]) + data[1:]
            path.write_bytes({"emptied": b"", "cut": data[:-1], "turned": turned}[damage])
    assert build(tmp_path) == whole


@pytest.mark.parametrize("damage", ["emptied", "cut", "cut short", "turned"])
def test_lists_of_a_damaged_cache_are_made_anew(tmp_path, damage):
    """They are not published, but joined to what is."""
    write_archive(tmp_path / "archive", list(bilingual(2 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    for path in (tmp_path / "cache").glob("*/t/*/lists"):
        data = path.read_bytes()
        turned = data[:-3] + bytes([data[-3] ^ 1]) + data[-2:]
        cuts = {"emptied": b"", "cut": data[:-1], "cut short": data[: len(data) // 6]}
        path.write_bytes((cuts | {"turned": turned})[damage])
    for place in (tmp_path / "cache").glob("*/s"):
        shutil.rmtree(place)
    assert build(tmp_path) == whole


@pytest.mark.parametrize(
    "name", ["../../../../../out.bin", "/out.bin", "a\0.bin", "\ud800.bin", "info", ""]
)
def test_a_cache_names_no_other_files(tmp_path, name):
    """What is in a cache may come from anywhere."""
    write_archive(tmp_path / "archive", list(bilingual(2 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    for path in (tmp_path / "cache").glob("*/t/*/info"):
        kept = json.loads(path.read_bytes()[4:])
        kept["checks"][name] = zlib.crc32(b"out")
        path.write_bytes(sealed(json.dumps(kept).encode()))
        if name.startswith(".."):
            (path.parent / name).resolve().write_bytes(b"out")
    before = {path for path in tmp_path.rglob("*") if "cache" not in path.parts}
    assert build(tmp_path) == whole
    assert {path for path in tmp_path.rglob("*") if "cache" not in path.parts} == before


@pytest.mark.parametrize("damage", ["levels", "name", "none", "few", "no list"])
@pytest.mark.parametrize("forged", [True, False])
def test_what_a_damaged_cache_tells_of_its_files_is_not_believed(tmp_path, damage, forged):
    """Damage is seen; what is forged may be of another kind."""
    write_archive(tmp_path / "archive", list(bilingual(2 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    for path in (tmp_path / "cache").glob("*/[st]/*/info"):
        kept = json.loads(path.read_bytes()[4:])
        if "levels" in kept["info"] and damage == "levels" and not forged:
            kept["info"]["levels"][0] ^= 1
        elif "name" in kept["info"] and damage == "name" and not forged:
            kept["info"]["name"] = "2023-01-01"
        elif damage == "none":
            kept["info"] = {}
        elif damage == "few":
            kept["info"].pop(next(iter(kept["info"])))
        elif damage == "no list":
            kept["checks"] = [5]
        data = json.dumps(kept, separators=(",", ":")).encode()
        path.write_bytes(sealed(data) if forged else path.read_bytes()[:4] + data)
    assert build(tmp_path) == whole


def test_languages_that_change_places_have_each_their_own(tmp_path):
    """The addresses are the same, and what was published before is put aside and given back."""
    write_archive(tmp_path / "archive", list(bilingual(6 * A_DAY, a_day=A_DAY)))

    def write(name: str, *languages: str, cache: str = "cache") -> dict[str, bytes]:
        for number, language in enumerate(languages):
            base = f"{language}/" if number else ""
            index = SearchIndex(settings(tmp_path), tmp_path / cache, language=language, base=base)
            index.spare(tmp_path / name)
            index.write(tmp_path / name)
        found = (path for path in sorted((tmp_path / name).rglob("*")) if path.is_file())
        return {path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in found}

    write("warm", "zh", "en")
    shutil.rmtree(tmp_path / "warm" / "en")
    found = {path: data for path, data in write("warm", "en").items() if path[:3] != "zh/"}
    assert found == write("clean", "en", cache="fresh")


@pytest.mark.parametrize("link", ["lots", "put aside", "sites"])
def test_what_is_behind_a_link_in_the_cache_is_left_alone(tmp_path, link):
    write_archive(tmp_path / "archive", list(bilingual(2 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    (site,) = (tmp_path / "cache" / "published").iterdir()
    (lots,) = (tmp_path / "cache").glob("*/t")
    place = {"lots": lots, "put aside": site / "t", "sites": site.parent}[link]
    theirs = tmp_path / "theirs"
    for number in range(6):
        (theirs / str(number)).mkdir(parents=True)
        (theirs / str(number) / "letter.txt").write_text("dear", "utf-8")
        os.utime(theirs / str(number), (1e9, 1e9))
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(theirs)
    SearchIndex(settings(tmp_path), tmp_path / "cache").spare(tmp_path / "site")
    assert build(tmp_path) == whole
    assert len([*theirs.glob("*/letter.txt")]) == 6


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_link_that_was_put_aside_is_not_published(tmp_path, linked):
    """What is noted of it may come from anywhere, too."""
    write_archive(tmp_path / "archive", list(bilingual(2 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    SearchIndex(settings(tmp_path), tmp_path / "cache").spare(tmp_path / "site")
    (notes,) = (tmp_path / "cache" / "published").glob("*/notes.json")
    lot = min((notes.parent / "t").iterdir())
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "0.bin").write_bytes(b"secret")
    if linked == "folder":
        shutil.rmtree(lot)
        lot.symlink_to(tmp_path / "theirs")
    else:
        (lot / "0.bin").unlink()
        (lot / "0.bin").symlink_to(tmp_path / "theirs" / "0.bin")
    noted = json.loads(notes.read_bytes()) | {f"t/{lot.name}": spared._look(lot)}
    notes.write_text(json.dumps(noted), "utf-8")
    assert build(tmp_path) == whole
    assert not [path for path in (tmp_path / "site").rglob("*") if path.is_symlink()]


def test_another_version_of_what_it_is_made_with_makes_it_anew(monkeypatch):
    made_by = digest.search._made_by.__wrapped__
    found = [made_by(), made_by()]
    monkeypatch.setattr("platform.python_version", lambda: "3.99")
    found.append(made_by())
    monkeypatch.setattr(digest.search, "version", lambda _: "99")
    found.append(made_by())
    assert found[0] == found[1]
    assert len({*found}) == 3


def test_the_cache_does_not_grow_with_what_is_gone(tmp_path):
    write_archive(tmp_path / "archive", bilingual(5 * A_DAY, a_day=A_DAY))
    build(tmp_path)
    write_archive(tmp_path / "archive", bilingual(5 * A_DAY, a_day=A_DAY, seed=7))
    old = set((tmp_path / "cache").glob("*/t/*"))
    build(tmp_path)
    assert old < set((tmp_path / "cache").glob("*/t/*"))  # another build may be using them
    for path in old:
        os.utime(path, (0, 0))
    build(tmp_path)
    kept = set((tmp_path / "cache").glob("*/t/*"))
    assert len(kept) == 5
    assert not old & kept


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path):
    write_archive(tmp_path / "archive", bilingual(5 * A_DAY, a_day=A_DAY))
    (tmp_path / "taken").write_text("a file, where the folder should be", "utf-8")
    assert build(tmp_path, "one", "taken") == build(tmp_path, "two", "cache")


def test_what_was_published_before_is_put_aside_and_back(tmp_path):
    write_archive(tmp_path / "archive", bilingual(5 * A_DAY, a_day=A_DAY))
    before = build(tmp_path)
    times = {path: path.stat().st_ino for path in (tmp_path / "site").rglob("*.bin")}
    after = rebuilt(tmp_path)
    assert after == before
    assert {path: path.stat().st_ino for path in (tmp_path / "site").rglob("*.bin")} == times


def test_what_was_changed_since_is_published_again(tmp_path):
    write_archive(tmp_path / "archive", bilingual(5 * A_DAY, a_day=A_DAY))
    before = build(tmp_path)
    first, second, *_ = sorted((tmp_path / "site").rglob("t/*/0.bin"))
    first.write_bytes(b"changed")
    second.with_name("more.bin").write_bytes(b"added")
    assert rebuilt(tmp_path) == before


def test_what_is_not_published_any_more_is_removed(tmp_path):
    every = list(bilingual(6 * A_DAY, a_day=A_DAY))
    write_archive(tmp_path / "archive", every[: 5 * A_DAY])
    build(tmp_path)
    write_archive(tmp_path / "archive", every[5 * A_DAY :])
    after = rebuilt(tmp_path)
    assert after == build(tmp_path, "fresh", "fresh-cache")


def test_notes_of_many_folders_of_sites_are_not_kept_for_ever(tmp_path):
    write_archive(tmp_path / "archive", bilingual(2 * A_DAY, a_day=A_DAY))
    for number in range(8):
        build(tmp_path, f"site-{number}")
        for place in (tmp_path / "cache" / "published").iterdir():
            os.utime(place, (number, number))
    assert len(list((tmp_path / "cache" / "published").iterdir())) <= 6
