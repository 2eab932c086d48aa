"""What templates are compiled to is kept where Python keeps bytecode, and only while it holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from babel.messages.mofile import write_mo
from mkdocs.config.defaults import MkDocsConfig

from digest import wording
from digest.rendering import bytecode
from digest.rendering.bytecode import keep_bytecode
from digest.templating import KeptBytecode


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Python keeps bytecode."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "bytecode"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were compiled, by name."""
    seen: list[str] = []
    compile_one = jinja2.Environment._generate

    def noted(self: Any, source: Any, name: Any, *more: Any, **options: Any) -> str:
        seen.append(name)
        return str(compile_one(self, source, name, *more, **options))

    monkeypatch.setattr(jinja2.Environment, "_generate", noted)
    return seen


def templates(folder: Path, text: str = "Hello {{ name }}") -> Path:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "page.html").write_text(text)
    return folder / "templates"


def rendered(folder: Path, decides: str = "this", **options: Any) -> str:
    """What a process of its own would make of the page."""
    cache = KeptBytecode("test", lambda _: decides, [str(folder)])
    loader = jinja2.FileSystemLoader(folder)
    env = jinja2.Environment(loader=loader, bytecode_cache=cache, autoescape=True, **options)
    return env.get_template("page.html").render(name="you & me")


def kept(place: Path) -> list[Path]:
    return [path for path in place.rglob("compiled/*") if path.suffix != ".pyc"]


def test_a_template_is_compiled_once(tmp_path: Path, place: Path, compilations: list[str]) -> None:
    folder = templates(tmp_path)
    assert rendered(folder) == rendered(folder) == "Hello you &amp; me"
    assert compilations == ["page.html"]
    assert len(kept(place)) == 1


def test_another_text_or_another_program_is_compiled_anew(
    tmp_path: Path, place: Path, compilations: list[str]
) -> None:
    rendered(templates(tmp_path))
    assert rendered(templates(tmp_path, "Bye {{ name }}")) == "Bye you &amp; me"
    rendered(templates(tmp_path, "Bye {{ name }}"), decides="that")
    assert len(compilations) == 3
    assert len(kept(place)) == 1, "what is old is replaced"


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_what_is_damaged_is_compiled_anew(
    tmp_path: Path, place: Path, compilations: list[str], damage: bytes | None
) -> None:
    folder = templates(tmp_path)
    rendered(folder)
    (file,) = kept(place)
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert rendered(folder) == "Hello you &amp; me"
    assert rendered(folder) == "Hello you &amp; me"
    assert len(compilations) == 2


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered(templates(tmp_path)) == "Hello you &amp; me"
    assert not place.exists()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, place: Path) -> None:
    place.write_text("not a folder")
    assert rendered(templates(tmp_path)) == "Hello you &amp; me"


def test_templates_that_come_and_go_are_not_kept(tmp_path: Path, place: Path) -> None:
    folder = templates(tmp_path)
    others = [str(tmp_path / "other"), str(tmp_path / "temp")]
    cache = KeptBytecode("test", lambda _: "this", others)
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), bytecode_cache=cache, autoescape=True
    )
    assert env.get_template("page.html").render(name="you") == "Hello you"
    assert kept(place) == []


# Our words


def test_a_catalogue_is_compiled_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []

    def noted(*given: Any) -> None:
        compiled.append("zh")
        write_mo(*given)

    def said() -> str:
        wording._translations.cache_clear()
        return str(wording.Wording("zh").text("Search"))

    monkeypatch.setattr("babel.messages.mofile.write_mo", noted)
    word = said()
    assert word != "Search"
    assert said() == word
    assert compiled == ["zh"]
    (file,) = kept(place)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        file.write_bytes(damaged)
        assert said() == word
        assert file.read_bytes() == whole
    assert len(compiled) == 4
    monkeypatch.setattr("babel.__version__", "another")
    assert said() == word
    assert len(compiled) == 5
    wording._translations.cache_clear()


