"""Feeds, data and plain texts: valid, stable, bounded, and safe whatever commits say."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from support import archives, feedschemas
from support.archives import ENGINE, FIRST, day, dependency, flag
from support.hostile import CORPUS

from digest import escape
from digest.feeds.choosing import COMMITS, DAYS
from digest.feeds.dialects import CommonMark
from digest.feeds.folder import Folder
from digest.feeds.items import end_of
from digest.feeds.places import Asset, Places
from digest.model import (
    Area,
    BreakingChange,
    Claim,
    Day,
    Entry,
    Evidence,
    Insight,
    Overview,
    Person,
    Recommendation,
    References,
    Revert,
    Risk,
    Signal,
    Statement,
)
from digest.settings import Settings
from digest.site import sites

ROUTER = "acme/router"
URL = "https://digest.example/sub/path/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
GRAMMAR = etree.RelaxNG(etree.fromstring(feedschemas.ATOM))
FEEDS = ("feed", "feeds/high", "feeds/breaking", f"feeds/repository/{ENGINE}")
LINE = Evidence(path="src/cli.py", line=7)

Published = dict[str, bytes]


def at(entry: Entry, moment: dt.datetime) -> Entry:
    """The same entry, made at another moment."""
    times = {"committed_at": moment, "authored_at": moment}
    return entry.model_copy(update={"commit": entry.commit.model_copy(update=times)})


def commit(subject: str, date: dt.date, hour: int = 12, **facts: Any) -> Entry:
    moment = dt.datetime.combine(date, dt.time(hour), dt.UTC)
    return at(archives.entry(subject, **facts), moment)


def changed(entry: Entry, **analysis: Any) -> Entry:
    """An entry with another analysis."""
    return entry.model_copy(update={"analysis": entry.analysis.model_copy(update=analysis)})


def modelled(entry: Entry, made_at: dt.datetime, **analysis: Any) -> Entry:
    """An entry that a model wrote about."""
    made = entry.analysis.provenance.model_copy(
        update={"analyst": "model", "model": "m-1", "made_at": made_at, "prompt": "0123"}
    )
    return changed(entry, provenance=made, **analysis)


def publish(settings: Settings, *, site_url: str = URL, name: str = "Digest") -> Published:
    """All that a site publishes beside its pages."""
    found: Published = {}

    def put(asset: Asset) -> None:
        assert asset.path not in found
        found[asset.path] = asset.content

    for site in sites(settings, name):
        site.publish(put, site_url=site_url, identity=name, description="What <changed> & why")
        assert site.publisher
        for date in site.dates:
            site.publisher.day(date, site.gathering.sections(date))
        site.publisher.finish()
    return found


def days(count: int, slug: str = ENGINE, **facts: Any) -> list[Day]:
    dates = [FIRST + dt.timedelta(number) for number in range(count)]
    return [day(date, [commit(f"feat: {date}", date, **facts)], slug) for date in dates]


def entries(data: bytes) -> list[dict[str, str]]:
    """The entries of an Atom feed: id, title, updated, content and address of each."""
    root = etree.fromstring(data)
    return [
        {name: node.findtext(f"a:{name}", "", ATOM) for name in ("id", "title", "updated")}
        | {
            "content": node.findtext("a:content", "", ATOM),
            "link": node.find("a:link", ATOM).get("href"),
        }
        for node in root.findall("a:entry", ATOM)
    ]


def check_feeds(found: Published) -> None:
    """Every feed is valid, and its two formats say the same."""
    feeds = [path for path in found if path.endswith(".xml")]
    assert feeds
    for path in feeds:
        data = found[path]
        GRAMMAR.assertValid(etree.fromstring(data))
        parsed = feedparser.parse(data)
        assert not parsed.bozo, (path, parsed.get("bozo_exception"))
        told = entries(data)
        ids = [entry["id"] for entry in told]
        assert len(ids) == len(set(ids))
        assert all(entry["title"].strip() and entry["content"] for entry in told)
        other = json.loads(found[path.removesuffix(".xml") + ".json"])
        jsonschema.validate(other, feedschemas.JSON_FEED)
        assert [item["id"] for item in other["items"]] == ids
        assert [item["content_html"] for item in other["items"]] == [
            entry["content"] for entry in told
        ]


def check_data(found: Published) -> None:
    """Every file of data fits the schema that is published with it, and so do the links."""
    schemas = {
        name: json.loads(found[f"schema/{name}-1.json"]) for name in ("index", "year", "day")
    }
    checkers = {}
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        checkers[name] = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker()
        )
    for path in [path for path in found if path.endswith("index.json")]:
        base = re.match("(en/|zh/)?", path)[0]
        content = json.loads(found[path])
        kind = ("index", "year", "", "day")[path.removeprefix(base).count("/")]
        checkers[kind].validate(content)
        named = [item["data"] for name in ("days", "years") for item in content.get(name, [])]
        named += [item[form] for item in content.get("feeds", []) for form in ("atom", "json_feed")]
        assert all(base + name in found for name in named)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three days of two repositories in two languages, with all that there is to tell."""
    second, third = FIRST + dt.timedelta(1), FIRST + dt.timedelta(2)
    feature = commit(
        "feat!: one router",
        FIRST,
        level="high",
        score=0.9,
        breaking=(BreakingChange(reason="interface", text="--old", evidence=(LINE,)),),
        interface=(flag("--old", "1", None), flag("--new", None, "2")),
        dependencies=(dependency("httpx", "1", "2"),),
        references=References(pull_request=7, co_authors=("Bob",)),
        areas=(Area(name="router", category="source", files=1, insertions=1, deletions=0),),
    )
    told = modelled(
        feature,
        dt.datetime(2026, 2, 13, 20, tzinfo=dt.UTC),
        summary=(
            Statement(
                text="Replaces `--old` by *one* <b>flag</b>.",
                language="en",
                claims=(Claim(text="--old", verdict="found", evidence=(LINE,)),),
            ),
        ),
        insights=(Insight(aspect="security", statements=(Statement(text="Is safer."),)),),
        risks=(Risk(risk=Statement(text="Breaks."), mitigation=Statement(text="Pin.")),),
        recommendations=(
            Recommendation(audience="users", statement=Statement(phrase="impact.test")),
        ),
    )
    overview = Overview(
        statements=(Statement(text="One `router`."),), provenance=told.analysis.provenance
    )
    undone = commit(
        "Revert one router",
        third,
        reverts=(Revert(sha=told.commit.sha, subject="feat!: one router"),),
    )
    quiet = commit("chore: tidy", FIRST, 13, level="low", score=0.1)
    first = day(FIRST, [quiet, told]).model_copy(update={"overview": overview})
    found = archives.settings(
        tmp_path_factory.mktemp("rich"),
        first,
        day(second, []),
        day(third, [undone]),
        day(FIRST, [commit("fix: other", FIRST, 1, level="high")], ROUTER),
    )
    return replace(found, languages=("en", "zh"))


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
    still = day(FIRST, [entry]).model_copy(update={"complete": False})
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


