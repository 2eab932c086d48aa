"""What may stand in ``mkdocs.yml``, and what is said about what may not."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.building import Project
from support.gitrepo import GitRepo

from digest.config import MIRRORS_VARIABLE, load
from digest.errors import ConfigError
from digest.settings import Settings

REMOTE = {"url": "https://github.com/acme/engine"}


@pytest.fixture(autouse=True)
def no_mirrors_in_the_environment(monkeypatch):
    monkeypatch.delenv(MIRRORS_VARIABLE, raising=False)


@pytest.fixture
def read(tmp_path):
    """Read a ``mkdocs.yml`` with these options of the plugin."""

    def read(language: str = "en", **options: object) -> Settings:
        options = {"repositories": [REMOTE]} | options
        Project.create(tmp_path, language=language, **options)
        return load(tmp_path / "mkdocs.yml")[1]

    return read


@pytest.fixture
def complaint(read, caplog):
    """What a person is told about these options."""

    def complaint(**options: object) -> str:
        caplog.clear()
        with pytest.raises(ConfigError) as error:
            read(**options)
        return f"{error.value}\n{caplog.text}"

    return complaint


# Defaults and good values


def test_only_repositories_must_be_given(read, tmp_path):
    settings = read()
    assert [(item.slug, item.url) for item in settings.repositories] == [
        ("acme/engine", "https://github.com/acme/engine")
    ]
    assert settings == Settings(
        repositories=settings.repositories,
        zone=ZoneInfo("UTC"),
        archive=tmp_path / "archive",
        mirrors=tmp_path / ".cache" / "mirrors",
        cache=tmp_path / ".cache" / "site",
        since=None,
        days=7,
        settle=3,
        collect="auto",
        languages=("en",),
        patch_budget=2_000_000,
        timeout=600.0,
    )


@pytest.mark.parametrize(
    ("option", "value", "attribute", "meaning"),
    [
        ("timezone", "Asia/Shanghai", "zone", ZoneInfo("Asia/Shanghai")),
        ("timezone", "America/New_York", "zone", ZoneInfo("America/New_York")),
        ("since", dt.date(2026, 1, 6), "since", dt.date(2026, 1, 6)),
        ("since", "2026-01-06", "since", dt.date(2026, 1, 6)),
        ("days", 30, "days", 30),
        ("days", 1, "days", 1),
        ("settle", 0, "settle", 0),
        ("collect", True, "collect", "always"),
        ("collect", False, "collect", "never"),
        ("collect", "auto", "collect", "auto"),
        ("patch_budget", 0, "patch_budget", 0),
        ("patch_budget", 10_000, "patch_budget", 10_000),
        ("timeout", 5, "timeout", 5.0),
    ],
)
def test_each_option_means_what_it_says(tmp_path, option, value, attribute, meaning):
    line = f"      {option}: {'auto' if value == 'auto' else value}\n".replace("True", "true")
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: x\nplugins:\n  - digest:\n      repositories: [{url: .}]\n" + line,
        "utf-8",
    )
    assert getattr(load(tmp_path / "mkdocs.yml")[1], attribute) == meaning


def test_the_first_day_wanted_is_since_or_so_many_days_ago(read):
    today = dt.date(2026, 2, 14)
    assert read(since="2026-01-06").first_day(today) == dt.date(2026, 1, 6)
    assert read(days=1).first_day(today) == today
    assert read().first_day(today) == dt.date(2026, 2, 8)


@pytest.mark.parametrize(
    ("options", "slug", "web"),
    [
        ({}, "acme/engine", "https://github.com/acme/engine"),
        ({"slug": "vendor/fork"}, "vendor/fork", "https://github.com/acme/engine"),
        ({"web": "https://git.example.org/e/"}, "acme/engine", "https://git.example.org/e"),
        ({"web": ""}, "acme/engine", None),
        ({"url": "https://gitlab.com/a/b/c.git"}, "a/b/c", "https://gitlab.com/a/b/c"),
        ({"url": "https://git.example.org/team/x.git"}, "team/x", None),
        (
            {"url": "git@github.com:acme/engine.git"},
            "acme/engine",
            "https://github.com/acme/engine",
        ),
    ],
)
def test_name_and_links_of_a_repository_come_from_its_url(read, options, slug, web):
    repository = read(repositories=[REMOTE | options]).repositories[0]
    assert (repository.slug, repository.web) == (slug, web)
    assert repository.branch is None


def test_the_order_of_the_repositories_is_the_users(read):
    urls = [{"url": f"https://github.com/acme/{name}"} for name in ("z", "a", "m")]
    slugs = [repository.slug for repository in read(repositories=urls).repositories]
    assert slugs == ["acme/z", "acme/a", "acme/m"]


def test_relative_paths_start_at_the_folder_of_mkdocs_yml(read, tmp_path, monkeypatch):
    GitRepo.create(tmp_path / "engine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    settings = read(repositories=[{"url": "engine"}], archive="data/days", mirrors="../mirrors")
    repository = settings.repositories[0]
    assert (Path(repository.url), repository.slug, repository.local) == (
        tmp_path / "engine",
        "engine",
        True,
    )
    assert settings.archive == tmp_path / "data" / "days"
    assert settings.mirrors == tmp_path / ".." / "mirrors"


def test_the_environment_says_where_mirrors_are(read, tmp_path, monkeypatch):
    monkeypatch.setenv(MIRRORS_VARIABLE, str(tmp_path / "fast" / "disk"))
    assert read(mirrors="here").mirrors == tmp_path / "fast" / "disk"
    monkeypatch.setenv(MIRRORS_VARIABLE, "")
    assert read(mirrors="here").mirrors == tmp_path / "here"


# What is refused


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("repositories", "https://github.com/a/b", "Expected a list"),
        ("repositories", ["https://github.com/a/b"], "Expected a key-value mapping"),
        ("repositories", [{"slug": "a/b"}], "Sub-option 'url': Required"),
        ("repositories", [{"url": 1}], "Sub-option 'url': Expected type"),
        ("repositories", [REMOTE | {"slug": 1}], "Sub-option 'slug': Expected type"),
        ("repositories", [REMOTE | {"branch": True}], "Sub-option 'branch': Expected type"),
        ("repositories", [REMOTE | {"web": ["x"]}], "Sub-option 'web': Expected type"),
        ("timezone", "Asia/Shangai", "'Asia/Shangai' is not an IANA time zone"),
        ("timezone", "../etc/passwd", "is not an IANA time zone"),
        ("timezone", 8, "8 is not an IANA time zone"),
        ("timezone", "", "is not an IANA time zone"),
        ("since", "2026-02-30", "'2026-02-30' is not a date such as 2026-02-13"),
        ("since", "yesterday", "'yesterday' is not a date"),
        ("since", 20260213, "20260213 is not a date"),
        ("days", 0, "0 is not a whole number from 1 to "),
        ("days", "7", "'7' is not a whole number"),
        ("days", 1.5, "1.5 is not a whole number"),
        ("days", True, "True is not a whole number"),
        ("settle", -1, "-1 is not a whole number from 0 to 366"),
        ("archive", 1, "Expected type"),
        ("mirrors", ["x"], "Expected type"),
        ("collect", "always", "received: 'always'"),
        ("patch_budget", "2 MB", "'2 MB' is not a whole number"),
        ("timeout", 0, "0 is not a whole number from 1 to "),
    ],
)
def test_a_wrong_value_is_an_error_that_names_its_option(complaint, option, value, reason):
    said = complaint(**{option: value})
    assert f"'{option}" in said
    assert reason in said


def test_repositories_must_be_there(tmp_path, caplog):
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nplugins: [digest]\n", "utf-8")
    with pytest.raises(ConfigError):
        load(tmp_path / "mkdocs.yml")
    assert "option 'repositories': Required configuration not provided" in caplog.text


def test_since_and_days_exclude_each_other(complaint):
    said = complaint(since="2026-01-06", days=7)
    assert "use either 'since' or 'days', not both" in said


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        ("timezon", "did you mean 'timezone'?"),
        ("repository", "did you mean 'repositories'?"),
        ("Collect", "did you mean 'collect'?"),
        ("xyz", "there are: repositories, languages, timezone, since, days"),
        (7, "there are: repositories"),
    ],
)
def test_a_misspelt_option_is_named_and_corrected(complaint, key, suggestion):
    said = complaint(**{"repositories": [REMOTE]} | {str(key): 1})
    assert f"'{key}': there is no such option; {suggestion}" in said


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        ("brnach", "did you mean 'branch'?"),
        ("Web", "did you mean 'web'?"),
        ("timezone", "there are: url, slug, branch, web"),
    ],
)
def test_a_misspelt_option_of_a_repository_is_named_and_corrected(complaint, key, suggestion):
    said = complaint(repositories=[REMOTE, REMOTE | {"slug": "a/b", key: "x"}])
    assert "repositories" in said
    assert f"'{key}': there is no such option; {suggestion}" in said


@pytest.mark.parametrize("options", [("--clean",), ("--strict",)], ids=["plain", "strict"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"timezon": "UTC"}, "did you mean 'timezone'?"),
        ({"repositories": [REMOTE | {"brnach": "x"}]}, "did you mean 'branch'?"),
        ({"repositories": [REMOTE, REMOTE]}, "slug 'acme/engine' is taken by 'acme/engine'"),
    ],
    ids=["option", "repository-option", "slug"],
)
def test_a_build_stops_at_a_wrong_option(tmp_path, options, wrong, said):
    project = Project.create(tmp_path, **{"repositories": [REMOTE], "collect": False} | wrong)
    done = project.build(*options, fails=True)
    assert said in done.stderr
    assert not project.site.exists()


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% /tmp/pwned",
        "fd::17",
        "file:///srv/git/x",
        "ftp://example.org/x",
        "git://example.org/x",
        "http://example.org/x",
        "--upload-pack=touch /tmp/pwned",
        "-oProxyCommand=x",
        "ssh://-oProxyCommand=x/y",
        "https://",
        "https://example.org",
        "https://example.org:port/x",
        "https://user@example.org/x",
        "",
    ],
)
def test_only_https_ssh_and_local_paths_are_followed(complaint, url):
    said = complaint(repositories=[REMOTE, {"url": url, "slug": "a/b"}])
    assert "option 'repositories', entry 2: url" in said
    assert "Traceback" not in said


def test_a_password_in_a_url_is_refused_and_not_repeated(complaint):
    said = complaint(repositories=[{"url": "https://me:s3cret@github.com/acme/engine"}])
    assert "carries user information" in said
    assert "s3cret" not in said
    assert "me:" not in said


@pytest.mark.parametrize("branch", ["-x", "", "a b", "a\nb"])
def test_a_branch_cannot_be_an_option_of_git(complaint, branch):
    assert "branch" in complaint(repositories=[REMOTE | {"branch": branch}])


@pytest.mark.parametrize(
    "web",
    [
        "javascript:alert(1)",
        "//example.org",
        "https://a@b.org",
        "x",
        "https://[::1",
        "https://example.org/x?y=1",
        "https://example.org/x#y",
    ],
)
def test_links_lead_to_plain_http_only(complaint, web):
    said = complaint(repositories=[REMOTE | {"web": web}])
    assert "entry 1: web '" in said
    assert "use the https:// address of the repository's page" in said


@pytest.mark.parametrize(
    "slug", ["", "../up", "a/../b", "/a", "a/", "a//b", ".hidden", "-x", "a b", "<b>", "a\\b", "ä"]
)
def test_a_slug_is_a_plain_folder(complaint, slug):
    assert f"slug {slug!r}" in complaint(repositories=[REMOTE | {"slug": slug}])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("a/b", "a/b"), ("a/b", "A/B"), ("a/b", "a/b/c"), ("a/b/c", "a/b"), ("a", "a/2026")),
        *(("a/b", "a/b.xml/c"), ("a/b.json/c", "A/b")),
    ],
)
def test_archives_are_neither_shared_nor_nested(complaint, first, second):
    said = complaint(repositories=[REMOTE | {"slug": first}, REMOTE | {"slug": second}])
    assert f"entry 2: slug {second!r} is taken by {first!r}" in said


def test_slugs_may_begin_alike(read):
    read(
        repositories=[REMOTE | {"slug": slug} for slug in ("a/b", "a/bc", "a/b-c", "ab", "a/b.xml")]
    )


def test_a_file_that_is_not_there_is_a_plain_error(tmp_path):
    with pytest.raises(ConfigError, match=r"nothing\.yml"):
        load(tmp_path / "nothing.yml")


def test_a_site_without_the_plugin_is_told_so(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    with pytest.raises(ConfigError, match="'digest' is not among its plugins"):
        load(tmp_path / "mkdocs.yml")


# Language


@pytest.mark.parametrize(
    ("theme", "ours"), [("zh", "zh"), ("zh-Hans", "zh"), ("zh_CN", "zh"), ("en", "en")]
)
def test_the_language_is_the_themes(read, caplog, theme, ours):
    with caplog.at_level(logging.WARNING):
        assert read(language=theme).language == ours
    assert "translation" not in caplog.text


@pytest.mark.parametrize("theme", ["fr", "zh-TW", "de"])
def test_other_languages_fall_back_to_english_with_one_warning(read, caplog, theme):
    with caplog.at_level(logging.WARNING):
        assert read(language=theme).language == "en"
    said = [record.getMessage() for record in caplog.records if record.name == "digest.config"]
    assert said == [
        f"there is no translation into {theme!r} (theme.language): pages are written in English"
    ]


def test_a_fallback_does_not_stop_a_strict_build(tmp_path):
    project = Project.create(tmp_path, language="fr", repositories=[REMOTE], collect=False)
    done = project.build("--strict")
    assert done.stderr.count("there is no translation into 'fr'") == 1
    assert "Nothing has been collected yet." in project.page("")


def test_themes_without_a_language_are_written_in_english(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: x\ntheme: mkdocs\nplugins: [digest: {repositories: [{url: .}]}]\n", "utf-8"
    )
    assert load(tmp_path / "mkdocs.yml")[1].language == "en"