# The theme's


def theme(tmp_path: Path) -> tuple[MkDocsConfig, jinja2.Environment]:
    (tmp_path / "docs").mkdir(exist_ok=True)
    (tmp_path / "own").mkdir(exist_ok=True)
    (tmp_path / "own" / "own.html").write_text("Own")
    config = MkDocsConfig()
    own = {"name": "material", "custom_dir": str(tmp_path / "own")}
    config.load_dict({"site_name": "x", "theme": own, "plugins": []})
    config.config_file_path = str(tmp_path / "mkdocs.yml")
    errors, _ = config.validate()
    assert not errors
    return config, config.theme.get_env()


def test_the_themes_are_kept_and_the_users_are_not(
    tmp_path: Path, place: Path, compilations: list[str]
) -> None:
    for _ in range(2):
        config, env = theme(tmp_path)
        keep_bytecode(env, config)
        env.get_template("partials/copyright.html")
        env.get_template("own.html")
    assert compilations == ["partials/copyright.html", "own.html", "own.html"]
    assert len(kept(place)) == 1


def _unlike(text: str) -> str:
    """A filter of a hook that says it is Jinja's."""
    return text.upper()


_unlike.__module__, _unlike.__qualname__ = "jinja2.filters", "do_upper"

UNKNOWN = {
    "a filter of a hook": lambda env: env.filters.update(loud=lambda text: text.upper()),
    "a method as a filter": lambda env: env.filters.update(shout=str.upper),
    "a bound method as a filter": lambda env: env.filters.update(named={}.get),
    "a filter in another's place": lambda env: env.filters.update(upper=_unlike),
    "a test of a hook": lambda env: env.tests.update(odd=bool),
    "an extension": lambda env: env.add_extension("jinja2.ext.do"),
    "what is done with values": lambda env: setattr(env, "finalize", str),
}


@pytest.mark.parametrize("change", UNKNOWN)
def test_nothing_is_kept_where_something_unknown_takes_part(
    tmp_path: Path, place: Path, change: str
) -> None:
    config, env = theme(tmp_path)
    keep_bytecode(env, config)
    UNKNOWN[change](env)  # a hook may come last
    env.get_template("partials/copyright.html")
    assert kept(place) == []


def test_options_decide(tmp_path: Path, place: Path, compilations: list[str]) -> None:
    for change in (
        lambda env: None,
        lambda env: env.policies.update({"json.dumps_kwargs": {"indent": 1}}),
        lambda env: setattr(env, "trim_blocks", True),
    ):
        for _ in range(2):
            config, env = theme(tmp_path)
            keep_bytecode(env, config)
            change(env)
            env.get_template("partials/copyright.html")
    assert len(compilations) == 3
    assert len(kept(place)) == 1


@pytest.mark.parametrize("change", UNKNOWN)
def test_what_comes_between_two_templates_takes_part_too(
    tmp_path: Path, place: Path, change: str
) -> None:
    config, env = theme(tmp_path)
    keep_bytecode(env, config)
    env.get_template("partials/copyright.html")
    before = kept(place)
    UNKNOWN[change](env)
    env.get_template("partials/footer.html")
    assert kept(place) == before != []


def test_nothing_is_kept_of_an_environment_of_another_kind(tmp_path: Path, place: Path) -> None:
    config, env = theme(tmp_path)
    env.__class__ = type("Own", (jinja2.Environment,), {})
    keep_bytecode(env, config)
    env.get_template("partials/copyright.html")
    assert kept(place) == []


def test_a_filter_that_a_package_put_into_jinja_is_not_jinjas(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there before this program was loaded, so it is the one that is known."""
    monkeypatch.setitem(bytecode._FILTERS, "upper", lambda text: f"{text}!")
    config, env = theme(tmp_path)
    env.filters["upper"] = bytecode._FILTERS["upper"]
    keep_bytecode(env, config)
    env.get_template("partials/copyright.html")
    assert kept(place) == []
