"""The options below ``analyst:``, which name a language model and bound what it may cost."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from mkdocs.config import config_options as c
from mkdocs.config.base import ValidationError

from digest.closedoptions import Closed, Number
from digest.errors import ConfigError
from digest.model import LEVELS, Level
from digest.settings import DEPTHS, ModelSettings


class _Amount(c.OptionallyRequired[float]):
    """A number above zero, such as seconds or money."""

    def run_validation(self, value: object) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < cast("float", value) < 1e12:  # noqa: PLR2004
            raise ValidationError(f"{value!r} is not a number above 0")
        return float(cast("float", value))


class _Depth(c.OptionallyRequired[dict[Level, Level]]):
    """How much is asked about commits of each level."""

    def run_validation(self, value: object) -> dict[Level, Level]:
        if not isinstance(value, dict):
            raise ValidationError("give a depth for each level, as in 'high: high'")
        found: dict[Level, Level] = dict(DEPTHS)
        for level, depth in value.items():
            if level not in LEVELS or depth not in {*LEVELS, "none", None, False}:
                raise ValidationError(
                    f"'{level}: {depth}' is not one of high, medium, low: high, medium, low or none"
                )
            if depth in LEVELS:
                found[level] = depth
            else:
                found.pop(level, None)
        return found


class PriceOptions(Closed):
    """What a million tokens cost."""

    prompt = c.Optional(_Amount())
    """Of questions."""
    completion = c.Optional(_Amount())
    """Of answers."""


class AnalystOptions(Closed):
    """The options below ``analyst:``."""

    model = c.Optional(c.Type(str))
    """Name of the model; without it the heuristic analyst works alone."""
    base_url = c.Optional(c.Type(str))
    """Address of an OpenAI-compatible server."""
    concurrency = Number(1, 256, default=4)
    """Questions at the same time."""
    timeout = _Amount(default=120.0)
    """Seconds for one answer."""
    max_wait = _Amount(default=120.0)
    """Seconds that a run waits for a server which asks for patience."""
    max_tokens = c.Optional(Number(1, 10**12))
    """Tokens of one run."""
    max_cost = c.Optional(_Amount())
    """Cost of one run, in the currency of the prices."""
    prices = c.SubConfig(PriceOptions)
    """What the model costs, a million tokens."""
    depth = _Depth(default=dict(DEPTHS))
    """Depth by importance; ``none`` leaves a level to the heuristic analyst."""
    language = c.Optional(c.Choice(("zh", "en")))
    """Language of the answers; the site's by default."""
    prompt = c.Optional(c.Type(str))
    """A template of instructions, relative to ``mkdocs.yml``."""
    diff_budget = Number(500, 10**6, default=12_000)
    """Tokens of a diff that are sent."""


def model_settings(options: AnalystOptions, home: Path) -> ModelSettings | None:
    """The language model that a site asks, or None.

    Arguments:
        options: as validated.
        home: folder of ``mkdocs.yml``.

    Raises:
        ConfigError: a cost is limited, but there are no prices.
    """
    if not options.model:
        return None
    prices = _prices(options.prices)
    if options.max_cost is not None and prices is None:
        raise ConfigError(
            "plugin 'digest', option 'analyst': 'max_cost' needs 'prices' with 'prompt' and "
            "'completion'; or use 'max_tokens' instead"
        )
    return ModelSettings(
        model=options.model,
        base_url=options.base_url or None,
        concurrency=options.concurrency,
        timeout=options.timeout,
        max_wait=options.max_wait,
        max_tokens=options.max_tokens,
        max_cost=options.max_cost,
        prices=prices,
        depth=options.depth,
        language=options.language,
        prompt=home / options.prompt if options.prompt else None,
        diff_budget=options.diff_budget,
    )


def _prices(options: PriceOptions) -> tuple[float, float] | None:
    if options.prompt is None or options.completion is None:
        return None
    return options.prompt, options.completion