# Hostile texts


def full(text: str) -> list[Entry]:
    """Entries in which a text stands in each place, for a day."""
    named = Claim(text=text[:20] or "x", verdict="not found")
    said = Statement(text=text or "x", claims=(named,), language=text[:9] or None)
    thing = dependency(text, text, f"{text}2")
    found = commit(
        text,
        FIRST,
        level="high",
        breaking=(BreakingChange(reason="words", text=text),),
        interface=(flag(text, text, f"{text}!"), flag(f"{text}0", None, text)),
        dependencies=(thing,),
        reverts=(Revert(subject=text),),
        references=References(co_authors=(text,)),
        areas=(Area(name=text, category="source", files=1, insertions=1, deletions=0),),
        signals=(Signal(name="unsafe_load", evidence=(Evidence(path=text, line=1),)),),
    )
    phrased = Statement(phrase="summary.add", values={"path": text}, evidence=(LINE,))
    written = modelled(
        found,
        dt.datetime(2026, 2, 14, tzinfo=dt.UTC),
        summary=(said, phrased),
        impact=(said, Statement(phrase=text or "x")),
        insights=(Insight(aspect="security", statements=(Statement(text=f"`{text}`"),)),),
        risks=(Risk(risk=Statement(text=text or "x")),),
    )
    person = written.commit.model_copy(update={"author": Person(name=text)})
    return [written.model_copy(update={"commit": person})]


