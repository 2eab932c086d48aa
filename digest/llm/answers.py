"""What a model is asked to return, by depth, and how that is read.

A model fills in a record; it never writes Markdown, headings or levels.  What
it returns is validated here, and nowhere else.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from digest.llm.plaintext import plain
from digest.model import Kind, Level

SENTENCES = 1500
"""Characters of a summary."""
SENTENCE = 800
"""Characters of any other statement; who needs more has not been brief."""
STATEMENTS = 10
"""Items of one list."""
OVERVIEW = (2, 5)
"""Statements about a day, at the least and at the most."""

_CHOICES = (".audience", ".aspect")
"""Fields that hold one of our words."""
_PROBLEMS = 6
"""Problems that a model is told of at once."""
_THOUGHT = re.compile(r"\A\s*<(think(?:ing)?|thought)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"</(?:think(?:ing)?|thought)>", re.IGNORECASE)
_FENCE = re.compile(r"\A```[a-zA-Z0-9]*[ \t]*\n(.*?)\n?[ \t]*```\Z", re.DOTALL)


class InvalidAnswerError(ValueError):
    """An answer does not have the form that was asked for.

    Arguments:
        problem: what is wrong with it, for the model to read.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


_T = TypeVar("_T", bound=BaseModel)


def _absent(value: object) -> object:
    """Nothing, where there is nothing but spaces: some models fill in what may be null so."""
    return None if isinstance(value, str) and not plain(value) else value


def _some(items: list[str]) -> list[str]:
    return [item for item in items if item]


_Statement = Annotated[str, AfterValidator(plain), Field(max_length=SENTENCE)]
_Said = Annotated[str, AfterValidator(plain), Field(min_length=1, max_length=SENTENCE)]
_Perhaps = Annotated[_Said | None, BeforeValidator(_absent)]
_Statements = Annotated[list[_Statement], AfterValidator(_some), Field(max_length=STATEMENTS)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AdviceAnswer(_Part):
    """What a reader should do."""

    audience: Literal["users", "operators", "developers", "everyone"]
    advice: _Said


class InsightAnswer(_Part):
    """What a change means under one aspect."""

    aspect: Literal[
        "architecture", "performance", "security", "maintainability", "compatibility", "tests"
    ]
    statements: _Statements


def _stated(insights: list[InsightAnswer]) -> list[InsightAnswer]:
    return [insight for insight in insights if insight.statements]


class RiskAnswer(_Part):
    """What may go wrong; the parts that do not apply are null."""

    risk: _Said
    consequence: _Perhaps
    trigger: _Perhaps
    mitigation: _Perhaps


class LowAnswer(_Part):
    """Of a commit of low importance."""

    change_type: Kind
    summary: Annotated[str, AfterValidator(plain), Field(min_length=1, max_length=SENTENCES)]


class MediumAnswer(LowAnswer):
    """Of a commit of medium importance."""

    impact: _Statements
    recommendations: Annotated[list[AdviceAnswer], Field(max_length=STATEMENTS)]


class HighAnswer(MediumAnswer):
    """Of a commit of high importance."""

    insights: Annotated[list[InsightAnswer], AfterValidator(_stated), Field(max_length=STATEMENTS)]
    risks: Annotated[list[RiskAnswer], Field(max_length=STATEMENTS)]


class OverviewAnswer(_Part):
    """Of a day as a whole."""

    statements: Annotated[
        list[_Statement],
        AfterValidator(_some),
        Field(min_length=OVERVIEW[0], max_length=OVERVIEW[1]),
    ]


ANSWERS: dict[Level, type[LowAnswer]] = {
    "low": LowAnswer,
    "medium": MediumAnswer,
    "high": HighAnswer,
}
"""What is asked for at each depth."""

Depth = Literal["high", "medium", "low", "day"]
"""Of an answer about a commit, or about a day as a whole."""
FORMS: dict[Depth, type[LowAnswer] | type[OverviewAnswer]] = {
    "high": HighAnswer,
    "medium": MediumAnswer,
    "low": LowAnswer,
    "day": OverviewAnswer,
}
"""The same for all that can be asked about."""

_UNTOLD = frozenset(
    ["title", "description", "default", "maxLength", "minLength", "maxItems", "minItems"]
)
"""Keywords that strict servers refuse or ignore; lengths are told in words."""


@functools.cache
def schema_of(kind: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of an answer, within what strict servers take.

    That is: every property required, no others allowed, no titles, references resolved.
    It is made once, and not to be changed.

    Arguments:
        kind: what is asked for.
    """
    schema = kind.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolved(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, list):
            return [resolved(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return resolved(definitions[value["$ref"].rpartition("/")[2]])
        kept = {key: resolved(item) for key, item in value.items() if key not in _UNTOLD}
        if kept.get("type") == "object":
            kept["properties"] = {
                name: resolved(item) for name, item in value["properties"].items()
            }
            kept["required"] = list(kept["properties"])
            kept["additionalProperties"] = False
        return kept

    result: dict[str, Any] = resolved(schema)
    return result


def read_answer(text: str, kind: type[_T]) -> _T:
    """Read an answer strictly: one JSON object, with no more than some words around it.

    Nothing that is missing is made up, and nothing that is broken is mended.

    Arguments:
        text: what the model said.
        kind: what it was asked for.

    Raises:
        InvalidAnswerError: it is something else.
    """
    data = _object_of(text)
    if data is None:
        raise InvalidAnswerError("the answer is not one JSON object")
    problems: list[str] = []
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False)[:_PROBLEMS]:
            place = ".".join(map(str, item["loc"]))[:80]
            problems.append(f"{place or 'answer'}: {item['msg']}")
    raise InvalidAnswerError("; ".join(problems))


def texts_of(answer: BaseModel) -> list[str]:
    """All that an answer says in a person's language."""
    told = answer.model_dump(exclude={"change_type"})
    return [text for name, text in _strings(told, "") if not name.endswith(_CHOICES)]


def _object_of(text: str) -> dict[str, Any] | None:
    """The JSON object of a text, from the strictest reading to the most lenient one."""
    bare = text.strip().removeprefix("\ufeff")
    unthought = _THOUGHT.sub("", bare, count=1).strip()
    candidates = [bare, unthought]
    if fenced := _FENCE.match(unthought):
        candidates.append(fenced[1])
    candidates.append(_braced(unthought))
    if end := _THOUGHT_ENDS.search(bare):
        # Some templates put the beginning of the thought into the question.
        candidates.append(_braced(bare[end.end() :]))
    for candidate in candidates:
        try:
            data = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            return data
    return None


def _braced(text: str) -> str:
    """From the first brace to the last one."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else ""


def _strings(value: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{name}.{key}".strip("."))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, name)
