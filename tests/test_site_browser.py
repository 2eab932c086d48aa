"""The built site in a real browser: hostile history does nothing, and a reader finds the way."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from support.building import Project, once
from support.gitrepo import GitRepo
from support.hostile import (
    AUTHORS,
    BODIES,
    CHARACTERS,
    HTML,
    LINE_STARTS,
    MARKUP,
    PATHS,
    visible,
    visible_block,
)
from support.site import outline, serve

from digest.archive import Archive
from digest.model import Entry

pytest.importorskip("playwright.sync_api")


HOSTILE, READER = "acme/hostile", "acme/reader"
HOSTILE_DAY, READER_DAY = dt.date(2026, 2, 13), dt.date(2026, 2, 14)
NOW = "2026-02-16T12:00:00+08:00"
HARMLESS = "feat: harmless"
STOLEN = "#stolen, [onclick], [onerror], article script:not([type='application/json']), article img"
SHORT_SHA = re.compile("[0-9a-f]{7}")


def hostile_commits(repo: GitRepo) -> None:
    """One commit a text: as subject, body, author, path, in turn all over the corpus.

    Commit objects are written byte by byte, because git would clean some texts.
    """
    subjects = list((MARKUP | HTML | LINE_STARTS | CHARACTERS).values())
    bodies, authors = list(BODIES.values()), list((AUTHORS | HTML).values())
    paths = [text for text in PATHS.values() if _is_path(text)]
    texts = [HARMLESS, *subjects]
    trees = trees_with(repo, [_bytes(paths[number % len(paths)]) for number in range(len(texts))])
    start = int(dt.datetime.fromisoformat("2026-02-13T00:00:30+08:00").timestamp())
    parents: list[str] = []
    for number, (subject, tree) in enumerate(zip(texts, trees, strict=True)):
        # git itself ends a name at "<" and a message at NUL; everything else goes through.
        author = re.sub(rb"[<>\n\0]", b" ", _bytes(authors[number % len(authors)])).strip()
        ident = (author or b"Nobody") + b" <secret@evil.example> %d +0800" % (start + number)
        message = _bytes(subject) + b"\n\n" + _bytes(bodies[number % len(bodies)]) + b"\n"
        sha = repo.raw_commit(message, tree=tree, parents=parents, author=ident, committer=ident)
        parents = [sha]


def trees_with(repo: GitRepo, folders: list[bytes]) -> list[str]:
    """One tree for each folder, with two more files than the one before."""
    with repo.on("trees"):
        repo._import(
            [
                repo._record(
                    "tree",
                    {folder + b"/%d.py" % number: "x\n", b"src/<i>%d`|.py" % number: "x\n"},
                    date=None,
                    parents=[repo.head] if number == 0 else (),
                )
                for number, folder in enumerate(folders)
            ]
        )
    return repo.git("log", "--reverse", "--format=%T", "refs/heads/trees").decode().split()[1:]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_path(text: str) -> bool:
    parts = text.split("/")
    return not text.startswith("/") and not {"", ".", ".."} & set(parts)


def reader_commits(repo: GitRepo) -> None:
    """An ordinary day, long enough to scroll."""
    repo.now = dt.datetime.fromisoformat("2026-02-14T09:00:00+08:00")
    for number in range(20):
        repo.commit(
            f"fix(part{number}): change number {number} (#{6000 + number})\n\nIn some words.\n",
            {f"src/part{number}/{'long_name_' * 12}{n}.py": "x\n" for n in range(4)},
        )
    repo.commit(
        "chore: rename KvPushRouter to KvRouter in python (#6275)",
        {"src/router.py": "KvRouter\n"},
    )
    for number in range(20, 30):
        repo.commit(f"docs: page {number} (#{7000 + number})", {f"docs/{number}.md": "x\n"})


def make(folder: Path) -> None:
    for slug, write in ((HOSTILE, hostile_commits), (READER, reader_commits)):
        repo = GitRepo.create(folder / "git" / slug.replace("/", "-"))
        if slug == HOSTILE:
            repo.commit("chore: for the trees", {"x": "x\n"}, date="2026-02-01T09:00:00+08:00")
            repo.git("update-ref", "refs/heads/trees", repo.head)
        write(repo)
    project = Project.create(
        folder,
        language="zh",
        repositories=[
            {
                "url": f"git/{slug.replace('/', '-')}",
                "slug": slug,
                "web": f"https://github.com/{slug}",
            }
            for slug in (HOSTILE, READER)
        ],
        timezone="Asia/Shanghai",
        since="2026-02-13",
    )
    project.collect(now=NOW)
    project.build("--strict", now=NOW)


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """Collected and built once in a run."""
    return Project(once(tmp_path_factory, "browser", make))


@pytest.fixture(scope="module")
def address(project):
    """The site below a path, as the pages of a project are."""
    with serve(project.site, "owner/name") as address:
        yield address


@pytest.fixture(scope="module")
def hostile_page(browser, address):
    """The page of the hostile day, for all tests that only look at it."""
    from support.browser import looked_at

    with looked_at(browser, f"{address}2026/02/13/") as page:
        yield page


@pytest.fixture(scope="module")
def sections(hostile_page) -> list[dict]:
    """How the entries of that day look."""
    return hostile_page.evaluate(LOOK)


@pytest.fixture(scope="module")
def hostile(project) -> list[Entry]:
    """The archived entries of the hostile day."""
    day = Archive(project.folder / "archive").load(HOSTILE, HOSTILE_DAY)
    return list(day.entries)


LOOK = """
() => [...document.querySelectorAll("article h4")].map(heading => {
  const parts = []
  for (let next = heading.nextElementSibling; next && !/^H[1-6]$/.test(next.tagName);
       next = next.nextElementSibling)
    parts.push(next)
  const all = [heading, ...parts].flatMap(part => [part, ...part.querySelectorAll("*")])
  return {
    id: heading.id,
    heading: [...heading.childNodes].filter(node => node.className !== "headerlink")
      .map(node => node.textContent).join(""),
    body: parts.flatMap(part => [...part.querySelectorAll("pre")]).map(pre => pre.textContent),
    paths: parts.flatMap(part => [...part.querySelectorAll(".digest-files code:last-of-type")])
      .map(code => code.textContent),
    meta: parts[0].textContent,
    elements: [...new Set(all.map(element =>
      [element.tagName, ...element.getAttributeNames().sort()].join(" ")))].sort(),
    links: all.filter(element => element.href).map(element => element.href),
  }
})
"""

ROWS = """
() => [...document.querySelectorAll("article .digest-table tbody tr")].map(row =>
  [row.querySelector("time").dateTime, row.cells[1].textContent,
   row.querySelector("a").textContent])
