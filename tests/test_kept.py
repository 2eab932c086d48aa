"""What builds keep for one another: what comes out of a cache, and when it holds no more."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pytest

from digest.feeds.items import Item
from digest.kept import memory, pickles
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.pageviews import Page


def test_a_record_comes_back_as_it_was() -> None:
    moment = dt.datetime(2026, 2, 13, tzinfo=dt.UTC)
    item = Item("id", "title", "page", moment, moment, "summary", "<p>content</p>")
    page = Page("a.md", "A", "# A")
    assert pickles.loads(pickles.dumps([item, (page, page)])) == [item, (page, page)]


class _Named:
    """What a pickle is made to call."""

    def __init__(self, module: str, name: str) -> None:
        self.data = f"c{module}\n{name}\n(tR.".encode()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "getcwd"),
        ("builtins", "eval"),
        ("digest.pageviews", "day_path"),
        ("digest.gathering", "Archive.root"),
        ("digest.gathering", "cached_property"),
        ("digest.gathering", "Memory"),
        ("digest.factviews", "groupby"),
        ("digest.model.base", "BaseModel"),
        ("digest.modelling", "Entry"),
    ],
)
def test_nothing_but_records_of_ours_comes_out_of_a_pickle(module: str, name: str) -> None:
    with pytest.raises(pickles.PickleError):
        pickles.loads(_Named(module, name).data)


def test_bytes_that_are_no_records_are_made_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save("page", "key", pickle.dumps(Path))
    assert Memory(store).get("page", "key", lambda: "made") == "made"


def test_another_version_of_what_pages_are_written_with_makes_them_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = memory.program()
    monkeypatch.setattr(memory, "_versions", lambda: ["another"])
    assert memory.program() != before
