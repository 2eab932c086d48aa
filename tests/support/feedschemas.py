"""What makes a feed valid: RFC 4287's grammar, and the rules of JSON Feed 1.1."""

from __future__ import annotations

from typing import Any

_TEXT = """<choice>
  <group>
    <optional><attribute name="type"><choice><value>text</value><value>html</value></choice>
    </attribute></optional>
    <text/>
  </group>
</choice>"""

_DATE = """<data type="dateTime"><param name="pattern">\
[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,}(Z|[+\\-][0-9]{2}:[0-9]{2})</param></data>"""


def _element(name: str, content: str) -> str:
    return f'<element name="{name}"><ref name="common"/>{content}</element>'


ATOM = f"""<grammar xmlns="http://relaxng.org/ns/structure/1.0"
  ns="http://www.w3.org/2005/Atom"
  datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start>
  <element name="feed"><ref name="common"/>
    <interleave>
      <oneOrMore><ref name="author"/></oneOrMore>
      <zeroOrMore><ref name="category"/></zeroOrMore>
      <optional>{_element("generator", "<text/>")}</optional>
      {_element("id", '<data type="anyURI"/>')}
      <zeroOrMore><ref name="link"/></zeroOrMore>
      <optional>{_element("subtitle", _TEXT)}</optional>
      {_element("title", _TEXT)}
      {_element("updated", _DATE)}
      <zeroOrMore><ref name="entry"/></zeroOrMore>
    </interleave>
  </element>
</start>
<define name="entry">
  <element name="entry"><ref name="common"/>
    <interleave>
      <zeroOrMore><ref name="author"/></zeroOrMore>
      <zeroOrMore><ref name="category"/></zeroOrMore>
      <optional>{_element("content", _TEXT)}</optional>
      {_element("id", '<data type="anyURI"/>')}
      <zeroOrMore><ref name="link"/></zeroOrMore>
      <optional>{_element("published", _DATE)}</optional>
      <optional>{_element("summary", _TEXT)}</optional>
      {_element("title", _TEXT)}
      {_element("updated", _DATE)}
    </interleave>
  </element>
</define>
<define name="common">
  <optional>
    <attribute name="lang" ns="http://www.w3.org/XML/1998/namespace">
      <data type="string"><param name="pattern">[A-Za-z]{{1,8}}(-[A-Za-z0-9]{{1,8}})*</param></data>
    </attribute>
  </optional>
</define>
<define name="author">
  <element name="author"><ref name="common"/><element name="name">
    <data type="string"><param name="minLength">1</param></data>
  </element></element>
</define>
<define name="category">
  <element name="category"><ref name="common"/><attribute name="term"/></element>
</define>
<define name="link">
  <element name="link"><ref name="common"/>
    <attribute name="href"><data type="anyURI"/></attribute>
    <optional><attribute name="rel"/></optional>
    <optional><attribute name="type">
      <data type="string"><param name="pattern">.+/.+</param></data>
    </attribute></optional>
  </element>
</define>
</grammar>"""
"""RFC 4287, appendix B, as RELAX NG's XML; no more elements than we write."""

_URL = {"type": "string", "pattern": "^https?://[!-~]+$"}
_MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}

JSON_FEED: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "home_page_url": _URL,
        "feed_url": _URL,
        "description": {"type": "string"},
        "language": {"type": "string"},
        "authors": {"$ref": "#/$defs/authors"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": _URL,
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "summary": {"type": "string"},
                    "date_published": _MOMENT,
                    "date_modified": _MOMENT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "additionalProperties": False,
            },
        },
    },
    "patternProperties": {"^_": {"type": "object"}},
    "additionalProperties": False,
    "$defs": {
        "authors": {
            "type": "array",
            "items": {
                "type": "object",
                "minProperties": 1,
                "properties": {"name": {"type": "string"}, "url": _URL},
                "additionalProperties": False,
            },
        }
    },
}
"""https://www.jsonfeed.org/version/1.1/ as JSON Schema; no more members than we write."""
