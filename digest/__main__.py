"""The command line: ``python -m digest``, over the same functions as the plugin."""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
from pathlib import Path

import click

from digest import __version__, clock, status
from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import Window, collect
from digest.config import load
from digest.errors import DigestError
from digest.settings import Settings
from digest.site import Site

NOTHING_REACHED = 3
"""Exit code of ``collect`` when no repository could be reached."""


class _Group(click.Group):
    """Prints what a person can put right without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DigestError as error:
            raise click.ClickException(str(error)) from error


class _Day(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    """A calendar day."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-02-13", param, ctx)


_config = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The site's configuration.",
)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="change-digest")
def main() -> None:
    """Follow what changes in git repositories, day by day."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("digest").setLevel(logging.INFO)


@main.command("collect")
@_config
@click.option("--since", type=_Day(), help="First day to look at.")
@click.option("--until", type=_Day(), help="Last day to look at.  [default: today]")
@click.option("--repository", "slugs", multiple=True, metavar="SLUG", help="Only this one.")
@click.option("--no-fetch", is_flag=True, help="Read the mirrors as they are.")
def collect_command(
    config_file: Path,
    since: dt.date | None,
    until: dt.date | None,
    slugs: tuple[str, ...],
    *,
    no_fetch: bool,
) -> None:
    """Bring the archive up to date.

    Reads the days that are missing or still open.  Exits with 3 when no
    repository could be reached, and with 1 when archive files cannot be read.
    """
    if since and until and until < since:
        raise click.BadParameter("--until is before --since")
    settings = load(config_file)[1]
    _check_slugs(settings, slugs)
    summary = collect(
        settings,
        now=clock.now(os.environ),
        analyst=HeuristicAnalyst(),
        window=Window(since, until),
        slugs=slugs,
        fetch=not no_fetch,
    )
    click.echo(str(summary))
    if summary.damaged:
        sys.exit(1)
    if not summary.reached and summary.results:
        sys.exit(NOTHING_REACHED)


@main.command("pages")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_config
def pages_command(out: Path, config_file: Path) -> None:
    """Write the pages as Markdown files into OUT, for other builders."""
    config, settings = load(config_file)
    site = Site(settings, config.site_name)
    written = site.write(out)
    for problem in site.problems:
        click.echo(str(problem), err=True)
    click.echo(f"{len(written)} pages in {out}")
    if site.problems:
        sys.exit(1)


@main.command("status")
@_config
def status_command(config_file: Path) -> None:
    """Say how each repository stands: reached when, days, holes, what waits."""
    settings = load(config_file)[1]
    today = clock.now(os.environ).astimezone(settings.zone).date()
    for line in status.report(settings, today):
        click.echo(line)


def _check_slugs(settings: Settings, slugs: tuple[str, ...]) -> None:
    known = [repository.slug for repository in settings.repositories]
    for slug in slugs:
        if slug not in known:
            raise click.BadParameter(
                f"there is no repository {slug!r}; there are: {', '.join(known)}",
                param_hint="--repository",
            )


if __name__ == "__main__":
    main(prog_name="python -m digest")
