"""One archive, one build, two languages: each page in both, and neither sees the other."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support import archives
from support.building import Project, once
from support.site import check_links

from digest.archive import Archive
from digest.config import load
from digest.errors import ConfigError
from digest.model import Day, Provenance, Statement
from digest.textlanguage import language_of

URL = "https://example.org/team/digest/"
SLUGS = ("acme/engine", "globex/kv-cache")
ENGLISH = "feat(router): wire the scheduler to the cache"
CHINESE = "修复缓存淘汰时的内存泄漏"
NAV = [
    "index.md",
    {"关于": ["guide.md", {"源码": "https://git.example.org/"}]},
    {"About": ["en/guide.md", {"Source": "https://git.example.org/"}]},
    {"Forge": "https://forge.example.org/"},
    "en/only.md",
]
DOCS = {
    "guide.md": "# 指南\n\n[归档](archive/index.md)\n",
    "en/guide.md": "# Guide\n\n[Archive](archive/index.md)\n",
    "en/only.md": "# Only in English\n",
}


def days(slug: str) -> list[Day]:
    """Days of two months, in both languages, one of them with a model's English words."""
    made = []
    for number in (-15, -2, -1, 0, 1):
        date = archives.FIRST + dt.timedelta(days=number)
        entries = [
            archives.entry(f"{ENGLISH} {slug} {number}", level="high"),
            archives.entry(
                f"{CHINESE} {slug} {number}", interface=(archives.flag(f"--x-{number}"),)
            ),
        ]
        if number == 0:
            entries.append(modelled(slug))
        made.append(archives.day(date, entries, slug))
    return made


def modelled(slug: str) -> Any:
    """An entry whose words are a model's, in English."""
    entry = archives.entry(f"perf: reuse the buffers of {slug}")
    words = Statement(text="Reuses the buffers of a step in the next.", language="en")
    provenance = Provenance(
        analyst="model",
        version="1",
        model="sage-7",
        made_at=dt.datetime(2026, 2, 14, tzinfo=dt.UTC),
        prompt="0" * 16,
        coverage=entry.analysis.provenance.coverage,
    )
    analysis = replace(entry.analysis, summary=(words,), provenance=provenance)
    return replace(entry, analysis=analysis)


def make(folder: Path, *, languages: Any, slugs: tuple[str, ...] = SLUGS, **top: Any) -> Project:
    """A site of those days, of which some repositories have any."""
    project = Project.create(
        folder,
        language="zh",
        docs=top.pop("docs", DOCS),
        top={"site_url": URL, "site_name": "变更摘要", **top},
        repositories=[{"url": f"https://git.example.org/{slug}", "slug": slug} for slug in SLUGS],
        languages=languages,
        collect=False,
    )
    archive = Archive(folder / "archive")
    for slug in slugs:
        for day in days(slug):
            archive.save(day)
    return project


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Project:
    """A site in Chinese and English; not to be changed."""

    def build(folder: Path) -> None:
        english = {"en": {"site_name": "Change Digest", "site_description": "What changed"}}
        make(folder, languages=["zh", english], nav=NAV).build()

    return Project(once(tmp_path_factory, "languages", build))


def pages(site: Project) -> dict[str, str]:
    """The HTML of each page by its address; those of the theme alone are not among them."""
    return {
        path.parent.relative_to(site.site).as_posix().removeprefix(".") + "/": path.read_text()
        for path in site.site.rglob("index.html")
    }


class Texts(HTMLParser):
    """All text of a page with the language that it is marked as, and all links."""

    VOID = frozenset(["meta", "link", "input", "br", "img", "hr", "path", "source"])

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.links: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL))

    @property
    def language(self) -> str:
        return self._open[-1][1] if self._open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        language = found.get("lang") or self.language
        if tag == "a" and "hreflang" not in found:
            self.links.append(found.get("href") or "")
        self.texts += [
            (language, found[name] or "")
            for name in ("title", "aria-label", "placeholder")
            if name in found
        ]
        if tag not in self.VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self.language, data))


# Pages


def test_each_page_of_ours_is_there_in_both_languages(site):
    chinese = {path for path in pages(site) if not path.startswith("en/")}
    english = {path.removeprefix("en/") or "/" for path in pages(site) if path.startswith("en/")}
    assert english - chinese == {"only/"}
    assert chinese <= english
    assert {"2026/02/13/", "2026/01/", "archive/", "breaking/", "guide/"} <= chinese


