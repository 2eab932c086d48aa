"""The commands of the command line that publish: ``archive``, ``report``, ``size`` and ``init``.

They do what the shipped workflow needs, and hold all its logic: a workflow's own
lines cannot be tested.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import click

from digest import addresses, clock, reports, scaffolding
from digest.branches import Branch
from digest.config import load
from digest.errors import DigestError
from digest.gitprocess import GitDir
from digest.network import Network
from digest.notices import Forge
from digest.publishing import Depot, Outcome
from digest.repositories import alone
from digest.settings import Settings
from digest.sharding import Shard
from digest.sitesize import SiteSize

_FOLDER = click.Path(path_type=Path, file_okay=False)
_SHOWN = 10
_MOST_PARTS = 256
"""Jobs of one matrix, says GitHub."""
_WRONG = {"failure", "cancelled"}
_PUBLISHING = ("build", "deploy")
"""Jobs without which nothing is published."""
_WARNING = "warning"
"""The output of a job that says what somebody should look at, though it got to its end."""

CONFIG = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The site's configuration.",
)
"""The option of all commands that read a configuration."""
_remote = click.option(
    "--remote",
    envvar="DIGEST_ARCHIVE_REMOTE",
    required=True,
    metavar="URL",
    help="Repository that keeps the archive.  [env: DIGEST_ARCHIVE_REMOTE]",
)
_branch = click.option(
    "--branch", default="archive", show_default=True, help="Branch that keeps the archive."
)


class ShardType(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    """One of several parts of the repositories."""

    name = "part"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """Read ``3/16``."""
        if isinstance(value, Shard):
            return value
        try:
            return Shard.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Parts(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    """How many parts: a number, or the list from which a workflow makes its jobs."""

    name = "parts"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        try:
            found = json.loads(str(value))
        except ValueError:
            found = None
        number = len(found) if isinstance(found, list) else found
        if not isinstance(number, int) or not 1 <= number <= _MOST_PARTS:
            self.fail(f"{value!r} is neither a number nor a list such as [1,2,3]", param, ctx)
        return number


@click.group("archive")
def archive_group() -> None:
    """Keep the archive on a branch of its own."""


@archive_group.command("pull")
@CONFIG
@_remote
@_branch
def pull_command(config_file: Path, remote: str, branch: str) -> None:
    """Take over what is on the branch into the archive's folder.

    What only the folder has stays there.  Where both have changed a file, the two
    versions become one.
    """
    depot = _depot(config_file, remote, branch)
    outcome = depot.pull()
    if outcome.tip is None:
        click.echo(f"there is no branch {branch!r} yet; the next push makes it")
    else:
        click.echo(f"{branch} at {outcome.tip[:12]}: {_taken(outcome)}")


@archive_group.command("push")
@CONFIG
@_remote
@_branch
@click.option(
    "--from", "parts", type=_FOLDER, multiple=True, help="Folder of exports to take over first."
)
def push_command(config_file: Path, remote: str, branch: str, parts: tuple[Path, ...]) -> None:
    """Put onto the branch what the archive's folder has besides, as one commit."""
    depot = _depot(config_file, remote, branch)
    if parts:
        click.echo(f"{branch}: {_taken(depot.pull())}")
    for part in sorted(found for folder in parts for found in folder.glob("**/base.json")):
        click.echo(f"{part.parent}: {_taken(depot.absorb(part.parent))}")
    outcome = depot.push(clock.now(os.environ))
    for path in outcome.damaged:
        click.echo(f"{path}: it cannot be read, and was not pushed", err=True)
    stands = outcome.tip[:12] if outcome.tip else "not there yet"
    click.echo(f"{branch} at {stands}: {len(outcome.pushed)} files pushed")


@archive_group.command("export")
@click.argument("out", type=_FOLDER)
@CONFIG
@click.option("--remote", envvar="DIGEST_ARCHIVE_REMOTE", default="", hidden=True)
def export_command(out: Path, config_file: Path, remote: str) -> None:
    """Write into OUT what has changed since the last pull, for ``push --from``."""
    del remote  # nothing is reached
    settings = load(config_file)[1]
    network = Network("https://example.org/nothing", 1.0)
    click.echo(f"{len(_depot_of(settings, network, 'archive').export(out))} files in {out}")


@click.command("report")
@click.argument("folder", type=_FOLDER)
@click.option("--parts", type=_Parts(), default=1, help="How many reports there should be.")
@click.option("--jobs", default="", metavar="JSON", help="What became of a workflow's jobs.")
@click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to add the table to; otherwise it is printed.",
)
@click.option("--issue", metavar="OWNER/NAME", help="Keep one issue open while something is wrong.")
def report_command(
    folder: Path, parts: int, jobs: str, summary: Path | None, issue: str | None
) -> None:
    """Tell as a table what became of a run, by the reports below FOLDER."""
    found = reports.gather(folder)
    troubles = [*reports.troubles(found, parts), *_of_jobs(jobs)]
    text = reports.table(found, parts)
    if summary is not None:
        _append(summary, text)
    elif issue is None:
        click.echo(text, nl=False)
    if issue is not None:
        body = reports.told(troubles, text, _run(), published=_published(jobs))
        click.echo(f"issue: {_forge(issue).tell(body if troubles else None)}")