class Shape(HTMLParser):
    """What of HTML a reader's program would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()
        self.addresses: set[str] = set()
        self.other = 0
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(name for name, _ in attrs)))
        self.addresses |= {value or "" for name, value in attrs if name == "href"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.other += 1

    handle_decl = handle_pi = unknown_decl = handle_comment


ELEMENTS = {
    ("a", ("href",)),
    *((name, ()) for name in ["p", "ul", "li", "h2", "h3", "h4", "code", "strong", "blockquote"]),
}
HARMLESS = re.compile(r"https://(?:github\.com/acme/engine/|digest\.example/sub/path/)[!-~]*")


def safe(data: bytes) -> bool:
    """Whether a text has no character that hides or reorders others, or that XML forbids."""
    text = data.decode()
    return not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe]", text
    )


NAMED = CORPUS | {"cdata": "a ]]> b <![CDATA[ c", "nul": "a\x00b\x1b[31m", "noncharacter": "\ufffe"}
HOSTILE = {name: text.encode("utf-8", "replace").decode() for name, text in NAMED.items()}
PORTIONS = [list(HOSTILE)[start::4] for start in range(4)]


@pytest.mark.parametrize("number", range(4))
def test_hostile_texts_are_only_texts(tmp_path: Path, number: int) -> None:
    names = PORTIONS[number]
    dates = [FIRST + dt.timedelta(number) for number in range(len(names))]
    made = [
        day(date, [at(item, dt.datetime.combine(date, dt.time(12), dt.UTC)) for item in full(text)])
        for date, text in zip(dates, (HOSTILE[name] for name in names), strict=True)
    ]
    settings = archives.settings(tmp_path, *made, language=("en", "zh")[number % 2])
    found = publish(settings, name='<D> & "]]>')
    check_feeds(found)
    check_data(found)
    plain = MarkdownIt("gfm-like", {"linkify": False})
    for path, data in found.items():
        assert safe(data), path
        if path.endswith(".xml"):
            for told in entries(data):
                check_html(told["content"], path)
        elif path.endswith((".md", "llms.txt")):
            check_markdown(plain, data.decode(), path)


def check_html(content: str, path: str) -> None:
    shape = Shape()
    shape.feed(content)
    shape.close()
    assert shape.found <= ELEMENTS, path
    assert not shape.other
    assert not shape.open
    assert all(HARMLESS.fullmatch(address) for address in shape.addresses), path


def check_markdown(parser: MarkdownIt, text: str, path: str) -> None:
    tokens = parser.parse(text)
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    blocks = {"heading", "paragraph", "inline", "bullet_list", "list_item", "blockquote"}
    assert kinds <= blocks, (path, kinds - blocks)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {child.type.removesuffix("_open").removesuffix("_close") for child in inline}
    allowed = {"text", "link", "strong", "code_inline", "text_special"}
    assert kinds <= allowed, (path, kinds - allowed)
    links = [str(child.attrs["href"]) for child in inline if child.type == "link_open"]
    assert all(HARMLESS.fullmatch(address) for address in links), path


@pytest.mark.parametrize("name", HOSTILE)
def test_commonmark_shows_a_text_as_it_is(name: str) -> None:
    text = HOSTILE[name]
    dialect = CommonMark()
    for written in (dialect.text(text), dialect.code(text)):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(str(dialect.paragraph(written)))
        shown = "".join(
            child.content for token in tokens for child in token.children or [] if child.content
        )
        plain = " ".join(escape.plain(text).split(" "))
        assert " ".join(shown.split()) == " ".join(plain.split())


# Files


def test_a_folder_keeps_what_is_right_and_what_is_not_ours(tmp_path: Path, made: Published) -> None:
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /\n")
    stale = tmp_path / "2026" / "01" / "01" / "index.json"
    theirs = tmp_path / "data" / "index.json"
    for path in (stale, theirs):
        path.parent.mkdir(parents=True)
    stale.write_bytes(made["2026/02/14/index.json"])
    theirs.write_text("{}")
    folder = Folder(tmp_path)
    for path, content in made.items():
        folder.put(Asset(path, content))
    folder.tidy()
    assert "Disallow" in (tmp_path / "robots.txt").read_text()
    assert set(folder.written) == made.keys() - {"robots.txt"}
    assert not stale.exists()
    assert theirs.exists()
    before = (tmp_path / "feed.xml").stat().st_mtime_ns
    Folder(tmp_path).put(Asset("feed.xml", made["feed.xml"]))
    assert (tmp_path / "feed.xml").stat().st_mtime_ns == before