def test_each_page_says_its_language_and_its_sites_name(site):
    for path, html in pages(site).items():
        english = path.startswith("en/")
        assert f'<html lang="{"en" if english else "zh"}"' in html, path
        name, other = ("Change Digest", "变更摘要")[:: 1 if english else -1]
        assert name in html[: html.index("<article")], path
        assert other not in html[: html.index("<article")], path
    described = '<meta name="description" content="What changed">'
    assert described in site.page("en/only")
    assert described not in site.page("guide")


def test_the_themes_own_words_are_in_the_language_of_the_page(site):
    chinese, english = site.page("2026/02/13"), site.page("en/2026/02/13")
    for theirs, words in (
        (english, ("Back to top", "Search", "Skip to content", "Switch to dark mode")),
        (chinese, ("回到页面顶部", "搜索", "跳转至", "深色")),
    ):
        for word in words:
            assert word in theirs
    assert "深色" not in english


def test_no_text_is_in_the_other_language_unless_it_is_marked(site):
    for path, html in pages(site).items():
        if not path.startswith("en/"):
            continue
        for language, text in Texts(html).texts:
            assert language == "zh" or not re.search("[\u3400-\u9fff]", text), (path, text)


def test_words_of_others_are_marked_where_they_are_in_another_language(site):
    chinese, english = site.page("2026/02/12"), site.page("en/2026/02/12")
    english_heading = f'<span lang="en">{ENGLISH}'.replace("(", "&#40;").replace(")", "&#41;")
    assert english_heading.replace("&#40;", "(").replace("&#41;", ")") in unescaped(chinese)
    assert f'<span lang="zh">{CHINESE}' in unescaped(english)
    assert f'lang="zh">{CHINESE}' not in unescaped(chinese)
    assert f'lang="en">{ENGLISH}' not in unescaped(english)


def unescaped(html: str) -> str:
    return re.sub("&#([0-9]+);", lambda match: chr(int(match[1])), html)


def test_a_models_words_stand_as_they_are_and_their_language_is_named(site):
    words = "Reuses the buffers of a step in the next."
    assert f'<span lang="en">{words}</span>' in unescaped(site.page("2026/02/13"))
    assert "以英语撰写" in site.page("2026/02/13")
    english = unescaped(site.page("en/2026/02/13"))
    assert words in english
    assert "written in" not in english


# Links and navigation


def test_every_link_leads_somewhere(site):
    allowed = (
        "https://git.example.org/",
        "https://forge.example.org/",
        "https://squidfunk",
        "javascript:",
    )
    problems = check_links(
        site.site,
        allowed=lambda address: address.startswith(allowed),
        site_url=URL,
    )
    assert problems == []


def test_only_the_switch_leads_into_the_other_language(site):
    for path, html in pages(site).items():
        depth = 0 if path == "/" else path.count("/")
        for link in Texts(html).links:
            if re.match("[a-z]+:|#", link):
                continue
            parts = (path.split("/")[:-1] if path != "/" else []) + link.split("#")[0].split("/")
            resolved: list[str] = []
            for part in parts:
                if part == "..":
                    resolved.pop()
                elif part not in ("", "."):
                    resolved.append(part)
            assert (resolved[:1] == ["en"]) is path.startswith("en/"), (path, link, depth)


def test_each_page_leads_to_itself_in_the_other_language(site):
    html = site.page("en/2026/02/13")
    head = html[: html.index("</head>")]
    assert f'<link rel="canonical" href="{URL}en/2026/02/13/">' in head
    assert f'<link rel="alternate" href="{URL}2026/02/13/" hreflang="zh">' in head
    assert f'<link rel="alternate" href="{URL}en/2026/02/13/" hreflang="en">' in head
    switch = re.findall(r'<a href="([^"]*)" hreflang="(\w+)" lang="\w+" class="md-select', html)
    assert switch == [("../../../../2026/02/13/", "zh"), ("./", "en")]


def test_a_page_without_a_counterpart_leads_to_the_home_of_the_other_language(site):
    html = site.page("en/only")
    assert re.findall('rel="alternate" href="([^"]*)" hreflang', html) == [f"{URL}en/only/"]
    assert '<a href="../../" hreflang="zh"' in html


def left(html: str) -> list[str]:
    """The titles of the left navigation without the contents of the page, each once."""
    nav = html[html.index("md-nav--primary") : html.index("<article")]
    item = r'(?:<a href="[^"#][^"]*"|<label) class="md-nav__link[^>]*>\s*<span class="md-ellipsis">'
    return list(dict.fromkeys(re.findall(item + r"\s*(.*?)\s*<", nav)))