@click.command("size")
@click.argument("site", type=_FOLDER)
@click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to add it to; otherwise it is printed.",
)
@click.option(
    "--outputs",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of a job's outputs, for a warning.",
)
def size_command(site: Path, summary: Path | None, outputs: Path | None) -> None:
    """Tell how large the built SITE is, and what to do before it is too large."""
    found = SiteSize.of(site)
    if found is None:
        raise DigestError(f"{site}: there is no such folder")
    text = reports.size(found)
    if summary is not None:
        _append(summary, text)
    else:
        click.echo(text, nl=False)
    if outputs is not None and found.advice is not None:
        _append(outputs, f"{_WARNING}={found.advice}\n")


@click.command("init")
@click.argument("folder", type=_FOLDER, default=Path())
@click.option("--repository", "urls", multiple=True, metavar="URL", help="A repository to follow.")
@click.option("--timezone", default="UTC", show_default=True, help="Whose midnight begins a day.")
@click.option(
    "--language",
    type=click.Choice([*scaffolding.SITE_NAMES]),
    default="en",
    show_default=True,
    help="In which the site is written.",
)
@click.option(
    "--requirement", metavar="TEXT", help="How pip gets change-digest; by default as it was got."
)
def init_command(
    folder: Path, urls: tuple[str, ...], timezone: str, language: str, requirement: str | None
) -> None:
    """Write a site that publishes itself into FOLDER: configuration, workflow, instructions.

    Files that are there are never overwritten.
    """
    written = scaffolding.write(
        folder, urls=urls, timezone=timezone, language=language, requirement=requirement
    )
    for path in written:
        click.echo(str(path))
    if requirement is None and scaffolding.got_in_private():
        click.echo(
            "requirements.txt: change-digest was installed from a place that only this machine "
            "knows; put an address there from which others can install it",
            err=True,
        )


def _depot(config_file: Path, remote: str, branch: str) -> Depot:
    settings = load(config_file)[1]
    home = config_file.resolve().parent
    place = addresses.repository(url=remote, base=home, slug="archive", branch=branch)
    url = Path(place.url).as_uri() if place.local else place.url
    network = Network.of("archive", url, settings.timeout, os.environ)
    return _depot_of(settings, network, branch)


def _depot_of(settings: Settings, network: Network, branch: str) -> Depot:
    cache = Path(os.path.abspath(settings.mirrors)).parent / "archive.git"  # noqa: PTH100
    return Depot(
        settings.archive,
        Branch(GitDir(cache, "archive"), network, branch),
        partial(_quiet, settings),
    )


@contextmanager
def _quiet(settings: Settings) -> Iterator[None]:
    """Keep runs that collect away from all of the archive, in one order everywhere."""
    with ExitStack() as stack:
        for item in sorted(settings.repositories, key=lambda item: item.slug):
            stack.enter_context(alone(item, settings.mirrors, timeout=settings.timeout))
        yield


def _taken(outcome: Outcome) -> str:
    told = f"{len(outcome.taken)} files taken over"
    if outcome.merged:
        names = ", ".join(outcome.merged[:_SHOWN])
        more = f" and {len(outcome.merged) - _SHOWN} more" if len(outcome.merged) > _SHOWN else ""
        told += f", of which two runs had changed {names}{more}"
    return told


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _of_jobs(text: str) -> list[reports.Trouble]:
    """The jobs of a workflow that did not get to their end or that warn, from its ``needs``."""
    if not text:
        return []
    try:
        told = [
            (f"job {name}", str(job["result"]), str(job.get("outputs", {}).get(_WARNING, "")))
            for name, job in json.loads(text).items()
        ]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise DigestError("--jobs is not what a workflow knows of its jobs") from error
    return [
        reports.Trouble(name, said)
        for name, result, warning in told
        for said in ([result] if result in _WRONG else [warning] if warning else [])
    ]


def _published(text: str) -> bool:
    """Whether the jobs of a workflow that publish did so, as far as it told of them."""
    jobs = json.loads(text) if text else {}
    return all(jobs[name]["result"] == "success" for name in _PUBLISHING if name in jobs)


def _forge(repository: str) -> Forge:
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise DigestError("GITHUB_TOKEN is not set: without it no issue can be written")
    return Forge(os.environ.get("GITHUB_API_URL") or "https://api.github.com", repository, token)


def _run() -> str | None:
    """The address of the run, where a workflow says so."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name, "") for name in names)
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else None
