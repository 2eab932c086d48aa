"""What a site publishes beside its pages, and whether it is valid."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
from lxml import etree
from msgspec.structs import replace
from support import archives, feedschemas
from support.archives import FIRST, day, dependency, flag

from digest.feeds.places import Asset
from digest.model import (
    Area,
    BreakingChange,
    Claim,
    Entry,
    Evidence,
    Insight,
    Overview,
    Recommendation,
    References,
    Revert,
    Risk,
    Statement,
)
from digest.settings import Settings
from digest.site import sites

ROUTER = "acme/router"
URL = "https://digest.example/sub/path/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
GRAMMAR = etree.RelaxNG(etree.fromstring(feedschemas.ATOM))
LINE = Evidence(path="src/cli.py", line=7)

Published = dict[str, bytes]


def at(entry: Entry, moment: dt.datetime) -> Entry:
    """The same entry, made at another moment."""
    times = {"committed_at": moment, "authored_at": moment}
    return replace(entry, commit=replace(entry.commit, **times))


def commit(subject: str, date: dt.date, hour: int = 12, **facts: Any) -> Entry:
    moment = dt.datetime.combine(date, dt.time(hour), dt.UTC)
    return at(archives.entry(subject, **facts), moment)


def changed(entry: Entry, **analysis: Any) -> Entry:
    """An entry with another analysis."""
    return replace(entry, analysis=replace(entry.analysis, **analysis))


def modelled(entry: Entry, made_at: dt.datetime, **analysis: Any) -> Entry:
    """An entry that a model wrote about."""
    made = replace(
        entry.analysis.provenance, analyst="model", model="m-1", made_at=made_at, prompt="0123"
    )
    return changed(entry, provenance=made, **analysis)


def publish(settings: Settings, *, site_url: str = URL, name: str = "Digest") -> Published:
    """All that a site publishes beside its pages."""
    found: Published = {}

    def put(asset: Asset) -> None:
        assert asset.path not in found
        found[asset.path] = asset.content

    for site in sites(settings, name):
        site.publish(put, site_url=site_url, description="What <changed> & why")
        assert site.publisher
        for date in site.dates:
            publisher, sections = site.publisher, site.gathering.sections(date)
            items = {feed: publisher.items(date, sections, feed) for feed in publisher.wanted(date)}
            publisher.take(publisher.make(date, sections), items)
        site.publisher.finish()
    return found


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
    for path in [path for path in found if re.search(r"index\.json(\.gz)?$", path)]:
        base = re.match("(en/|zh/)?", path)[0]
        packed = path.endswith(".gz")
        content = json.loads(gzip.decompress(found[path]) if packed else found[path])
        kind = ("index", "year", "", "day")[path.removeprefix(base).count("/")]
        checkers[kind].validate(content)
        named = [item["data"] for name in ("days", "years") for item in content.get(name, [])]
        named += [item[form] for item in content.get("feeds", []) for form in ("atom", "json_feed")]
        assert all(base + name in found for name in named)


def three_days(folder: Path) -> Settings:
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
    first = replace(day(FIRST, [quiet, told]), overview=overview)
    found = archives.settings(
        folder,
        first,
        day(second, []),
        day(third, [undone]),
        day(FIRST, [commit("fix: other", FIRST, 1, level="high")], ROUTER),
    )
    return replace(found, languages=("en", "zh"))
