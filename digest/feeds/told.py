"""What is published of one day: made once, and kept between builds."""

from __future__ import annotations

import datetime as dt

import msgspec

from digest.feeds.indexes import Listed
from digest.feeds.items import Deed, Item, Key
from digest.feeds.places import Asset


class DayParts(msgspec.Struct, frozen=True):
    """What is published of one day, and what of it goes into what is told of many."""

    date: dt.date
    listed: Listed
    brief: str
    moment: dt.datetime | None
    """When the day got the form that it has; None where it has no commits."""
    assets: tuple[Asset, ...]
    deeds: tuple[Deed, ...]


class CandidateItem(msgspec.Struct, frozen=True):
    """An item for a feed; whether it is in it still is told by what is chosen."""

    commit: Key | None
    """The one that it tells of, if it is not of a whole day."""
    item: Item
