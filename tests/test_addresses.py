"""What may be followed, what it is called, and where its pages on the web are."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from digest import forges
from digest.addresses import repository
from digest.errors import ConfigError
from digest.model import Repository

SHA = "0123456789abcdef0123456789abcdef01234567"


def at(url: str, base: Path = Path("/nowhere"), **more: str) -> Repository:
    return repository(url=url, base=base, **more)


@pytest.mark.parametrize(
    ("url", "location", "slug"),
    [
        ("https://github.com/ai-dynamo/dynamo", "", "ai-dynamo/dynamo"),
        ("https://github.com/ai-dynamo/dynamo.git", "", "ai-dynamo/dynamo"),
        ("https://github.com/ai-dynamo/dynamo/", "", "ai-dynamo/dynamo"),
        ("https://gitlab.com/group/part/name.git", "", "group/part/name"),
        ("https://git.example.org:8443/name", "", "name"),
        ("HTTPS://github.com/a/b", "", "a/b"),
        ("ssh://git@github.com/a/b.git", "", "a/b"),
        ("ssh://host.example.org:2222/a/b", "", "a/b"),
        ("git@github.com:a/b.git", "ssh://git@github.com/a/b.git", "a/b"),
        ("git@host:/srv/git/b.git", "ssh://git@host/srv/git/b.git", "srv/git/b"),
        ("host.example.org:a/b", "ssh://host.example.org/a/b", "a/b"),
        ("http://127.0.0.1:8000/a/b", "", "a/b"),
        ("http://localhost/a", "", "a"),
        ("http://[::1]:8000/a", "", "a"),
    ],
)
def test_remote_repositories(url: str, location: str, slug: str) -> None:
    made = at(url)
    assert (made.url, made.slug, made.local) == (location or url, slug, False)


def test_local_repositories_are_found_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "name.git").mkdir()
    (tmp_path / "site" / "odd:name").mkdir()
    base = tmp_path / "site"
    assert at(".", base) == Repository(slug="site", url=str(base), local=True)
    assert at("../name.git", base).slug == "name"
    assert at("../name.git", base).url == str(tmp_path / "name.git")
    assert at(str(tmp_path / "name.git")).url == str(tmp_path / "name.git")
    assert at("odd:name", base, slug="odd").local, "what is there is no host"
    assert at("~", base, slug="home").url == str(Path.home().resolve())


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "-oProxyCommand=touch x",
        "--upload-pack=touch x",
        "ext::sh -c touch% x",
        "fd::17",
        "transport::https://example.org/a",
        "file:///etc",
        "file://localhost/etc",
        "git://example.org/a/b",
        "ftp://example.org/a/b",
        "javascript:alert(1)",
        "http://example.org/a/b",
        "http://127.0.0.1.example.org/a/b",
        "https://",
        "https:///a/b",
        "https://example.org",
        "https://example.org/",
        "https://-oProxyCommand=x/a/b",
        "ssh://-oProxyCommand=x/a/b",
        "ssh://-lroot@example.org/a/b",
        "-oProxyCommand=x:a/b",
        "git@-oProxyCommand=x:a/b",
        "host:-a/b",
        "https://example.org:port/a",
        "https://[::1/a",
        "https://example.org/a b",
        "https://example.org/a\u00a0b",
        "https://example.org/a?token=x",
        "https://example.org/a#x",
        " https://example.org/a",
        "https://example.org/a ",
        "https://example.org/a\n",
        "https://example.org/a\nb",
        "https://example.org/a\r",
        "https://example.org/a\tb",
        "https://example.org/a\x00b",
        "https://example.org/a\x1b[31m",
        "https://example.org/a\x7f",
        "\thttps://example.org/a",
        "folder\x00",
        "folder\nname",
        "https://example.org/../../etc",
        "https://example.org/a//b",
        "https://example.org/~user/b",
        "https://example.org/.hidden/b",
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(ConfigError) as told:
        at(url)
    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    "url",
    [
        "https://user:s3cret@example.org/a/b",
        "https://s3cret@example.org/a/b",
        "https://user:s3/cret@example.org/a/b",
        "https://:s3cret@example.org/a/b",
        "ssh://git:s3cret@example.org/a/b",
        "http://s3cret@127.0.0.1/a/b",
        "http://u:s3cret@example.org/a/b",
        "git://u:s3cret@example.org/a/b",
        "ext::https://u:s3cret@example.org/a/b",
        "user:s3cret@example.org",
        "user:s3cret@example.org:a/b",
        "https://example.org/a?private_token=s3cret",
        "https://u:s3cret@example.org/a\nb",
    ],
)
def test_a_secret_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as told:
        at(url)
    assert "cret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://github.com/a/b/tree/main", "https://github.com/a/b"),
        ("https://GitHub.com/a/b/pull/7/", "https://GitHub.com/a/b"),
        ("https://www.github.com/a/b/tree/main", "https://www.github.com/a/b"),
        ("git@github.com:a/b/c", "ssh://git@github.com/a/b"),
        ("https://codeberg.org/a/b/src/branch/main", "https://codeberg.org/a/b"),
        ("https://gitlab.example.org/a/b/c/-/tree/main", "https://gitlab.example.org/a/b/c"),
    ],
)
def test_a_page_of_a_repository_is_refused_with_the_address_to_use(url: str, whole: str) -> None:
    with pytest.raises(ConfigError, match="is a page of a repository") as told:
        at(url)
    assert str(told.value).endswith(f" {whole}")


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/a/b/c/d",
        "https://git.example.org/a/b/tree/main",
        "https://github.com/a",
        "https://github.com/orgs/a/repositories",
    ],
)
def test_where_a_repository_may_lie_in_folders_nothing_is_guessed(url: str) -> None:
    assert at(url).url == url


@pytest.mark.parametrize("slug", ["a", "a/b", "A-b_c.d/e", "a/b/c", "_a", "0/1"])
def test_slugs(slug: str) -> None:
    assert at("https://example.org/x", slug=slug).slug == slug


@pytest.mark.parametrize(
    "slug",
    ["", "/a", "a/", "a//b", "..", "../a", "a/..", "a/.b", ".", "-a", "a/-b", "a b", "a\n", "ä",
     "a\\b", "a:b", "a|b", "C:/x", "a\x00"],
)  # fmt: skip
def test_slugs_that_are_no_folders_below_the_archive(slug: str) -> None:
    with pytest.raises(ConfigError, match="slug"):
        at("https://example.org/x", slug=slug)


@pytest.mark.parametrize("branch", ["main", "release/1.0", "ünï", "a-b", "v1.2"])
def test_branches(branch: str) -> None:
    assert at("https://example.org/x", branch=branch).branch == branch


@pytest.mark.parametrize("branch", ["", "-b", "--upload-pack=x", "a b", "a\nb", "a\x00", "\x7f"])
def test_branches_that_are_none(branch: str) -> None:
    with pytest.raises(ConfigError, match="branch"):
        at("https://example.org/x", branch=branch)


# Links


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("https://GitHub.com/a/b", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@gitlab.example.org:2222/a/b/c.git", "https://gitlab.example.org/a/b/c"),
        ("https://gitlab.example.org:8443/a/b", "https://gitlab.example.org:8443/a/b"),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b"),
        ("https://gitea.com/a/b", "https://gitea.com/a/b"),
        ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b"),
        ("https://git.example.org/a/b", None),
        ("https://notgithub.com/a/b", None),
        ("https://example.github/a/b", None),
        ("http://127.0.0.1:8000/a/b", None),
        (".", None),
    ],
)
def test_the_web_page_of_a_known_forge(url: str, web: str | None) -> None:
    assert at(url, Path("/srv/name")).web == web


def test_a_configured_web_page_wins_and_an_empty_one_means_no_links() -> None:
    assert at("https://github.com/a/b", web="https://example.org/b/").web == "https://example.org/b"
    assert at(".", Path("/srv/b"), web="http://git.lan/b").web == "http://git.lan/b"
    assert at("https://github.com/a/b", web="").web is None


@pytest.mark.parametrize(
    "web",
    ["example.org/b", "javascript:alert(1)", "ftp://example.org/b", "https://", "https://u@h/b",
     "https://a b/c", "https://h/b?x", "https://h/b#x", "//h/b", "data:text/html,x"],
)  # fmt: skip
def test_a_web_page_that_is_none(web: str) -> None:
    with pytest.raises(ConfigError, match="web"):
        at("https://github.com/a/b", web=web)


@pytest.mark.parametrize(
    ("web", "commit", "pull_request", "line"),
    [
        ("https://github.com/a/b", "commit/SHA", "pull/7", "blob/SHA/x/y.py#L3"),
        ("https://gitlab.com/a/b", "-/commit/SHA", "-/merge_requests/7", "-/blob/SHA/x/y.py#L3"),
        ("https://codeberg.org/a/b", "commit/SHA", "pulls/7", "src/commit/SHA/x/y.py#L3"),
        ("https://gitea.example.org/a/b", "commit/SHA", "pulls/7", "src/commit/SHA/x/y.py#L3"),
        ("https://bitbucket.org/a/b", "commits/SHA", "pull-requests/7", "src/SHA/x/y.py#lines-3"),
        ("https://git.example.org/a/b", "commit/SHA", "pull/7", "blob/SHA/x/y.py#L3"),
    ],
)
def test_links_of_each_forge(web: str, commit: str, pull_request: str, line: str) -> None:
    def below(path: str) -> str:
        return f"{web}/{path.replace('SHA', SHA)}"

    assert forges.commit_link(web, SHA) == below(commit)
    assert unquote(forges.pull_request_link(web, 7)) == below(pull_request)
    assert forges.line_link(web, SHA, "x/y.py", 3) == below(line)


@pytest.mark.parametrize("path", ["../../x", "a b", "a?b#c", 'a"b<c>', "a\nb", "%2e%2e/x", "ä/文"])
def test_a_path_leads_nowhere_else(path: str) -> None:
    link = forges.line_link("https://github.com/a/b", SHA, path, 1)
    assert link.startswith(f"https://github.com/a/b/blob/{SHA}/")
    rest = link.removeprefix("https://github.com/a/b/").removesuffix("#L1")
    assert rest.isascii()
    assert not set(rest) & set(' ?#"<>\n')
    assert ".." not in rest.split("/")
    assert "%2e%2e" not in rest.lower().replace("%252e", "").split("/")
