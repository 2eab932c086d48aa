"""A site of three repositories over several days, collected once in a run."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

from support.building import SLUGS, Project, once
from support.gitrepo import GitRepo, Person

from digest.archive import Archive

NOW = "2026-02-15T12:00:00+08:00"
LATER = "2026-02-20T12:00:00+08:00"
DAYS = ("2026-01-31", "2026-02-12", "2026-02-13", "2026-02-14")
FORGE = "https://github.com/"


def history(repo: GitRepo, name: str) -> None:
    """Some days of one repository."""
    repo.author = Person("Ada Lovelace", "ada@example.org")
    for day in DAYS:
        repo.now = dt.datetime.fromisoformat(f"{day}T09:00:00+08:00")
        repo.commit(
            f"feat({name}): KvPushRouter of {name} on {day} (#6275)\n\n"
            f"Wires {name} to the scheduler.\n\nCo-authored-by: Grace <grace@example.org>\n"
            "Reported-by: me@evil.example\n",
            {f"src/{name}/router.py": f"{day}\n" * 60, f"docs/{name}.md": f"{day}\n"},
        )
        repo.commit(f"fix: `pool.py` leaks <{name}> | {day}", {"src/pool.py": f"{day}\n"})
    repo.commit(f"docs: mention {name}", {"README.md": "x\n"})


def make_project(folder: Path) -> None:
    """A site of three repositories over several days, collected and not yet built."""
    repositories = []
    for slug in SLUGS:
        path = folder / "git" / slug.replace("/", "-")
        history(GitRepo.create(path), slug.split("/")[1])
        repositories.append(
            {"url": str(path.relative_to(folder)), "slug": slug, "web": FORGE + slug}
        )
    project = Project.create(
        folder,
        repositories=repositories,
        timezone="Asia/Shanghai",
        since="2026-01-30",
        collect=False,
    )
    project.collect(now=NOW, GITHUB_TOKEN="hunter2-token")


def copy_of(
    collected: Path,
    folder: Path,
    *,
    language: str = "en",
    git: bool = False,
    docs: dict[str, str] | None = None,
    top: dict[str, object] | None = None,
    **options: object,
) -> Project:
    """A project with the same archive, with other options, with or without the repositories."""
    config = Project(collected).config
    given = next(item["digest"] for item in config["plugins"] if "digest" in item) | options
    project = Project.create(folder, language=language, docs=docs, top=top, **given)
    shutil.copytree(collected / "archive", folder / "archive")
    if git:
        shutil.copytree(collected / "git", folder / "git")
    return project


def entries(folder: Path) -> list[tuple[str, str, str]]:
    """Page, anchor and subject of each archived commit."""
    archive = Archive(folder / "archive")
    return [
        (f"{day.date:%Y/%m/%d}/", entry.commit.short_sha, entry.commit.subject)
        for slug in SLUGS
        for day in archive.days(slug)
        for entry in day.entries
    ]


def external(address: str) -> bool:
    """Links into the forge, to the theme's home, and Material's search.share."""
    home = "https://squidfunk.github.io/mkdocs-material/"
    return address.startswith((FORGE, home)) or address == "javascript:void(0)"


def navigation(html: str) -> str:
    """The left navigation of a page."""
    return html[html.index("md-nav--primary") : html.index("<article")]


def titles(html: str) -> list[str]:
    """What stands in the left navigation of a page, each title once."""
    found = re.findall(r'<span class="md-ellipsis">\s*(.*?)\s*<', navigation(html))
    return list(dict.fromkeys(found))


def collected_once(tmp_path_factory: Any) -> Path:
    """The folder of that project, with its archive and without its site."""
    return once(tmp_path_factory, "collected", make_project)
