"""What a run tells: a table that nothing can break, and one issue that comes and goes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from support.issues import IssueServer

from digest import reports
from digest.__main__ import main
from digest.errors import ArchiveError
from digest.notices import Forge, NoticeError
from digest.results import Result, Summary
from digest.tallies import Tally

NOW = dt.datetime.fromisoformat("2026-02-14T06:17:00+00:00")
REPOSITORY = "acme/site"
TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz"
NASTY = "|x| @octocat </code><script>alert(1)</script> #1 `a` [b](c)\n\n# heading ![i](http://x)"


def report(*results: Result, part: int = 1, parts: int = 1) -> reports.Report:
    return reports.report_of(Summary(results), NOW, part, parts)


GOOD = Result("acme/engine", days=2, commits=5, tally=Tally(answered=5))
DOWN = Result("acme/router", failure=f"no route {NASTY}")
KEYLESS = Result("acme/cache", days=1, commits=3, tally=Tally(left=3, reasons=("key",)))
SPENT = Result("acme/spent", days=1, commits=3, tally=Tally(left=3, reasons=("budget",)))
DAMAGED = Result(
    "acme/old", damaged=[ArchiveError(Path("/home/x/archive/acme/old/2026/a.json"), "it is bad")]
)


@pytest.fixture
def forge() -> Iterator[IssueServer]:
    with IssueServer(REPOSITORY, TOKEN) as server:
        yield server


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = [report(GOOD, KEYLESS, part=2, parts=2), report(DOWN, DAMAGED, part=1, parts=2)]
    for number, one in enumerate(made):
        reports.write(one, tmp_path / f"part-{number}" / "report.json")
    assert reports.gather(tmp_path) == made[::-1]


def test_only_what_somebody_can_mend_is_trouble() -> None:
    found = reports.troubles([report(GOOD, DOWN, KEYLESS, SPENT, DAMAGED, part=2)], 3)
    assert [item.where for item in found] == [
        "part 1/3",
        "part 3/3",
        "acme/router",
        "acme/cache",
        "acme/old",
    ]
    assert "OPENAI_API_KEY" in found[3].what
    # It may have died, or been started with a wrong option: then no run goes on from there.
    assert found[0].what.endswith("its log says why")
    assert "/home" not in str(found), "no paths of the machine"
    assert reports.troubles([report(GOOD, SPENT)], 1) == []


def test_the_table_is_a_table_whatever_is_in_it() -> None:
    text = reports.table([report(GOOD, DOWN, KEYLESS, DAMAGED)], 2)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert html.count("<tr>") == 6, "a head, the part that is missing, four repositories"
    assert html.count("<td") == 5 * 5
    assert "<script" not in html
    assert "<h1" not in html
    assert "<img" not in html
    assert "<a " not in html
    assert "**3 of 4 repositories reached, 8 new commits**" in text
    assert text.index("acme/router") < text.index("acme/engine"), "what is wrong comes first"
    # GitHub looks for names of people outside of code only.
    outside = html.replace("</code>", "<code>").split("<code>")[::2]
    assert not any("@" in part or "&#64;" in part for part in outside)


def test_a_long_table_has_an_end() -> None:
    many = report(*(Result(f"acme/r{number}", failure="x" * 5000) for number in range(2000)))
    text = reports.table([many], 1)
    assert "and 1600 more" in text
    assert len(text) < 1_000_000


def test_one_issue_comes_stays_and_goes(forge: IssueServer) -> None:
    forge.add(title="another one", labels=[{"name": "bug"}])
    forge.add(title="a pull request", labels=[{"name": "change-digest"}], pull_request={})
    client = Forge(forge.url, REPOSITORY, TOKEN)
    assert TOKEN not in repr(client)
    assert client.tell(None) == "nothing to tell"
    assert client.tell("first day") == "#3 opened"
    assert client.tell("first day") == "#3 says so already"
    assert client.tell("second day") == "#3 brought up to date"
    assert [issue["number"] for issue in forge.open] == [1, 2, 3]
    assert forge.issues[2]["body"] == "second day"
    assert client.tell(None) == "1 closed"
    assert forge.issues[2]["state"] == "closed"
    assert [number for number, _ in forge.comments] == [3]
    assert client.tell(None) == "nothing to tell"
    assert client.tell("a month later") == "#4 opened"
    assert client.tell("x\n" * 100_000) == "#4 brought up to date"
    assert len(forge.issues[3]["body"]) < 65_536


def test_a_forge_that_refuses(forge: IssueServer, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NoticeError, match="401"):
        Forge(forge.url, REPOSITORY, "another").tell("x")
    with pytest.raises(NoticeError, match="404"):
        Forge(forge.url, "acme/other", TOKEN).tell("x")
    for status in (403, 302, 500):
        forge.status, forge.redirect = status, forge.url
        with pytest.raises(NoticeError, match=str(status)) as caught:
            Forge(forge.url, REPOSITORY, TOKEN).tell("x")
        assert "own words" not in str(caught.value)
        assert TOKEN not in str(caught.value)
    forge.status, forge.body = None, b"<html>"
    with pytest.raises(NoticeError, match="cannot be read"):
        Forge(forge.url, REPOSITORY, TOKEN).tell("x")
    for api, repository in ((forge.url, "a/b/c"), ("http://example.org", REPOSITORY)):
        with pytest.raises(NoticeError):
            Forge(api, repository, TOKEN).tell("x")
    with pytest.raises(NoticeError, match="cannot be reached"):
        Forge("http://127.0.0.1:1", REPOSITORY, TOKEN).tell("x")


def test_as_the_workflow_says_it(
    forge: IssueServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", forge.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_RUN_ID", "42")
    jobs = {"collect": {"result": "success", "outputs": {}}, "build": {"result": "failure"}}
    parts = tmp_path / "parts"

    def run(*options: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["report", str(parts), *options])
        assert done.exit_code == code, done.output
        return done.output

    parts.mkdir()
    told = run("--parts", "[1, 2]", "--jobs", json.dumps(jobs), "--issue", REPOSITORY)
    assert "#1 opened" in told
    body = forge.issues[0]["body"]
    assert "part 1&#47;2" in body
    assert "job build" in body
    assert "The site was not published" in body
    assert "](https://github.com/acme/site/actions/runs/42)" in body
    reports.write(report(GOOD, DOWN), parts / "part-1" / "report.json")
    assert "brought up to date" in run("--issue", REPOSITORY)
    assert "acme/router" in forge.issues[0]["body"]
    assert "The site is published all the same" in forge.issues[0]["body"]
    reports.write(report(GOOD), parts / "part-1" / "report.json")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    assert run("--summary", str(summary)) == ""
    assert summary.read_text().startswith("before\n**1 of 1 repositories reached")
    assert "1 closed" in run("--issue", REPOSITORY)
    large = {"build": {"result": "success", "outputs": {"warning": "Set 'details: recent'"}}}
    ended = {"collect": {"result": "cancelled"}, "build": {"result": "skipped"}}
    assert "#2 opened" in run("--jobs", json.dumps(large), "--issue", REPOSITORY)
    assert "details: recent" in forge.issues[1]["body"].replace("&#58;", ":")
    assert "published all the same" in forge.issues[1]["body"]
    assert "brought up to date" in run("--jobs", json.dumps(ended), "--issue", REPOSITORY)
    assert "The site was not published" in forge.issues[1]["body"]
    (parts / "part-1" / "report.json").write_text("{")
    assert "no report" in run(code=1)
    for options in (["--parts", "0"], ["--parts", "x"], ["--parts", "[]"]):
        run(*options, code=2)
    monkeypatch.delenv("GITHUB_TOKEN")
    reports.write(report(GOOD), parts / "part-1" / "report.json")
    assert "GITHUB_TOKEN" in run("--issue", REPOSITORY, code=1)


def test_the_size_of_the_site_is_told_and_a_warning_handed_on(tmp_path: Path) -> None:
    site, summary, outputs = tmp_path / "site", tmp_path / "summary.md", tmp_path / "outputs"

    def run(*options: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["size", str(site), *options])
        assert done.exit_code == code, done.output
        return done.output

    assert "no such folder" in run(code=1)
    site.mkdir()
    (site / "index.html").write_text("x" * 2000)
    assert "1 files, 2.0 kB (0.0% of GitHub Pages' 1 GB)" in run()
    files = ("--summary", str(summary), "--outputs", str(outputs))
    outputs.write_text("before=1\n")
    assert run(*files) == ""
    assert outputs.read_text() == "before=1\n", "there is nothing to warn of"
    with (site / "large").open("w") as large:
        large.truncate(850_000_000)
    run(*files)
    told = summary.read_text().split("\n\n")
    assert [text.startswith("The site: ") for text in told[:3]] == [True, True, False]
    assert "details: recent" in told[2]
    [_, warning] = outputs.read_text().splitlines()
    assert warning.startswith("warning=GitHub Pages takes 1 GB, and the site has 85% of that.")
