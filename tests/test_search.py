"""The search index: what is published, that it misses nothing, and what one more day costs."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from pathlib import Path

import pytest
from support.bilingual import FIRST, SLUGS, Text, bilingual, shown, write_archive
from support.hostile import CHARACTERS, HTML, LINE_STARTS, MARKUP
from support.indexing import A_DAY, build

import digest.search
from digest.search.grams import HEAD, family, grams, number_of
from digest.search.postings import Lists, bucketed, joined
from digest.search.sections import page_sections
from digest.search.segments import SMALLEST, blocks


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