"""


def test_the_corpus_is_there(hostile):
    assert len(hostile) >= 60
    kept = {entry.commit.subject for entry in hostile}
    whole = {text.strip() for text in HTML.values() if "\n" not in text and "\0" not in text}
    assert whole <= {subject.strip() for subject in kept}


def test_hostile_texts_are_text(address, hostile_page, sections, hostile):
    shown = {section["id"]: section for section in sections}
    assert len(shown) == len(hostile)
    for entry in hostile:
        commit, section = entry.commit, shown[entry.commit.short_sha]
        assert section["heading"] == visible(commit.subject or "（无提交信息）")
        assert section["body"] == ([visible_block(commit.body)] if commit.body else [])
        assert section["paths"] == [visible(change.path) for change in commit.changes]
        assert visible(commit.author.name) in section["meta"]
        assert all(
            link.startswith(
                (
                    address,
                    f"https://github.com/{HOSTILE}/commit/",
                    f"https://github.com/{HOSTILE}/pull/",
                )
            )
            for link in section["links"]
        ), commit.subject
    assert hostile_page.evaluate("window.__pwned__") is None


def test_no_element_and_no_attribute_is_a_commits(hostile_page, sections):
    """All entries together hold no element that the harmless one's template does not have."""
    elements = {element for section in sections for element in section["elements"]}
    assert elements <= {
        *("A class href title", "A href", "CODE", "LI", "P", "STRONG", "UL", "BLOCKQUOTE"),
        *("DIV class", "DIV class data-search-exclude", "TIME datetime", "DL class", "DT", "DD"),
        *("P class", "PRE class lang"),
        *("SPAN lang", "A class href title", "BUTTON aria-expanded aria-label data-do title type"),
        *(
            "BUTTON aria-label data-do title type",
            "BUTTON class type",
            "H4 class id",
            "PRE class",
            "SUMMARY",
            "SPAN",
            "SPAN class",
            "UL class",
        ),
        *("DETAILS class data-search-exclude", "SUMMARY tabindex"),
    }
    classes = hostile_page.evaluate(
        "[...new Set([...document.querySelectorAll('article [class]')].map(e => e.className))]"
    )
    assert not [name for name in classes if "stolen" in name or "admonition" in name]
    assert hostile_page.locator(STOLEN).count() == 0