def test_each_language_has_a_navigation_of_its_own(site):
    assert left(site.page("")) == ["主页", "归档", "仓库", "视图", "关于", "Forge"]
    assert left(site.page("en")) == [
        "Home",
        "Archive",
        "Repositories",
        "Views",
        "About",
        "Forge",
        "Only in English",
    ]
    assert left(site.page("en/guide"))[4:7] == ["About", "Guide", "Source"]
    for path, home in (("en/2026/02/13", "../../../"), ("2026/02/13", "../../..")):
        assert f'<a href="{home}" title=' in site.page(path), "the logo leads home"


def test_days_are_not_in_the_navigation_and_belong_to_their_month(site):
    html = site.page("en/2026/02/13")
    assert left(html)[:6] == ["Home", "Archive", "2026", "2026-02", "2026-01", "Repositories"]
    assert re.search(r'md-nav__item--active">\s*<a href="../" class="md-nav__link">', html)
    assert '<link rel="prev" href="../12/">' in html
    assert '<link rel="next" href="../14/">' in html


# Without a second language, and other forms of the option


def test_one_language_has_neither_a_switch_nor_alternates(tmp_path):
    project = make(tmp_path, languages="en", docs={"guide.md": "# Guide\n"}, slugs=SLUGS[:1])
    project.build()
    html = project.page("2026/02/13")
    assert '<html lang="en"' in html, "the theme follows where languages are named"
    assert "hreflang" not in html
    assert "md-select" not in html
    assert not (project.site / "en").exists()


def test_the_users_own_pages_and_switch_go_before_ours(tmp_path):
    top = {"extra": {"alternate": [{"name": "Klingon", "link": "/tlh/", "lang": "tlh"}]}}
    project = make(
        tmp_path,
        languages=["zh", "en"],
        docs={"en/index.md": "# My own home\n"},
        slugs=SLUGS[:1],
        **top,
    )
    project.build()
    assert "My own home" in project.page("en")
    assert "tlh" in project.page("en/2026/02/13")
    assert 'hreflang="zh"' not in project.page("en/2026/02/13")


@pytest.mark.parametrize(
    ("languages", "complaint"),
    [
        (["zh", "fr"], "'fr' is no language of ours; there are: en, zh"),
        (["zh", "zh-CN"], "'zh' is there more than once"),
        ([], "name at least one language"),
        (["zh", {"en": {"site_nam": "x"}}], "did you mean 'site_name'?"),
        (["zh", {"en": "x"}], "'en' takes options such as 'site_name'"),
        ([3], "3 is no language of ours"),
    ],
)
def test_what_is_wrong_with_the_languages_is_said(tmp_path, caplog, languages, complaint):
    project = make(tmp_path, languages=languages, docs={}, slugs=())
    with pytest.raises(ConfigError) as error:
        load(project.folder / "mkdocs.yml")
    assert complaint in f"{error.value}\n{caplog.text}"


def test_the_command_line_writes_all_languages_or_one(tmp_path):
    project = make(tmp_path, languages=["zh", "en"], docs={}, slugs=SLUGS[:1])
    assert project.run("digest", "pages", "both").returncode == 0
    assert project.run("digest", "pages", "one", "--language", "en").returncode == 0
    both, one = project.folder / "both", project.folder / "one"
    names = [path.relative_to(one) for path in one.rglob("*.md")]
    assert len(names) * 2 == len(list(both.rglob("*.md")))
    for name in names:
        if name.as_posix() != "index.md":  # it has the site's name
            assert (one / name).read_bytes() == (both / "en" / name).read_bytes()
    done = project.run("digest", "pages", "other", "--language", "fr")
    assert done.returncode == 2
    assert "there are: en, zh" in done.stderr


# In which language a text is


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("feat: add video generation support (T2V) (#5793)", "en"),
        ("fix: 修复 KvRouter 的内存泄漏", "zh"),
        ("修复 router", "zh"),
        ("feat: 日本語のサポート", "ja"),
        ("한국어 지원 추가", "ko"),
        ("docs: mise à jour du guide", None),
        ("Python 3.11", None),
        ("fix: leak", None),
        ("`do not read this` src/a_b.py --flag", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_is_told_by_its_script(text, language):
    assert language_of(text) == language
