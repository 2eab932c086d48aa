"""A new site in an empty folder, as somebody makes it who has nothing yet."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from support import newsite
from support.building import Project
from support.gitrepo import GitRepo
from support.site import check_links

from digest.__main__ import main
from digest.config import load
from digest.languageoptions import COMPLETE

HAN = re.compile("[\u4e00-\u9fff]")
NOW = "2026-02-14T06:20:00+00:00"


def init(*options: str) -> Result:
    return CliRunner().invoke(main, ["init", *options], input="")


def test_it_builds_as_it_is(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "engine")
    repo.commit("feat: a first thing", {"a.py": "x = 1\n"}, date="2026-02-13T09:00:00+00:00")
    folder = tmp_path / "site"
    done = init(str(folder), "--repository", str(repo.path), "--timezone", "Asia/Shanghai")
    assert done.exit_code == 0, done.output
    assert {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } == {*newsite.FILES}
    config = folder / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("days: 30", "days: 3"), "utf-8")  # quicker
    Project(folder).build("--strict", now=NOW)
    page = (folder / "site" / "2026" / "02" / "13" / "index.html").read_text("utf-8")
    assert "a first thing" in page
    assert (folder / "site" / "about" / "index.html").is_file()
    assert (folder / "site" / "search" / "index.json").is_file(), "our own search, not the theme's"
    assert not check_links(
        folder / "site", allowed=lambda target: target.startswith(("https:", "javascript:"))
    )
    ignored = (folder / ".gitignore").read_text().split()
    assert {f"/{name}/" for name in ("archive", "site", ".cache", ".venv")} < {*ignored}
    # What the guide's ways of publishing elsewhere leave in the folder.
    assert {"/current/", "/new/", "/old/", "/public/", "/publish.log"} < {*ignored}


@pytest.mark.parametrize("language", sorted({*COMPLETE.values()}))
def test_it_is_in_the_language_that_is_asked_for(tmp_path: Path, language: str) -> None:
    done = init(str(tmp_path), "--language", language)
    assert done.exit_code == 0, done.output
    config, settings = load(tmp_path / "mkdocs.yml")
    assert settings.languages == (language,)
    assert config.theme["language"] == language
    written = [(tmp_path / name).read_text("utf-8") for name in ("README.md", "docs/about.md")]
    for text in [config.site_name, *written]:
        assert (HAN.search(text) is not None) == (language == "zh")
    assert "--bind 127.0.0.1" in written[0], "a page that is tried here is for nobody else"


@pytest.mark.parametrize("language", sorted({*COMPLETE.values()}))
def test_it_can_have_all_languages(tmp_path: Path, language: str) -> None:
    assert init(str(tmp_path), "--language", language).exit_code == 0
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("#languages:", "languages:"), "utf-8")
    languages = load(config)[1].languages
    assert languages[0] == language
    assert {*languages} == {*COMPLETE.values()}


def test_another_language_is_refused(tmp_path: Path) -> None:
    done = init(str(tmp_path / "new"), "--language", "fr")
    assert done.exit_code == 2
    assert all(code in done.output for code in COMPLETE.values())
    assert not (tmp_path / "new").exists()


def test_without_a_word_it_follows_an_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert init().exit_code == 0
    settings = load(tmp_path / "mkdocs.yml")[1]
    assert [item.slug for item in settings.repositories] == ["encode/httpx"]
    assert settings.zone.key == "UTC"
    text = (tmp_path / "requirements.txt").read_text()
    assert f"change-digest=={metadata.version('change-digest')}\n" in text
    assert "@" not in (tmp_path / "mkdocs.yml").read_text().replace("|@+", "")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    done = init(str(tmp_path))
    assert done.exit_code == 1
    assert "README.md" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--repository", "ext::sh -c x"], "not allowed"),
        (["--repository", "https://user:word@example.org/a"], "user information"),
        (["--timezone", "Mars/Olympus"], "IANA"),
        (["--repository", "github.com/encode/httpx"], "'github.com/encode/httpx' is no folder"),
        (["--repository", "/etc/hostname"], "begins with https://"),
        (["--repository", "https://github.com/o/r/tree/main"], "own, https://github.com/o/r\n"),
        (["--repository", "https://github.com/o/r"] * 2, "slug 'o/r' is taken by 'o/r'"),
        (
            ["--repository", "https://github.com/o/r", "--repository", "git@gitlab.com:O/r.git"],
            "slug 'O/r' is taken by 'o/r'; leave one of them out",
        ),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, options: list[str], said: str) -> None:
    done = init(str(tmp_path / "new"), *options)
    assert done.exit_code == 1
    assert said in done.output
    assert ("--repository" in done.output) == ("--repository" in options)
    assert not (tmp_path / "new").exists()


def test_a_url_cannot_become_configuration(tmp_path: Path) -> None:
    odd = tmp_path / "a: b # c" / "engine"
    odd.parent.mkdir()
    GitRepo.create(odd)
    assert init(str(tmp_path / "new"), "--repository", str(odd)).exit_code == 0
    assert load(tmp_path / "new" / "mkdocs.yml")[1].repositories[0].url == str(odd)


def test_what_looks_like_a_secret_is_not_repeated(tmp_path: Path) -> None:
    done = init(str(tmp_path / "new"), "--repository", "s3cret@github.com/encode/httpx")
    assert done.exit_code == 1
    assert "github.com/encode/httpx' is no folder" in done.output
    assert "s3cret" not in done.output


@pytest.mark.parametrize(
    ("origin", "line", "said"),
    [
        (
            {"url": "https://example.org/x.git", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}},
            f"change-digest @ git+https://example.org/x.git@{'a' * 40}",
            False,
        ),
        ({"url": "file:///home/me/x", "dir_info": {}}, None, True),
        ({"url": "file:///home/me/x", "vcs_info": {"commit_id": "a" * 40}}, None, True),
        ({"url": "https://u:p@example.org/x", "vcs_info": {"commit_id": "a" * 40}}, None, True),
        (None, None, False),
    ],
)
def test_pip_gets_it_from_where_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: object, line: str | None, said: bool
) -> None:
    class Found:
        version = metadata.version("change-digest")

        def read_text(self, name: str) -> str | None:
            return None if origin is None else json.dumps(origin)

    monkeypatch.setattr(metadata, "distribution", lambda name: Found())
    done = init(str(tmp_path))
    assert done.exit_code == 0
    assert ("only this machine knows" in done.output) == said
    expected = line or f"change-digest=={metadata.version('change-digest')}"
    assert (tmp_path / "requirements.txt").read_text().splitlines()[-1] == expected


def test_its_workflow_is_valid(tmp_path: Path) -> None:
    assert init(str(tmp_path)).exit_code == 0
    found = yaml.safe_load((tmp_path / ".github/workflows/publish.yml").read_text())
    assert set(found["jobs"]) == {"collect", "archive", "build", "deploy", "issue"}
