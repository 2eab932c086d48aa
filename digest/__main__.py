"""The command line: ``python -m digest``, over the same functions as the plugin."""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
from pathlib import Path

import click
from msgspec.structs import replace

from digest import __version__, clock, garbage, otherbuilders, reports, status
from digest.ahead import made_ahead
from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import Window, collect
from digest.config import load
from digest.deploycommands import (
    CONFIG,
    ShardType,
    archive_group,
    init_command,
    report_command,
    size_command,
)
from digest.errors import DigestError
from digest.feeds.folder import Folder
from digest.languageoptions import COMPLETE
from digest.llm.analyst import ModelAnalyst, analyst_for
from digest.llm.errors import REASONS
from digest.llm.keys import KEY
from digest.model import Tokens
from digest.owing import Asking
from digest.processes import terminable
from digest.progress import progress_for, spent
from digest.results import Summary
from digest.settings import Settings
from digest.sharding import Shard
from digest.site import sites
from digest.writing import write

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


class _Days(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    """A first and a last day."""

    name = "days"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[dt.date, dt.date]:
        first, dots, last = str(value).partition("..")
        try:
            days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        except ValueError:
            self.fail(f"{value!r} is not two dates such as 2026-02-01..2026-02-13", param, ctx)
        if not dots or days[0] > days[1]:
            self.fail(f"{value!r} does not run from an earlier day to a later one", param, ctx)
        return days


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="change-digest")
def main() -> None:
    """Follow what changes in git repositories, day by day."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("digest").setLevel(logging.INFO)


@main.command("collect")
@CONFIG
@click.option("--since", type=_Day(), help="First day to look at.")
@click.option("--until", type=_Day(), help="Last day to look at.  [default: today]")
@click.option("--repository", "slugs", multiple=True, metavar="SLUG", help="Only this one.")
@click.option("--shard", type=ShardType(), help="Only one part of the repositories, as 3/16.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write what became of each repository to, as JSON.",
)
@click.option("--no-fetch", is_flag=True, help="Read the mirrors as they are.")
@click.option("--retry", is_flag=True, help="Ask the model also about what failed too often.")
@click.option(
    "--reanalyse",
    type=_Days(),
    metavar="SINCE..UNTIL",
    help="Ask the model again about these days, where another model or prompt wrote them.",
)
@click.option("--batch", is_flag=True, help="Ask in batches; a later run fetches the answers.")
@click.option("--estimate", is_flag=True, help="Say what asking would take; send nothing.")
def collect_command(
    config_file: Path,
    since: dt.date | None,
    until: dt.date | None,
    slugs: tuple[str, ...],
    *,
    reanalyse: tuple[dt.date, dt.date] | None,
    shard: Shard | None,
    report: Path | None,
    no_fetch: bool,
    retry: bool,
    batch: bool,
    estimate: bool,
) -> None:
    """Bring the archive up to date.

    Reads the days that are missing or still open, and asks the language model
    about their commits if one is configured.  Exits with 3 when no repository
    could be reached, and with 1 when archive files cannot be read.
    """
    if since and until and until < since:
        raise click.BadParameter("--until is before --since")
    settings = load(config_file)[1]
    _check_slugs(settings, slugs)
    if shard is not None:
        held = (item for item in settings.repositories if shard.holds(item.slug))
        settings = replace(settings, repositories=tuple(held))
    model = analyst_for(settings, os.environ)
    if model is None and (retry or reanalyse or batch or estimate):
        raise click.UsageError(
            f"no model is asked: name one in 'analyst', and put its key into {KEY}"
        )
    now = clock.now(os.environ)
    with terminable():
        summary = collect(
            settings,
            now=now,
            analyst=HeuristicAnalyst(),
            window=Window(since, until),
            slugs=slugs,
            fetch=not no_fetch,
            asking=None
            if model is None
            else Asking(
                model,
                retry=retry,
                renew=reanalyse,
                batch=batch,
                estimate=estimate,
                progress=progress_for(sys.stderr),
            ),
        )
    click.echo(str(summary))
    if report is not None:
        part = shard or Shard(1, 1)
        reports.write(reports.report_of(summary, now, part.number, part.total), report)
    if model is not None:
        click.echo(_told(model, summary) if estimate else spent(model))
        if model.throttle.stopped is not None:
            click.echo(f"the model was asked no further: {REASONS[model.throttle.stopped]}")
        if any(result.tally and "no batches" in result.tally.reasons for result in summary.results):
            click.echo(REASONS["no batches"])
    if summary.damaged:
        sys.exit(1)
    if not summary.reached and summary.results:
        sys.exit(NOTHING_REACHED)


@main.command("pages")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@CONFIG
@click.option("--language", metavar="CODE", help="Only this language, at the root.  [default: all]")
@click.option(
    "--write-config",
    "configuration",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write a configuration to with which Zensical builds OUT.",
)
def pages_command(
    out: Path, config_file: Path, language: str | None, configuration: Path | None
) -> None:
    """Write the pages as Markdown files into OUT, for other builders."""
    config, settings = load(config_file)
    if language is not None:
        settings = _in_one(settings, language)
    languages = sites(settings, config.site_name)
    data = Folder(out)
    for site in languages:
        site.publish(
            data.put,
            site_url=config.site_url or "",
            description=config.site_description or "",
            directory_urls=config.use_directory_urls,
            texts=False,  # the pages are Markdown already
        )
    with garbage.put_off(), made_ahead(languages):
        written = write(languages, out)
    for asset in otherbuilders.assets_of_pages():
        data.put(asset)
    data.tidy()
    if configuration is not None:
        otherbuilders.write_configuration(config, languages, out, configuration)
    languages[0].gathering.memory.sweep()
    problems = languages[0].problems
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"{len(written)} pages in {out}, and {len(data.written)} files of feeds and data")
    if problems:
        sys.exit(1)


@main.command("status")
@CONFIG
def status_command(config_file: Path) -> None:
    """Say how each repository stands: reached when, days, holes, what waits."""
    config, settings = load(config_file)
    today = clock.now(os.environ).astimezone(settings.zone).date()
    for line in status.report(settings, today, Path(config.site_dir)):
        click.echo(line)


main.add_command(archive_group)
main.add_command(report_command)
main.add_command(size_command)
main.add_command(init_command)


def _told(model: ModelAnalyst, summary: Summary) -> str:
    """What asking would take, for a person."""
    found = [result.estimate for result in summary.results if result.estimate is not None]
    prompt, completion = (
        sum(getattr(item, name) for item in found) for name in ("prompt", "completion")
    )
    told = (
        f"{sum(item.calls for item in found):,} calls, about {prompt:,} tokens of questions and "
        f"{completion:,} of answers"
    )
    prices = model.budget.prices
    if prices is None:
        return told
    return f"{told}, cost about {prices.cost(Tokens(prompt=prompt, completion=completion)):.2f}"


def _in_one(settings: Settings, language: str) -> Settings:
    """The settings of a site in one language, which need not be one of its own."""
    code = COMPLETE.get(language.replace("_", "-").lower())
    if code is None:
        known = ", ".join(sorted(set(COMPLETE.values())))
        raise click.BadParameter(
            f"{language!r} is no language of ours; there are: {known}", param_hint="--language"
        )
    return replace(settings, languages=(code,))


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
