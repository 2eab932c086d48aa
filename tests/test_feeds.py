"""Feeds, data and plain texts: valid, stable and bounded."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from msgspec.structs import replace
from support import archives
from support.archives import ENGINE, FIRST, day
from support.published import (
    ATOM,
    ROUTER,
    URL,
    Published,
    check_data,
    check_feeds,
    commit,
    entries,
    modelled,
    publish,
    three_days,
)

from digest.feeds.choosing import COMMITS, DAYS
from digest.feeds.folder import Folder
from digest.feeds.items import end_of
from digest.feeds.places import Asset, Places
from digest.model import BreakingChange, Day, Revert
from digest.settings import Settings

FEEDS = ("feed", "feeds/high", "feeds/breaking", f"feeds/repository/{ENGINE}")


def days(count: int, slug: str = ENGINE, **facts: Any) -> list[Day]:
    dates = [FIRST + dt.timedelta(number) for number in range(count)]
    return [day(date, [commit(f"feat: {date}", date, **facts)], slug) for date in dates]


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return three_days(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def made(rich: Settings) -> Published:
    return publish(rich)


# What is there


def test_what_is_published(made: Published) -> None:
    feeds = [*FEEDS, f"feeds/repository/{ROUTER}"]
    dated = [f"2026/02/{number}/index.{kind}" for number in (13, 14, 15) for kind in ("json", "md")]
    both = [
        *(f"{feed}.{kind}" for feed in feeds for kind in ("xml", "json")),
        *dated,
        "2026/index.json",
        "index.json",
        "llms.txt",
    ]
    once = [*(f"schema/{name}-1.json" for name in ("day", "year", "index")), "robots.txt"]
    assert set(made) == {*both, *(f"zh/{path}" for path in both), *once}


def test_everything_is_valid(made: Published) -> None:
    check_feeds(made)
    check_data(made)


def test_json_of_days_told_in_short_is_packed(rich: Settings, made: Published) -> None:
    found = publish(replace(rich, details_days=2))
    check_feeds(found)
    check_data(found)
    old = {f"{base}2026/02/13/index.json" for base in ("", "zh/")}
    assert set(found) == set(made) - old | {f"{path}.gz" for path in old}
    for path in old:
        assert gzip.decompress(found[f"{path}.gz"]) == made[path]
    changed = {path for path in set(found) & set(made) if found[path] != made[path]}
    assert changed == {"2026/index.json", "zh/2026/index.json"}, "where it is, and nothing else"


def test_the_same_archive_gives_the_same_bytes(rich: Settings, made: Published) -> None:
    assert publish(rich) == made


def test_each_language_has_ids_and_words_of_its_own(made: Published) -> None:
    both = [{entry["id"] for entry in entries(made[f"{base}feed.xml"])} for base in ("", "zh/")]
    assert len(both[0]) == len(both[1]) == 2
    assert not both[0] & both[1]
    assert "3 commits on this day" in made["feed.xml"].decode()
    assert "本日共 3 个提交" in made["zh/feed.xml"].decode()
    assert etree.fromstring(made["zh/feed.xml"]).get(f"{{{etree.QName('x')}}}lang") is None
    assert b'xml:lang="zh"' in made["zh/feed.xml"]
    assert json.loads(made["zh/feed.json"])["language"] == "zh"


# Items


def test_days_without_commits_are_in_no_feed(made: Published) -> None:
    told = [entry["id"].rpartition("/")[2] for entry in entries(made["feed.xml"])]
    assert told == ["2026-02-15", "2026-02-13"]
    (only,) = entries(made[f"feeds/repository/{ROUTER}.xml"])
    assert only["id"].endswith(f"/{ROUTER}/2026-02-13")


def test_a_day_tells_what_matters_in_full_and_the_rest_as_a_list(made: Published) -> None:
    content = entries(made["feed.xml"])[1]["content"]
    assert f'<a href="{URL}2026/02/13/#' in content
    assert "Is safer." in content
    assert "chore: tidy" in content
    assert "Does something." in content  # of the other repository's, which is high
    assert content.count("Does something.") == 1
    assert "Other commits" in content


def test_feeds_of_commits(made: Published) -> None:
    high = [entry["title"] for entry in entries(made["feeds/high.xml"])]
    assert high == [f"{ENGINE}: feat!: one router", f"{ROUTER}: fix: other"]
    breaking = entries(made["feeds/breaking.xml"])
    assert [entry["title"] for entry in breaking] == [f"{ENGINE}: feat!: one router"]
    # One commit is one entry, wherever it is told of.
    assert breaking[0] == entries(made["feeds/high.xml"])[0]


def test_what_may_concern_nobody_is_not_in_the_feed_of_breaking_changes(tmp_path: Path) -> None:
    unsure = BreakingChange(reason="marker", text="!", certain=False)
    found = publish(archives.settings(tmp_path, *days(1, breaking=(unsure,))))
    assert entries(found["feeds/breaking.xml"]) == []
    check_feeds(found)
    # Nor is it called one elsewhere.
    (told,) = entries(found["feed.xml"])
    text = found["2026/02/13/index.md"].decode()
    for said in (found["feed.json"].decode(), told["content"], text):
        assert "May break" in said
        assert "Breaking" not in said


def test_commits_that_were_rewritten_away_are_in_no_feed_of_commits(tmp_path: Path) -> None:
    found = publish(archives.settings(tmp_path, *days(1, level="high", vanished=True)))
    assert entries(found["feeds/high.xml"]) == []
    assert "no longer on the branch" in entries(found["feed.xml"])[0]["content"]


def test_feeds_do_not_grow_with_the_archive(tmp_path: Path) -> None:
    found = publish(archives.settings(tmp_path, *days(COMMITS + 5, level="high")))
    assert len(entries(found["feed.xml"])) == DAYS
    assert len(entries(found[f"feeds/repository/{ENGINE}.xml"])) == DAYS
    told = [entry["title"] for entry in entries(found["feeds/high.xml"])]
    newest = FIRST + dt.timedelta(COMMITS + 4)
    assert told == [f"feat: {newest - dt.timedelta(number)}" for number in range(COMMITS)]
    assert found["llms.txt"].count(b"/index.md") == 30
    index = json.loads(found["index.json"])
    assert index["years"] == [
        {"year": 2026, "data": "2026/index.json", "days": COMMITS + 5, "commits": COMMITS + 5}
    ]


def test_a_day_costs_the_same_however_old_the_archive_is(tmp_path: Path) -> None:
    few, many = (publish(archives.settings(tmp_path / str(n), *days(n))) for n in (2, 20))
    path = "2026/02/13/index"
    assert [few[f"{path}.{kind}"] for kind in ("json", "md")] == [
        many[f"{path}.{kind}"] for kind in ("json", "md")
    ]


# Ids and moments


def test_ids_stay_when_the_site_moves(rich: Settings, made: Published) -> None:
    moved = publish(rich, site_url="https://elsewhere.example/")
    for path in made:
        if path.endswith(".xml"):
            there = entries(moved[path])
            assert [entry["id"] for entry in entries(made[path])] == [item["id"] for item in there]
            assert all(item["link"].startswith("https://elsewhere.example/") for item in there)


def test_a_site_that_is_renamed_keeps_its_ids(made: Published, rich: Settings) -> None:
    renamed = publish(rich, name="Quite another")
    for path in made:
        if path.endswith(".xml"):
            ids = [
                etree.fromstring(each[path]).findall(".//a:id", ATOM) for each in (made, renamed)
            ]
            assert [node.text for node in ids[0]] == [node.text for node in ids[1]]


def test_ids_are_tags(made: Published) -> None:
    tag = re.compile(r"tag:[a-z.-]+,\d{4}:[A-Za-z0-9._~%/!$&'()*+,;=:@-]+")
    for path in made:
        if path.endswith(".xml"):
            root = etree.fromstring(made[path])
            assert all(tag.fullmatch(node.text) for node in root.iterfind(".//a:id", ATOM))


def test_data_and_feeds_name_a_commit_alike(made: Published) -> None:
    content = json.loads(made["2026/02/13/index.json"])
    told = {item["id"] for part in content["repositories"] for item in part["entries"]}
    assert {entry["id"] for entry in entries(made["feeds/high.xml"])} < told


def test_an_entry_that_changes_keeps_its_id_and_gets_a_later_moment(tmp_path: Path) -> None:
    entry = commit("feat: a", FIRST, level="high")
    before = publish(archives.settings(tmp_path / "a", day(FIRST, [entry])))
    later = modelled(entry, dt.datetime(2026, 2, 16, 3, tzinfo=dt.UTC))
    after = publish(archives.settings(tmp_path / "b", day(FIRST, [later])))
    for path in FEEDS:
        if path == "feeds/breaking":
            continue
        (old,), (new,) = entries(before[f"{path}.xml"]), entries(after[f"{path}.xml"])
        assert old["id"] == new["id"]
        assert old["updated"] < new["updated"] == "2026-02-16T03:00:00+00:00"


def test_what_is_taken_back_is_told_again(tmp_path: Path) -> None:
    entry = commit("feat: a", FIRST, level="high")
    third = FIRST + dt.timedelta(2)
    revert = commit('Revert "feat: a"', third, 9, reverts=(Revert(sha=entry.commit.sha),))
    before = publish(archives.settings(tmp_path, day(FIRST, [entry])))
    after = publish(archives.settings(tmp_path, day(third, [revert])))
    for path in ("feeds/high.xml", "feed.xml"):
        old, new = entries(before[path])[-1], entries(after[path])[-1]
        assert (old["id"], "Reverted by" in old["content"]) == (new["id"], False)
        assert "Reverted by" in new["content"]
        assert new["updated"] == "2026-02-15T09:00:00+00:00"


def test_a_day_that_closes_gets_a_later_moment(tmp_path: Path) -> None:
    entry = commit("feat: a", FIRST)
    still = replace(day(FIRST, [entry]), complete=False)
    (before,) = entries(publish(archives.settings(tmp_path, still))["feed.xml"])
    assert "still open" in before["content"]
    (after,) = entries(publish(archives.settings(tmp_path, day(FIRST, [entry])))["feed.xml"])
    assert "still open" not in after["content"]
    assert (before["id"], before["updated"]) == (after["id"], "2026-02-13T12:00:00+00:00")
    assert after["updated"] == "2026-02-14T00:00:00+00:00"


def test_the_last_day_of_the_calendar_has_an_end(rich: Settings) -> None:
    assert end_of(dt.date.max, rich.zone) > end_of(FIRST, rich.zone)


# Addresses


def test_without_an_address_links_lead_there_all_the_same(rich: Settings) -> None:
    found = publish(rich, site_url="")
    check_feeds(found)
    check_data(found)
    assert entries(found["feed.xml"])[0]["link"] == "2026/02/15/"
    assert entries(found["feeds/high.xml"])[0]["link"].startswith("../2026/02/13/#")
    assert entries(found[f"feeds/repository/{ROUTER}.xml"])[0]["link"] == "../../../2026/02/13/"
    feed = json.loads(found["feed.json"])
    assert {"feed_url", "home_page_url"}.isdisjoint(feed)
    assert all("url" not in item for item in feed["items"])
    assert b"Sitemap" not in found["robots.txt"]
    assert "](2026/02/15/index.md)" in found["llms.txt"].decode()


def test_addresses_are_below_the_sites_own(made: Published) -> None:
    base = f"{URL}zh/"
    assert entries(made["zh/feed.xml"])[0]["link"] == f"{base}2026/02/15/"
    assert json.loads(made["zh/feed.json"])["feed_url"] == f"{base}feed.json"
    record = json.loads(made["zh/2026/02/13/index.json"])
    assert record["url"] == f"{base}2026/02/13/"
    assert f"Sitemap: {URL}sitemap.xml" in made["robots.txt"].decode()


def test_addresses_without_folders() -> None:
    places = Places(URL, "", "Digest", "en", directory_urls=False)
    names = ["index.md", "README.md", "2026/index.md", "2026/02/13.md", "feed.xml"]
    published = ["index.html", "index.html", "2026/index.html", "2026/02/13.html", "feed.xml"]
    assert [places.published(name) for name in names] == published


# Data


def test_a_day_as_data(made: Published) -> None:
    content = json.loads(made["2026/02/13/index.json"])
    engine, router = content["repositories"]
    assert (engine["repository"], router["repository"]) == (ENGINE, ROUTER)
    entry = engine["entries"][1]
    assert entry["url"] == URL + entry["page"]
    assert entry["pull_request"] == {"number": 7, "url": f"https://github.com/{ENGINE}/pull/7"}
    assert entry["interface"][0] == {
        "what": "flag",
        "name": "--old",
        "change": "removed",
        "before": "1",
        "evidence": [{"path": "src/cli.py", "line": 7, "side": "old"}],
    }
    address = entry["evidence_urls"]["new"].format(path="src/cli.py", line=7)
    web = f"https://github.com/{ENGINE}/blob"
    assert address == f"{web}/{entry['sha']}/src/cli.py#L7"
    assert entry["standing"] == "reverted"
    assert [item["kind"] for item in entry["outcomes"]] == ["reverted by"]
    assert entry["summary"][0]["claims"][0]["verdict"] == "found"
    assert entry["analyst"]["model"] == "m-1"
    in_chinese = json.loads(made["zh/2026/02/13/index.json"])["repositories"][0]["entries"][1]
    assert in_chinese["id"] != entry["id"]
    assert in_chinese["recommendations"] != entry["recommendations"]


def test_days_that_are_not_known_say_so(tmp_path: Path) -> None:
    found = archives.settings(tmp_path, *days(2), slugs=(ENGINE, ROUTER))
    archives.settings(tmp_path, day(FIRST, [], ROUTER))
    broken = tmp_path / "archive" / ENGINE / "2026" / "2026-02-14.json"
    broken.write_text("{")
    made = publish(found)
    check_data(made)
    check_feeds(made)
    states = [
        [item["state"] for item in json.loads(made[f"2026/02/{n}/index.json"])["repositories"]]
        for n in (13, 14)
    ]
    assert states == [["complete", "complete"], ["damaged", "missing"]]
    listed = json.loads(made["2026/index.json"])["days"]
    assert [item.get("complete", True) for item in listed] == [False, True]
    assert "cannot be read" in made["2026/02/14/index.md"].decode()


def test_an_empty_archive(tmp_path: Path) -> None:
    found = publish(archives.settings(tmp_path, slugs=(ENGINE,)))
    check_feeds(found)
    check_data(found)
    assert entries(found["feed.xml"]) == []
    assert json.loads(found["index.json"])["years"] == []


# Plain texts


def test_llms_txt_has_its_form(made: Published) -> None:
    tokens = MarkdownIt().parse(made["llms.txt"].decode())
    headings = [
        (token.tag, tokens[n + 1].content)
        for n, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    assert headings == [
        ("h1", "Digest"),
        *(("h2", name) for name in ("Recent days", "Views", "Data", "Optional")),
    ]
    quote = next(n for n, token in enumerate(tokens) if token.type == "blockquote_open")
    assert tokens[quote + 2].content == r"What \<changed\> & why"
    items = [token.content for token in tokens if token.type == "inline"]
    assert f"[2026-02-13]({URL}2026/02/13/index.md): 3 commits · High 2 · Low 1" in items


def test_a_day_as_markdown(made: Published) -> None:
    text = made["2026/02/13/index.md"].decode()
    assert text.startswith("# Daily digest (2026-02-13)\n\n3 commits on this day")
    assert re.search(rf"\[`--new`\]\(https://github.com/{ENGINE}/blob/\w+/src/cli.py#L7\)", text)
    assert r"by \*one\* \<b\>flag\</b\>." in text
    assert not re.search(r"\{[ #.:]|^\|", text, re.MULTILINE)


# Files


def test_a_folder_keeps_what_is_right_and_what_is_not_ours(tmp_path: Path, made: Published) -> None:
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /\n")
    stale = tmp_path / "2026" / "01" / "01" / "index.json"
    packed = tmp_path / "2026" / "01" / "02" / "index.json.gz"
    theirs = tmp_path / "data" / "index.json"
    broken = tmp_path / "data" / "more" / "index.json.gz"
    for path in (stale, packed, theirs, broken):
        path.parent.mkdir(parents=True)
    stale.write_bytes(made["2026/02/14/index.json"])
    packed.write_bytes(gzip.compress(made["2026/02/14/index.json"]))
    theirs.write_text("{}")
    broken.write_bytes(gzip.compress(made["2026/02/14/index.json"])[:20])
    folder = Folder(tmp_path)
    for path, content in made.items():
        folder.put(Asset(path, content))
    folder.tidy()
    assert "Disallow" in (tmp_path / "robots.txt").read_text()
    assert set(folder.written) == made.keys() - {"robots.txt"}
    assert not stale.exists()
    assert not packed.exists()
    assert theirs.exists()
    assert broken.exists()
    before = (tmp_path / "feed.xml").stat().st_mtime_ns
    Folder(tmp_path).put(Asset("feed.xml", made["feed.xml"]))
    assert (tmp_path / "feed.xml").stat().st_mtime_ns == before
