"""The search engine in a real browser: what is found, and in which order."""

from __future__ import annotations

import datetime as dt
import json
import re
from shutil import copytree
from typing import Any

import pytest
from msgspec.structs import replace
from support import archives
from support.bilingual import SLUGS, shown
from support.searchsite import TEXTS, place
from support.site import serve

from digest.archive import Archive
from digest.config import load
from digest.search import SearchIndex
from digest.search.grams import family, grams, number_of

pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def address(search_site):
    with serve(search_site.site) as address:
        yield address


@pytest.fixture(scope="module")
def guide(browser, address):
    """A page to ask the index from, for all tests that only ask."""
    from support.browser import looked_at

    with looked_at(browser, f"{address}guide/") as page:
        yield page


def everything(page, query: str, **options) -> list[str]:
    """All results, from the code that the box uses."""
    return page.evaluate(
        """async options => {
          const base = new URL("assets/digest/search/", options.address)
          const { search } = await import(new URL("engine.js", base))
          const { Index } = await import(new URL("index.js", base))
          window.index ??= await new Index(new URL("search/index.json", options.address)).open()
          const found = await search(window.index, options)
          const places = []
          do places.push(...(await found.next(50)).map(item => item.address))
          while (!found.done)
          return found.loose ? ["loose", ...places] : places
        }""",
        {"text": query, **options},
    )


PHRASE = next(
    said[at : at + 5]
    for text in TEXTS[200:]
    for said in text.said
    for at in range(len(said) - 5)
    if re.fullmatch("[\u4e00-\u9fff]{5}", said[at : at + 5])
)
QUERIES = [
    *("解耦", "缓存", "内存泄漏", "负载均衡", f"“{PHRASE}”", f'"{PHRASE}"', "连接", "kv", "fp8"),
    *("kv_router", "KvRouter", "router", "outer", TEXTS[77].paths[0], TEXTS[77].paths[0][4:-3]),
    *(
        "--router-mode",
        "DYN_SYSTEM_PORT",
        TEXTS[99].sha[:7],
        f"#{TEXTS[150].number}",
        str(TEXTS[150].number),
    ),
    *("Zoë Faßbender", "王小明", "`", "(#13", "er-", "`。"),
]


def test_what_is_found_is_what_has_it(guide, address):
    for query in QUERIES:
        wanted = query.strip('"“”').lower()
        parts = wanted.split() if wanted == query.lower() else [wanted]
        truth = {place(text) for text in TEXTS if all(part in shown(text) for part in parts)}
        assert truth
        found = everything(guide, query, address=address)
        assert len(found) == len(set(found))
        if len(wanted) > 2:
            assert set(found) == truth, query
        else:
            assert set(found) <= truth, query  # of so short ones, words that begin so


def test_a_whole_sha_is_found(guide, address):
    for length in (7, 8, 12, 40):
        sha = TEXTS[123].sha[:length]
        assert everything(guide, sha, address=address) == [place(TEXTS[123])]
        assert everything(guide, sha.upper(), address=address) == [place(TEXTS[123])]


def test_the_phrase_stands_before_its_parts(guide, address):
    for query, phrase in (("缓存 路由", "缓存路由"), ("many workers", "many workers")):
        found = everything(guide, query, address=address)
        has = [phrase in shown(text) for item in found for text in TEXTS if place(text) == item]
        assert any(has)
        assert not all(has)
        assert has == sorted(has, reverse=True)


def test_a_title_stands_before_a_mention(guide, address):
    found = everything(guide, "scheduler", address=address)
    titles = {place(text) for text in TEXTS if "scheduler" in text.subject.lower()}
    assert titles
    assert set(found[: len(titles)]) == titles


def test_a_number_is_first_a_pull_request(guide, address):
    for text in (TEXTS[31], TEXTS[300]):
        assert everything(guide, str(text.number), address=address)[0] == place(text)


def test_filters_and_order(guide, address):
    both = {"repository": SLUGS[1], "level": "0", "order": "newest"}
    found = everything(guide, "缓存", address=address, **both)
    known = [
        text
        for text in TEXTS
        if "缓存" in shown(text) and text.slug == SLUGS[1] and text.level == "high"
    ]
    assert set(found) == set(map(place, known))
    assert [item[:10] for item in found] == sorted((item[:10] for item in found), reverse=True)


