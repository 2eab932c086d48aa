"""Messages and names of commits, whatever bytes they are made of."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.gitrepo import GitRepo, Person
from support.histories import LOOKALIKE, begun, commit, readings

from digest.history import BODY_LIMIT
from digest.messagetext import person_name, split_message, trailers, without_addresses


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


# People


def test_email_addresses_are_nowhere(repo: GitRepo) -> None:
    author = Person("ada@example.org", "ada@example.org")
    body = (
        "Reported by Grace <grace@navy.mil>, see also linus@kernel.example.\n"
        "联系linus@kernel.example谢谢。 Ask grace@navy.mil: she knows.\n"
        "\n"
        "Co-authored-by: Grace Hopper <grace@navy.mil>\n"
        "Signed-off-by: ada@example.org\n"
    )
    repo.commit(f"fix: as linus@kernel.example said\n\n{body}", author=author)
    made = commit(repo)
    text = msgspec.json.encode(made).decode()
    for address in ("ada@example", "grace@navy", "linus@kernel", "navy.mil", "kernel.example"):
        assert address not in text
    assert made.author.name == "ada"
    assert made.subject == "fix: as linus@… said"
    assert [(item.key, item.value) for item in made.trailers] == [
        ("Co-authored-by", "Grace Hopper"),
        ("Signed-off-by", "ada@…"),
    ]


# Any bytes


def test_messages_in_other_encodings(repo: GitRepo) -> None:
    repo.commit("fix: Größe".encode("latin-1"), author=Person("Jürgen".encode("latin-1")))
    assert (commit(repo).subject, commit(repo).author.name) == ("fix: Größe", "Jürgen")
    repo.commit("fix: 修复".encode("gbk"), encoding="gbk", author=Person("张三".encode("gbk")))
    assert (commit(repo).subject, commit(repo).author.name) == ("fix: 修复", "张三")
    repo.commit(b"fix: \xff\xfe\x80", encoding="x-unheard-of")
    assert commit(repo).subject == "fix: \xff\xfe\x80"


def test_messages_as_they_come(repo: GitRepo) -> None:
    repo.commit("fix: windows\r\n\r\nfirst\r\nsecond\r\n\r\nAcked-by: B\r\n")
    made = commit(repo)
    assert (made.subject, made.body) == ("fix: windows", "first\nsecond\n\nAcked-by: B")
    assert made.trailers[0].value == "B"
    repo.commit("x" * 1000 + "\n\nbody")
    assert (commit(repo).subject, commit(repo).body) == ("x" * 1000, "body")
    repo.commit("one\ntwo\n\nthree")
    assert (commit(repo).subject, commit(repo).body) == ("one", "two\n\nthree")
    repo.commit("\n\n  one  \n\n\n    code\n\nend\n\n\n")
    assert (commit(repo).subject, commit(repo).body) == ("  one", "    code\n\nend")
    repo.commit("a\x01\x1b[31m\tb\n\n\x07")
    assert (commit(repo).subject, commit(repo).body) == ("a\x01\x1b[31m\tb", "\x07")


def test_a_message_with_a_nul_ends_there_as_in_git(repo: GitRepo) -> None:
    odd = repo.raw_commit(b"fix: seen\n\nbody\0not seen\n")
    after = repo.commit("fine", {"a.py": "x\n"})
    first, second = readings(repo, odd, after)
    assert (first.commit.subject, first.commit.body) == ("fix: seen", "body")
    assert second.commit.changes[0].path == "a.py"


def test_a_message_without_end(repo: GitRepo) -> None:
    repo.commit("long\n\n" + "line\n" * 100_000 + "\nSigned-off-by: Ada\n")
    made = commit(repo)
    assert len(made.body) == BODY_LIMIT
    assert made.body_omitted == 500_000 + len("\nSigned-off-by: Ada") - BODY_LIMIT
    assert made.trailers[0].key == "Signed-off-by"


def test_messages_that_look_like_patches(repo: GitRepo) -> None:
    shas = [
        repo.commit(f"look\n\n{LOOKALIKE}", {"x": "x\n"}),
        repo.commit(LOOKALIKE),
        repo.commit("\n:100644 100644 1 2 M", {"y": "y\n"}),
        repo.raw_commit(b"\n\n:\n" + "\n".join("0123456789abcdef" * 4).encode()),
    ]
    first, second, third, fourth = (item.commit for item in readings(repo, *shas))
    assert (first.subject, first.body) == ("look", LOOKALIKE.strip())
    assert [(file.path, file.insertions) for file in first.changes] == [("x", 1)]
    assert second.subject == "diff --git a/x b/x"
    assert second.changes == ()
    assert [file.path for file in third.changes] == ["y"]
    assert (fourth.subject, fourth.changes) == (":", ())


# Tables


@pytest.mark.parametrize(
    ("message", "subject", "body"),
    [
        ("", "", ""),
        ("\n\n", "", ""),
        ("one", "one", ""),
        ("one\n", "one", ""),
        ("  one  ", "  one", ""),
        ("\n\none\n\ntwo\n", "one", "two"),
        ("one\ntwo\n\nthree", "one", "two\n\nthree"),
        ("one\n\n    code\n", "one", "    code"),
        ("one\r\n\r\ntwo\r\nthree\r\n", "one", "two\nthree"),
        ("one\rstill one", "one\rstill one", ""),
        ("one\n\n\n\ntwo\n\n\n\nthree  \n", "one", "two\n\n\n\nthree"),
    ],
)
def test_split_message(message: str, subject: str, body: str) -> None:
    assert split_message(message) == (subject, body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("just words", []),
        ("Fixes: #1", [("Fixes", "#1")]),
        ("words\n\nFixes: #1\nAcked-by: B\n", [("Fixes", "#1"), ("Acked-by", "B")]),
        ("words\nFixes: #1", []),
        ("Fixes: #1\n\nwords", []),
        ("words\n \t\nFixes:  #1  ", [("Fixes", "#1")]),
        ("Note: a\nNote: b", [("Note", "a"), ("Note", "b")]),
        ("See https://example.org", []),
        ("Fixes:#1", []),
        ("Fixes: ", []),
        ("Fixés: #1", []),
    ],
)
def test_trailers(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(item.key, item.value) for item in trailers(body)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <a@b.c>", "A"),
        ("<a@b.org> said", " said"),
        ("A <12+a@users.noreply.github.com>, B <b@localhost>", "A, B"),
        ("ask a.b+c@example.co.uk.", "ask a.b+c@…."),
        ("ask a@example.org: now", "ask a@…: now"),
        ("ask (a@example.org)", "ask (a@…)"),
        ("a@example.org/", "a@…/"),
        ("a@example.org-", "a@…-"),
        ("问a@example.org谢谢", "问a@…谢谢"),
        ("a@bücher.example", "a@…"),
        ("mailto:a@example.org", "mailto:a@…"),
        ("a@b.org,c@d.org;e@f.org", "a@…,c@…;e@…"),
        ("x" * 100 + "@example.org", "x" * 100 + "@…"),
        ("é@corp.example.com", "é@…"),
        ("почта@пример.рф", "почта@…"),
        ("user@xn--e1afmkfd.xn--p1ai", "user@…"),
        ("a@x.com/b@y.com", "a@…/b@…"),
        ("a@b.co:8080 c@d.org:word", "a@…:8080 c@…:word"),
        ("git@github.com:a/b.git", None),
        ("ssh://git@github.com/a/b", None),
        ("tool@v1.2.3", None),
        ("actions/checkout@v4", None),
        ("@octocat and @scope/package", None),
        ("a @ b.org", None),
        ("@pytest.mark.skip", None),
        ("f(x)@y", None),
        ("std::vector<a>", None),
    ],
)
def test_without_addresses(text: str, expected: str | None) -> None:
    assert without_addresses(text) == (text if expected is None else expected)


def test_addresses_are_looked_for_in_bounded_time() -> None:
    for text in ("a" * 200_000 + "@", "a@" * 100_000, "<" * 200_000 + "@", "a@" + "b." * 100_000):
        assert len(without_addresses(text)) <= len(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("ada@example.org", "ada"),
        ("Ada (ada@example.org)", "Ada (ada)"),
        ("Ada <ada@example.org>", "Ada"),
        ("  Ada  ", "Ada"),
        ("", "?"),
        ("<ada@example.org>", "?"),
        ("dependabot[bot]", "dependabot[bot]"),
        ("@octocat", "@octocat"),
        ("张三", "张三"),
    ],
)
def test_person_name(name: str, expected: str) -> None:
    assert person_name(name) == expected
