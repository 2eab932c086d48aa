"""A feed as Atom (RFC 4287)."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

from digest import escape
from digest.feeds.items import Feed, Item
from digest.feeds.places import ATOM, Places

_ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


def atom(feed: Feed, places: Places, *, author: str, otherwise: dt.datetime) -> bytes:
    """A feed as it is published.

    Where the site does not know its own address, links are relative to the feed's, as
    RFC 3986 (section 5.1.3) has it for documents that name no other base.

    Arguments:
        feed: what is in it.
        places: where things are.
        author: who publishes it: the site.
        otherwise: when it last changed, where there is nothing in it.
    """
    path = feed.path + ATOM
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": places.language})
    _text(root, "id", feed.id)
    _text(root, "title", escape.plain(feed.title))
    _text(root, "subtitle", escape.plain(feed.subtitle))
    _text(root, "updated", moment(feed.updated(otherwise)))
    _text(ET.SubElement(root, "author"), "name", escape.plain(author) or "?")
    own = {"rel": "self", "type": MEDIA_TYPE, "href": places.link(path, path)}
    ET.SubElement(root, "link", own)
    page = places.link(feed.page, path)
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(root, "generator", "change-digest")
    for item in reversed(feed.items):
        root.append(_entry(item, places, path))
    ET.indent(root, "")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(item: Item, places: Places, path: str) -> ET.Element:
    entry = ET.Element("entry")
    _text(entry, "id", item.id)
    _text(entry, "title", escape.plain(item.title))
    page = places.link(item.page, path)
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(entry, "published", moment(item.published))
    _text(entry, "updated", moment(item.updated))
    for name in item.categories:
        ET.SubElement(entry, "category", {"term": name})
    _text(entry, "summary", item.summary)
    _text(entry, "content", item.content).set("type", "html")
    return entry


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = text
    return element


def moment(value: dt.datetime) -> str:
    """A moment to the second, as RFC 3339 has it."""
    if (value.utcoffset() or dt.timedelta()).seconds % 60:
        value = value.astimezone(dt.UTC)  # zones of before 1900 are off by seconds
    return value.isoformat(timespec="seconds")