def test_the_outline_is_the_templates(project, hostile):
    found = outline(project.page("2026/02/13/"))
    assert [(level, name) for level, name, _ in found if level < 4][:2] == [
        (1, found[0][1]),
        (2, "brief"),
    ]
    assert sorted(name for level, name, _ in found if level == 4) == sorted(
        entry.commit.short_sha for entry in hostile
    )
    assert {level for level, _, _ in found} == {1, 2, 3, 4}


def test_the_table_has_a_row_for_each_commit(hostile_page, hostile):
    rows = hostile_page.evaluate(ROWS)
    assert rows == [
        [
            entry.commit.committed_at.isoformat(),
            visible(entry.commit.author.name),
            visible(entry.commit.subject or "（无提交信息）"),
        ]
        for entry in hostile
    ]


@pytest.mark.parametrize("path", ["", "2026/02/13/", "2026/02/14/", "2026/02/", "archive/"])
def test_pages_are_harmless_and_nothing_scrolls_sideways(address, page, path):
    page.goto(f"{address}{path}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.__pwned__") is None
    assert page.locator(STOLEN).count() == 0
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    for width in (1400, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOO_WIDE) == [], width


TOO_WIDE = """
() => [...document.querySelectorAll("article *")].filter(element => {
    const box = element.getBoundingClientRect()
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    // What is inside of these is cut at their edge; they themselves are looked at.
    const cut = element.parentElement.closest(".digest-entry, .digest-table td")
    return !cut && box.width > 1 && box.right > innerWidth + 1
      || scrolls && element.scrollWidth > element.clientWidth + 1
  }).map(element => element.outerHTML.slice(0, 80))
"""


# A reader


def test_light_and_dark(address, page):
    """The palette toggles, and text stands out from its ground in both."""
    schemes = {}
    for media in ("light", "dark"):
        page.emulate_media(color_scheme=media)
        page.goto(f"{address}2026/02/14/")
        schemes[media] = page.evaluate(
            """() => [document.body.dataset.mdColorScheme,
              ...["article h4", ".digest-table td", ".digest-table td a", ".digest-lead",
                  "article li"].map(
                selector => getComputedStyle(document.querySelector(selector)).color),
              getComputedStyle(document.body).backgroundColor]"""
        )
    assert [schemes[media][0] for media in ("light", "dark")] == ["default", "slate"]
    for media, (_, *colours, ground) in schemes.items():
        for colour in colours:
            assert contrast(colour, ground) >= 4, (media, colour, ground)


