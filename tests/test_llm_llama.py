"""Against a real llama.cpp server: true constrained decoding, cut-offs, overflows and keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp", reason="there is no wheel of the llama.cpp server here")
pytest.importorskip("gguf", reason="the package that writes the model is not installed")

from support import edits, tinymodel

from digest.llm.answers import ANSWERS, read_answer, schema_of
from digest.llm.asking import Asked, Asker
from digest.llm.endpoint import Endpoint, Message
from digest.llm.errors import ContextError, StoppedError, UnusableError
from digest.llm.memory import Memory
from digest.llm.prompt import Prompts
from digest.llm.replies import Format
from digest.llm.throttle import Failed, Job, Throttle
from digest.model import Level

QUESTION = (Message("system", "Say what changed."), Message("user", "Some diff."))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tinymodel.write(path)
    with tinymodel.serving(path, context=12_288) as address:
        yield address


@pytest.fixture
def endpoint(url: str) -> Iterator[Endpoint]:
    made = Endpoint(model=tinymodel.NAME, key=tinymodel.KEY, base_url=url, timeout=60.0)
    yield made
    made.close()


@pytest.mark.parametrize("depth", ["low", "medium", "high"])
def test_the_schema_makes_an_answer_of_any_words(endpoint: Endpoint, depth: Level) -> None:
    schema = schema_of(ANSWERS[depth])
    said = endpoint.ask(QUESTION, style="json_schema", schema=schema, limit=500)
    assert said.whole
    assert said.counted
    assert said.tokens.completion > 10
    assert list(json.loads(said.text)) == schema["required"]
    assert read_answer(said.text, ANSWERS[depth]).summary == "route"


def test_without_a_schema_it_is_only_json(endpoint: Endpoint) -> None:
    said = endpoint.ask(QUESTION, style="json_object", schema={}, limit=500)
    assert isinstance(json.loads(said.text), dict)


@pytest.mark.parametrize("style", ["json_schema", "text"])
def test_cut_off(endpoint: Endpoint, style: Format) -> None:
    said = endpoint.ask(QUESTION, style=style, schema=schema_of(ANSWERS["low"]), limit=12)
    assert not said.whole
    assert said.tokens.completion == 12


def test_too_long(endpoint: Endpoint) -> None:
    long = (*QUESTION, Message("user", "a b c " * 3000))
    with pytest.raises(ContextError):
        endpoint.ask(long, style="json_schema", schema=schema_of(ANSWERS["low"]), limit=12)


def test_the_wrong_key(url: str) -> None:
    endpoint = Endpoint(model=tinymodel.NAME, key="sk-wrong", base_url=url, timeout=60.0)
    with pytest.raises(StoppedError) as caught:
        endpoint.ask(QUESTION, style="text", schema={}, limit=12)
    endpoint.close()
    assert caught.value.reason == "key"


@pytest.mark.parametrize("path", ["/v2", "/v1/more"])
def test_the_wrong_address(url: str, path: str) -> None:
    wrong = url.removesuffix("/v1") + path
    endpoint = Endpoint(model=tinymodel.NAME, key=tinymodel.KEY, base_url=wrong, timeout=60.0)
    with pytest.raises(StoppedError) as caught:
        endpoint.ask(QUESTION, style="text", schema={}, limit=12)
    endpoint.close()
    assert caught.value.reason == "address"


FILES = {
    f"src/router_{number}.py": ("", "".join(f"def f{i}(): return {i}\n" for i in range(lines)))
    for number, lines in enumerate((5, 400))
}


def test_a_commit_from_the_prompt_to_the_answer(endpoint: Endpoint) -> None:
    """The whole question has more than the model reads, a smaller one has not."""
    diff, facts = edits.diff(FILES), edits.facts(FILES)
    asked = Asker(endpoint, Memory()).ask(Prompts("de").question(diff, facts, "high"))
    assert asked.calls > 1
    assert not asked.task.coverage.whole
    assert asked.answer.summary == "route"


def test_a_model_that_answers_in_the_wrong_language(endpoint: Endpoint) -> None:
    small = {"a.py": ("a = 1\n", "a = 2\n")}
    question = Prompts("zh").question(edits.diff(small), edits.facts(small), "low")
    # One word is too short to judge; a real model says more.
    assert Asker(endpoint, Memory()).ask(question).answer.summary == "route"


def test_many_at_once(endpoint: Endpoint) -> None:
    small = {"a.py": ("a = 1\n", "a = 2\n")}
    question = Prompts("en").question(edits.diff(small), edits.facts(small), "low")
    results: list[Asked | Failed] = []
    throttle = Throttle(endpoint, Memory(), concurrency=4)
    throttle.run([Job(n, question) for n in range(12)], lambda _, result: results.append(result))
    assert [type(result) for result in results] == [Asked] * 12
    assert throttle.budget.spent.completion > 0


def test_free_text_never_becomes_an_answer(endpoint: Endpoint) -> None:
    """The model babbles without a grammar, which is asked for no more once it is down there."""
    memory = Memory()
    memory.remember(endpoint.identity, "low", "text", "max_tokens")
    small = {"a.py": ("a = 1\n", "a = 2\n")}
    question = Prompts("en").question(edits.diff(small), edits.facts(small), "low")
    with pytest.raises((UnusableError, ContextError)):
        Asker(endpoint, memory).ask(question)
