"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from digest import escape
from digest.feeds.atom import moment
from digest.feeds.items import Feed, Item
from digest.feeds.places import JSON, Places

MEDIA_TYPE = "application/feed+json"


def json_feed(feed: Feed, places: Places, *, author: str) -> bytes:
    """A feed as it is published.

    Addresses of its own are given only where the site knows its own: the format has no
    base that relative ones would begin at.

    Arguments:
        feed: what is in it.
        places: where things are.
        author: who publishes it: the site.
    """
    content: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "_change_digest": {"generator": "change-digest"},
        "title": escape.plain(feed.title),
        "description": escape.plain(feed.subtitle),
        "home_page_url": places.url(feed.page),
        "feed_url": places.url(feed.path + JSON),
        "language": places.language,
        "authors": [{"name": escape.plain(author) or "?"}],
        "items": [_item(item, places) for item in reversed(feed.items)],
    }
    kept = {name: value for name, value in content.items() if value is not None}
    return (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()


def _item(item: Item, places: Places) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": item.id,
        "url": places.url(item.page),
        "title": escape.plain(item.title),
        "summary": item.summary,
        "content_html": item.content,
        "date_published": moment(item.published),
        "date_modified": moment(item.updated),
        "tags": list(item.categories),
    }
    return {name: value for name, value in content.items() if value is not None}