def test_what_is_nowhere_is_told_and_its_parts_are_shown(guide, address):
    assert everything(guide, "zebraunicorn", address=address) == []
    found = everything(guide, "KvSchedulerPlannerXyz", address=address)
    assert found in ([], ["loose"])
    loose = everything(guide, "路由缓存请求连接解耦", address=address)
    assert loose[0] == "loose"
    for item in loose[1:]:
        text = next(text for text in TEXTS if place(text) == item)
        assert all(part in shown(text) for part in ("路由", "缓存", "请求"))


def test_the_browser_cuts_like_the_index(guide, address):
    """Else something would be looked for that is not there."""
    samples = [text for item in TEXTS[:40] for text in (item.subject.lower(), *item.said[:2])]
    samples += [
        "naïve ÉCOLE straße",
        "😀kv😀",
        "한국어 カタカナ",
        "a\u00a0b\u3000c",
        "𠀀𠀁字",
        "…—“”",
    ]
    looked = guide.evaluate(
        """async ([address, samples]) => {
          const { familiesOf, lookups, numberOf } = await import(address)
          return samples.map(text => lookups(text, 1000).map(lookup =>
            [lookup.gram || "", lookup.prefix || "",
             familiesOf(lookup).map(name => [name, numberOf(name)])]))
        }""",
        [f"{address}assets/digest/search/grams.js", [text.lower() for text in samples]],
    )
    assert sum(map(len, looked)) > 500
    for text, lookups in zip(samples, looked, strict=True):
        known = grams(f"x {text} x")
        for gram, prefix, families in lookups:
            assert all(number == number_of(name) for name, number in families)
            names = [name for name, _ in families]
            if gram:
                assert gram in known, (text, gram)
                assert names == [family(gram)]
            else:
                assert any(other.startswith(prefix) for other in known)
                assert all(
                    family(other) in names
                    for other in known
                    if other.startswith(prefix) and len(other) != 3
                )


# What is older than the newest days, where there are many

QUIET = 12
"""Days without commits, of which there is a whole segment after those with commits."""


@pytest.fixture(scope="module")
def older(search_site, tmp_path_factory):
    """The address of the same index, cut as those of years are, with quiet days at its end."""
    home = tmp_path_factory.mktemp("older")
    copytree(search_site.folder / "archive", home / "archive")
    for number in range(1, QUIET + 1):
        date = TEXTS[-1].date + dt.timedelta(days=number)
        Archive(home / "archive").save(archives.day(date, (), SLUGS[0]))
    settings = load(search_site.folder / "mkdocs.yml")[1]
    settings = replace(settings, archive=home / "archive")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digest.search.segments.LARGE", 90)
        patch.setattr("digest.search.LARGE", 90)
        SearchIndex(settings, home / "cache").write(home / "site")
    manifest = home / "site" / "search" / "index.json"
    content = json.loads(manifest.read_text("utf-8"))
    sizes = [size for _, size, *_ in content["segments"]]
    assert sizes[-1] == 0 < sizes[0]
    # As if there were no quiet days, and as programs wrote it that had no files of heads.
    busy = content | {"segments": [part for part in content["segments"] if part[1]]}
    manifest.with_name("busy.json").write_text(json.dumps(busy), "utf-8")
    old = {name: value for name, value in content.items() if name != "first"}
    old["segments"] = [part[:3] for part in content["segments"]]
    manifest.with_name("old.json").write_text(json.dumps(old), "utf-8")
    copytree(search_site.site / "assets", home / "site" / "assets")
    (home / "site" / "index.html").write_text(
        "<!DOCTYPE html><title>older</title><link rel=icon href=data:,>", "utf-8"
    )
    with serve(home / "site") as address:
        yield address


@pytest.fixture(scope="module")
def plain(browser, older):
    """A page to ask that index from."""
    from support.browser import looked_at

    with looked_at(browser, older) as page:
        yield page


