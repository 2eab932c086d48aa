"""The search index: what is published, that it misses nothing, and what one more day costs."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import zlib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.bilingual import FIRST, SLUGS, Text, bilingual, shown, write_archive
from support.hostile import CHARACTERS, HTML, LINE_STARTS, MARKUP

import digest.search
from digest.model import Repository
from digest.search import SearchIndex, spared
from digest.search.grams import HEAD, family, grams, number_of
from digest.search.postings import Lists, bucketed, joined
from digest.search.sections import page_sections
from digest.search.segments import SMALLEST, blocks
from digest.settings import Settings

A_DAY = 12


def settings(home: Path) -> Settings:
    return Settings(
        repositories=tuple(Repository(slug=slug, url=f"https://x.org/{slug}") for slug in SLUGS),
        zone=ZoneInfo("UTC"),
        archive=home / "archive",
        mirrors=home / "mirrors",
        languages=("zh",),
    )


def build(home: Path, name: str = "site", cache: str = "cache") -> dict[str, bytes]:
    """The files of a site with the index of the archive below a folder."""
    site = home / name
    shutil.rmtree(site, ignore_errors=True)
    SearchIndex(settings(home), home / cache).write(site)
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def _sealed(data: bytes) -> bytes:
    """As what is not published is kept."""
    return zlib.crc32(data).to_bytes(4, "big") + data


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """An archive of 30 days, indexed."""
    home = tmp_path_factory.mktemp("search")
    write_archive(home / "archive", bilingual(30 * A_DAY, a_day=A_DAY))
    build(home)
    return home


def unpacked(data: bytes) -> object:
    return json.loads(zlib.decompress(data))


def postings(files: dict[str, bytes]) -> dict[str, set[str]]:
    """Read a published index: the places that have each gram, and their records under ``""``."""
    found: dict[str, set[str]] = {}
    manifest = json.loads(files["search/index.json"])
    for key, size, buckets, _ in manifest["segments"]:
        documents = unpacked(files[f"search/s/{key}/docs.bin"])
        places = []
        for name, lot, counts in documents["lots"]:
            for number, count in enumerate(counts):
                records = unpacked(files[f"search/t/{lot}/{number}.bin"])
                assert len(records) == count
                places += [f"{name} {record[0]}" for record in records]
        assert len(places) == size == len(documents["meta"])
        for number in range(buckets):
            data = zlib.decompress(files[f"search/s/{key}/{number}.bin"])
            for gram, numbers in entries(data):
                assert number_of(family(gram)) % buckets == number
                found.setdefault(gram, set()).update(places[at] for at in numbers)
    return found


def entries(data: bytes):
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        length = number()
        gram, at = data[at : at + length].decode(), at + length
        end = number() + at
        numbers, document = [], -1
        while at < end:
            document += number() + 1
            numbers.append(document)
        assert at == end
        yield gram, numbers


# Grams


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("KvRouter", {"kvro", "uter", "ter ", "\x01kv"}),
        ("修复缓存泄漏。", {"修复", "复缓", "缓存", "漏"}),
        ("用KV缓存", {"用", "\x01kv", "缓存", "存"}),
        ("(#6275)", {"(#62", "#627", "6275", "275)", "75) "}),
        ("kv_router.rs:7", {"kv_r", "r.rs", ".rs:"}),
        ("router mode", {"ter ", "er m", "mode"}),
        ("", set()),
    ],
)
def test_grams(text, some):
    assert some <= grams(text)


def test_no_gram_begins_or_ends_in_a_gap():
    for gram in grams("a b  cd efg hijk 缓 存。"):
        assert " " not in gram[:2]
        assert "\x01" not in gram[1:]


def test_a_substring_has_no_gram_that_its_text_has_not():
    """But for those that say where it ends."""
    text = next(bilingual(1)).said[0] + " KvRouter::new(--router-mode) 缓存"
    whole = grams(text)
    for start in range(len(text) - 9):
        part = text[start : start + 9]
        for gram in grams(part):
            inside = gram.rstrip() == gram and not gram.startswith("\x01") and len(gram) > 1
            assert gram in whole or not inside, (part, gram)


# Postings


def test_lists_of_days_are_joined_as_if_they_were_made_at_once():
    documents = [grams(text.subject) for text in bilingual(50)]
    parts = [Lists.of(documents[at : at + 7]) for at in range(0, 50, 7)]
    assert joined(Lists.unpacked(part.packed()) for part in parts) == joined([Lists.of(documents)])
    nothing = Lists.of([])  # of a day without commits
    assert joined([Lists.unpacked(nothing.packed())]) == joined([nothing]) == {}


@pytest.mark.parametrize("damage", [b"", b"x", b"1234567890"])
def test_lists_that_are_damaged_are_told(damage):
    with pytest.raises(ValueError, match="lists"):
        Lists.unpacked(damage)
    whole = Lists.of([{"abcd"}, {"abcd"}]).packed()
    for cut in range(len(whole)):
        with pytest.raises(ValueError, match="lists"):
            Lists.unpacked(whole[:cut])


def test_a_family_is_in_one_file():
    files = bucketed(dict.fromkeys(grams("router routes routing 缓存 缓冲"), b"\0"), 5)
    homes = {}
    for number, data in enumerate(files):
        for gram, _ in entries(data):
            assert homes.setdefault(family(gram), number) == number
    assert family("rout" + HEAD) == family("rout") == family("rous")
    assert family("\x01kv" + HEAD) == family("\x01kv")


# Blocks


def test_blocks_are_few_and_keep_their_days():
    days = [FIRST + dt.timedelta(days=number) for number in range(1500)]
    before: set[tuple[dt.date, ...]] = set()
    made = 0
    for count in range(1, len(days) + 1):
        found = blocks(days[:count])
        assert [day for block in found for day in block] == days[:count]
        assert len(found) <= 16
        shapes = {tuple(block) for block in found}
        made += sum(len(shape) for shape in shapes - before)
        before = shapes
    # Each day is joined again whenever its block grows into a larger one, not every day.
    assert made / len(days) < SMALLEST + 6


# The index


def test_the_postings_are_those_of_the_texts(home):
    files = build(home, "read")
    found = postings(files)
    texts = {
        f"{text.date} {text.sha[:7]}": shown(text) for text in bilingual(30 * A_DAY, a_day=A_DAY)
    }
    for gram in ("缓存", "kv_r", "rout", "uter", "fp8)", "泄漏"):
        truth = {place for place, text in texts.items() if gram in text}
        assert truth
        assert truth <= found[gram]
    heads = {place for place, text in texts.items() if "rout" in text.split("\n")[0]}
    assert heads <= found["rout" + HEAD] <= found["rout"]


def test_the_same_archive_gives_the_same_bytes(home):
    assert build(home, "one", "cache-one") == build(home, "two", "cache-two")


def test_nothing_is_read_again_where_nothing_is_new(home, monkeypatch):
    before = build(home)
    monkeypatch.setattr(digest.search, "entry_document", lambda *_: pytest.fail("cut again"))
    monkeypatch.setattr(digest.search, "segment", lambda *_: pytest.fail("joined again"))
    assert build(home) == before


def test_one_more_day_costs_a_day(tmp_path, monkeypatch):
    days = 70
    every = list(bilingual((days + 1) * A_DAY, a_day=A_DAY))
    write_archive(tmp_path / "archive", every[: days * A_DAY])
    before = build(tmp_path)
    write_archive(tmp_path / "archive", every[days * A_DAY :])
    cut = []
    made = digest.search.entry_document
    monkeypatch.setattr(
        digest.search, "entry_document", lambda *args: cut.append(args[1]) or made(*args)
    )
    after = build(tmp_path)
    assert {entry.commit.sha for entry in cut} == {text.sha for text in every[days * A_DAY :]}
    folders = {path.rpartition("/")[0] for path in after.keys() - before.keys()}
    texts = {folder for folder in folders if "/t/" in folder}
    assert len(texts) == 1
    assert len(folders - texts) <= 2
    assert all(
        after[path] == before[path] for path in after.keys() & before.keys() if "/" in path[7:]
    )
    monkeypatch.undo()
    assert after == build(tmp_path, "fresh", "fresh-cache")


def test_an_older_day_that_changes_is_indexed_again(tmp_path):
    every = list(bilingual(10 * A_DAY, a_day=A_DAY))
    write_archive(tmp_path / "archive", every)
    before = build(tmp_path)
    path = tmp_path / "archive" / SLUGS[0] / "2024" / "2024-01-02.json"
    path.write_text(path.read_text("utf-8").replace("feat(", "feat-zebra("), "utf-8")
    after = build(tmp_path)
    assert "zebr" not in postings(before)
    assert {place.split()[0] for place in postings(after)["zebr"]} == {"2024-01-02"}


def test_a_damaged_cache_is_made_anew(tmp_path):
    every = list(bilingual(6 * A_DAY, a_day=A_DAY))
    write_archive(tmp_path / "archive", every[: 5 * A_DAY])
    build(tmp_path)
    for path in (tmp_path / "cache").rglob("lists"):
        path.write_bytes(b"damaged")
    for path in (tmp_path / "cache").rglob("s/*/info"):
        path.write_bytes(_sealed(b"{"))
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
        path.write_bytes(_sealed(json.dumps(kept).encode()))
        if name.startswith(".."):
            (path.parent / name).resolve().write_bytes(b"out")
    before = {path for path in tmp_path.rglob("*") if "cache" not in path.parts}
    assert build(tmp_path) == whole
    assert {path for path in tmp_path.rglob("*") if "cache" not in path.parts} == before


@pytest.mark.parametrize("damage", ["levels", "name", "none", "few", "no list"])
@pytest.mark.parametrize("sealed", [True, False])
def test_what_a_damaged_cache_tells_of_its_files_is_not_believed(tmp_path, damage, sealed):
    """Damage is seen; what is forged may be of another kind."""
    write_archive(tmp_path / "archive", list(bilingual(2 * A_DAY, a_day=A_DAY)))
    whole = build(tmp_path)
    for path in (tmp_path / "cache").glob("*/[st]/*/info"):
        kept = json.loads(path.read_bytes()[4:])
        if "levels" in kept["info"] and damage == "levels" and not sealed:
            kept["info"]["levels"][0] ^= 1
        elif "name" in kept["info"] and damage == "name" and not sealed:
            kept["info"]["name"] = "2023-01-01"
        elif damage == "none":
            kept["info"] = {}
        elif damage == "few":
            kept["info"].pop(next(iter(kept["info"])))
        elif damage == "no list":
            kept["checks"] = [5]
        data = json.dumps(kept, separators=(",", ":")).encode()
        path.write_bytes(_sealed(data) if sealed else path.read_bytes()[:4] + data)
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


def test_a_damaged_day_leaves_the_others(tmp_path):
    write_archive(tmp_path / "archive", bilingual(5 * A_DAY, a_day=A_DAY))
    for slug in SLUGS:
        (tmp_path / "archive" / slug / "2024" / "2024-01-03.json").write_text("{", "utf-8")
    files = build(tmp_path)
    days = {place.split()[0] for place in postings(files)["缓存"]}
    assert len(days) == 4


def test_an_empty_archive_has_an_index(tmp_path):
    files = build(tmp_path)
    assert json.loads(files["search/index.json"])["segments"] == []


def test_hostile_texts_are_only_text(tmp_path):
    corpus = list((MARKUP | HTML | LINE_STARTS | CHARACTERS).values())
    texts = [
        Text(SLUGS[0], FIRST, f"{number:040x}"[::-1], text, text, "high", number, (text,), text, ())
        for number, text in enumerate(corpus)
        if not any("\ud800" <= char <= "\udfff" for char in text)
    ]
    write_archive(tmp_path / "archive", texts)
    files = build(tmp_path)
    postings(files)
    manifest = json.loads(files["search/index.json"])
    assert sum(size for _, size, *_ in manifest["segments"]) == len(texts)
    for path, data in files.items():
        if "/t/" in path:
            for record in unpacked(data):
                assert not {"\n", "\u202e", "\x00", "\x1b"} & set("".join(record))


# Hand-written pages


def test_a_page_is_cut_at_its_headings():
    found = page_sections(
        '<h1 id="guide">Guide<a class="headerlink" href="#guide">¶</a></h1><p>First <b>wo</b>rds.'
        '</p><pre><code>pip install</code></pre><h2 id="levels">Levels &amp; marks</h2>'
        "<ul><li>High</li><li>Low</li></ul><div data-search-exclude>gone<p>too</p></div>"
        "<script>let gone</script><p>End<br>of it</p><h3>no id</h3>",
        url="guide/",
        title="The guide",
    )
    assert [(item.place, item.title, item.body) for item in found] == [
        ("guide/", "Guide", "First words. pip install"),
        ("guide/#levels", "Levels & marks", "High Low End of it no id"),
    ]
    assert {item.group for item in found} == {"The guide"}


@pytest.mark.parametrize(
    "html", ["", "<p>", "</p></div>", "<script>", "<h2 id=a>", "<div data-search-exclude>"]
)
def test_broken_html_does_not_stop_it(html):
    page_sections(html, url="x/", title="X")


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


def rebuilt(home: Path) -> dict[str, bytes]:
    """The files of a site after another build, which empties the site's folder first."""
    index = SearchIndex(settings(home), home / "cache")
    index.spare(home / "site")
    return build(home)


def test_notes_of_many_folders_of_sites_are_not_kept_for_ever(tmp_path):
    write_archive(tmp_path / "archive", bilingual(2 * A_DAY, a_day=A_DAY))
    for number in range(8):
        build(tmp_path, f"site-{number}")
        for place in (tmp_path / "cache" / "published").iterdir():
            os.utime(place, (number, number))
    assert len(list((tmp_path / "cache" / "published").iterdir())) <= 6