def test_the_palette_can_be_chosen(address, page):
    page.goto(address)
    seen = []
    for _ in range(3):
        seen.append(page.evaluate("document.body.dataset.mdColorMedia"))
        page.locator("form[data-md-component=palette] label:visible").click()
    assert len(set(seen)) == 3


def contrast(colour: str, ground: str) -> float:
    """The contrast of two colours by WCAG 2, the first perhaps translucent."""
    above, below = _rgba(colour), _rgba(ground)
    mixed = [a * above[3] + b * (1 - above[3]) for a, b in zip(above[:3], below[:3], strict=True)]
    light = sorted((_luminance(mixed), _luminance(below[:3])))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _rgba(colour: str) -> list[float]:
    numbers = [float(number) for number in re.findall(r"[\d.]+", colour)]
    return [*numbers, 1.0][:4]


def _luminance(colour: list[float]) -> float:
    parts = [value / 255 for value in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_details_open_by_keyboard(address, page):
    page.goto(f"{address}2026/02/14/")
    details = page.locator("article .digest-details").first
    assert not details.locator(".digest-files").is_visible()
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    assert details.locator(".digest-files").is_visible()
    page.keyboard.press("Space")
    assert not details.locator(".digest-files").is_visible()


def test_a_row_of_the_table_leads_to_its_entry(address, page):
    page.goto(f"{address}2026/02/14/")
    link = page.locator(".digest-table a", has_text="KvPushRouter")
    link.click()
    anchor = page.evaluate("location.hash.slice(1)")
    assert SHORT_SHA.fullmatch(anchor)
    page.wait_for_function(IN_SIGHT, arg=anchor)


IN_SIGHT = """
id => {
  const place = document.getElementById(id).getBoundingClientRect()
  const header = document.querySelector(".md-header").getBoundingClientRect()
  return place.top >= header.bottom - 1 && place.bottom <= innerHeight
}
"""


def test_the_themes_own_search_stays_where_it_is_asked_for(project):
    assert (project.site / "search" / "search_index.json").is_file()
    assert not (project.site / "search" / "index.json").exists()
    assert 'data-md-component="search-query"' in project.page("archive")


# Material's own search, where a user prefers it, sees titles and what is told, and no sha.
@pytest.mark.parametrize("query", ["#6275", "6275", "KvPushRouter", "kvpushr"])
def test_search_leads_to_the_entry(address, page, project, query):
    from playwright.sync_api import expect

    day = Archive(project.folder / "archive").load(READER, READER_DAY)
    entry = next(entry for entry in day.entries if "KvPushRouter" in entry.commit.subject)
    sha = entry.commit.short_sha
    page.goto(f"{address}archive/")
    page.locator(".md-search__input").fill(query)
    page.keyboard.press("End")  # Material looks at the keys
    result = page.locator(f".md-search-result__item a[href*='#{sha}']").first
    expect(result).to_be_visible()
    assert "KvPushRouter" in result.locator("h2").text_content().replace("\u200b", "")
    result.click()
    page.wait_for_url(f"**/owner/name/2026/02/14/**#{sha}")
    page.wait_for_function(IN_SIGHT, arg=sha)


def test_a_link_from_outside_opens_at_its_entry(address, page, project):
    day = Archive(project.folder / "archive").load(READER, READER_DAY)
    sha = day.entries[0].commit.short_sha
    page.goto(f"{address}2026/02/14/#{sha}")
    page.wait_for_function(IN_SIGHT, arg=sha)


def test_the_site_works_below_a_path(address, page):
    """Every link that a reader follows from the first page stays below it."""
    page.goto(address)
    page.locator("article h2 a").first.click()
    page.wait_for_url("**/owner/name/2026/**")
    page.locator("article p a", has_text="2026-02").first.click()
    page.wait_for_url("**/owner/name/2026/02/**")
    links = page.evaluate("[...document.querySelectorAll('a[href^=\".\"]')].map(link => link.href)")
    assert links
    assert all(link.startswith(address) for link in links)