ANSWER = """
options => new Promise((resolve, reject) => {
  const code = `
    async function answer({ address, manifest, ...options }) {
      const base = new URL("assets/digest/search/", address)
      const { search } = await import(new URL("engine.js", base))
      const { Index } = await import(new URL("index.js", base))
      const index = await new Index(new URL(manifest, address)).open()
      const found = await search(index, options)
      const first = (await found.next(10)).map(item => item.address)
      const waiting = found.waiting.length
      const about = found.possible
      const read = [...index.kept.keys()]
      const shares = Object.fromEntries(
        [...found.shares].map(([lookup, share]) => [lookup.gram || lookup.prefix, share]))
      const looked = found.looked
      const rest = []
      do rest.push(...(await found.next(50)).map(item => item.address))
      while (!found.done)
      const all = [...first, ...rest]
      return { first, waiting, about, read, looked, shares, all, exactly: found.possible }
    }
    onmessage = ({ data }) => answer(data).then(
      given => postMessage({ given }),
      error => postMessage({ error }))`
  const script = URL.createObjectURL(new Blob([code], { type: "text/javascript" }))
  const worker = new Worker(script, { type: "module" })
  const end = (settle, value) => { worker.terminate(); settle(value) }
  worker.onmessage = ({ data }) => data.error ? end(reject, data.error) : end(resolve, data.given)
  worker.onerror = ({ message }) => end(reject, new Error(message))
  setTimeout(() => end(reject, new Error("no answer")), 10_000)
  worker.postMessage(options)
})
"""
"""In a thread of its own, so that one who looks for ever is told from one who finds."""


def answer(page, query: str, *, manifest: str = "index.json", **options) -> dict[str, Any]:
    """The first results, what they took, and all of them."""
    options |= {"text": query, "manifest": f"search/{manifest}", "address": page.url}
    return page.evaluate(ANSWER, options)


def test_what_is_older_is_found_as_well(plain, older):
    for query in QUERIES:
        wanted = query.strip('"“”').lower()
        if len(wanted) <= 2:
            continue
        parts = wanted.split() if wanted == query.lower() else [wanted]
        truth = {place(text) for text in TEXTS if all(part in shown(text) for part in parts)}
        found = everything(plain, query, address=older)
        assert len(found) == len(set(found)), query
        assert set(found) == truth, query


def test_the_phrase_stands_before_its_parts_in_older_days_too(plain, older):
    for query, phrase in (("缓存 路由", "缓存路由"), ("many workers", "many workers")):
        found = everything(plain, query, address=older)
        has = [phrase in shown(text) for item in found for text in TEXTS if place(text) == item]
        assert any(has)
        assert has == sorted(has, reverse=True)


def test_older_days_wait_where_the_newest_have_enough(plain):
    said = answer(plain, "缓存", level="2")
    truth = [text for text in TEXTS if text.level == "low" and "缓存" in shown(text)]
    assert said["waiting"] > 0
    assert 0.6 * len(truth) < said["about"] < 1.6 * len(truth)
    assert said["exactly"] == len(truth)
    assert len(said["all"]) == len(truth)
    assert set(said["all"]) == set(map(place, truth))
    newest = sorted((item.date for item in truth), reverse=True)[:10]
    assert [item[:10] for item in said["first"]] == [f"{date:%Y/%m/%d}" for date in newest]


def test_by_age_the_heads_of_older_days_are_not_wanted(plain):
    def heads(said: dict[str, Any]) -> list[str]:
        return [path for path in said["read"] if re.fullmatch(r"s/\w+/h\d+\.bin", path)]

    truth = [text for text in TEXTS if text.level == "low" and "缓存" in shown(text)]
    by_relevance = answer(plain, "缓存", level="2")
    by_age = answer(plain, "缓存", level="2", order="newest")
    assert heads(by_relevance)
    assert not heads(by_age)
    assert by_age["waiting"] > 0
    assert set(by_age["all"]) == set(map(place, truth))
    dates = [item[:10] for item in by_age["all"]]
    assert dates == sorted(dates, reverse=True)


SEVERAL = ("缓存", "kv_router", TEXTS[77].paths[0], f"“{PHRASE}”")
"""Queries of one gram that is frequent, and of many."""


def test_days_without_commits_tell_nothing_of_how_frequent_a_word_is(plain):
    for query in SEVERAL:
        said = answer(plain, query)
        busy = answer(plain, query, manifest="busy.json")
        assert said["shares"] == busy["shares"], query
        assert said["looked"] == busy["looked"], query
        assert said["all"] == busy["all"], query


def test_an_index_that_an_older_program_made_is_looked_through_whole(plain):
    for query in SEVERAL:
        said = answer(plain, query, manifest="old.json", order="newest")
        assert said["waiting"] == 0, query
        assert said["all"] == answer(plain, query, order="newest")["all"], query
