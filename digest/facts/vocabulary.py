"""The words by which titles say what kind of change they are.

Types are those of Conventional Commits, of Angular's and of the scientific
Python projects (``ENH``, ``MAINT`` …), with the synonyms found in some 220,000
real subjects.  Verbs are what plain English titles begin with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.facts.wordlists import names

if TYPE_CHECKING:
    from digest.model import Kind


def _words(table: dict[Kind, str]) -> dict[str, Kind]:
    return {word: kind for kind, words in table.items() for word in words.split()}


TYPES: dict[str, Kind] = _words(
    {
        "feature": (
            "feat feats feature features enhancement enhance enh add added new newmodel support"
            " improvement improve ux api rfe"
        ),
        "fix": (
            "fix fixes fixed bug bugs bugfix bugfixes bugix hotfix hotfixes security sec patch"
            " regression"
        ),
        "performance": (
            "perf performance optimize optimise optimization optimisation optim opt speedup"
        ),
        "refactor": (
            "refactor refactoring refact ref rf rework restructure cleanup clean cln simplify"
            " deprecate deprecation typing typ"
        ),
        "documentation": "docs doc documentation document readme changelog typo typos blog",
        "test": "test tests testing tst unittest unittests ut e2e bench benchmark benchmarks",
        "ci": "ci cicd workflow workflows pipeline pre-commit precommit gha",
        "build": "build builds bld packaging package docker dockerfile container nix cmake",
        "dependencies": "deps dep dependencies dependency bump upgrade deps-dev lockfile",
        "style": "style styles sty format formatting fmt lint linting",
        "chore": (
            "chore chores misc maint maintenance mnt meta release rel minor tiny nit nits wip"
            " trivial infra housekeeping"
        ),
        "revert": "revert reverts rev reland reapply",
    }
)
"""Type words, as they stand before a colon or in brackets."""

WEAK_TYPES = names(
    "misc minor tiny nit nits wip trivial api ux new add added support package container"
    " docker improve improvement infra patch pipeline workflow workflows"
)
"""Words that say so little, or name a component as often, that the title's verb comes first."""

COMPONENT_TYPES = names("api container docker infra package pipeline workflow workflows")
"""Type words that name a component as often: where its sources change, the sentence decides."""

MODIFIERS = names(
    "further last minor more on re several simple small slightly some temporarily tiny try"
)
"""Words before a title's verb that change nothing about it."""

DEPENDENCY_SCOPES = names("deps deps-dev dep dependencies dependency")
"""Scopes that make any type a change of dependencies, as Dependabot and Renovate write."""

_VERBS: dict[Kind, str] = {
    "feature": (
        "add implement introduce support enable allow expose extend integrate provide create"
        " offer accept wire onboard improve enhance register"
    ),
    "fix": (
        "fix repair correct resolve prevent handle ensure guard restore avoid tolerate workaround"
        " patch hotfix bugfix unbreak stop reject sanitize"
    ),
    "performance": "optimize optimise accelerate speed reduce fuse vectorize cache tune speedup",
    "refactor": (
        "refactor rename move extract simplify clean cleanup remove delete drop consolidate"
        " unify split merge deduplicate dedupe inline restructure reorganize migrate rework"
        " decouple port replace deprecate convert standardize relocate modularize prune"
    ),
    "documentation": "document clarify redocument",
    "test": "test",
    "dependencies": "bump upgrade pin unpin downgrade",
    "style": "format reformat lint",
    "chore": "release tag sync",
    "revert": "revert reland reapply rollback unrevert",
}
_DOUBLED = names("dedup drop pin stop split tag wrap")


def _forms(verb: str) -> tuple[str, ...]:
    """The forms in which a title uses a verb: add, adds, added, adding."""
    stem = verb.removesuffix("e")
    if verb in _DOUBLED:
        stem += verb[-1]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    plural = f"{verb}es" if verb.endswith(("s", "x", "sh", "ch")) else f"{verb}s"
    return (verb, plural, f"{stem}ed", f"{stem}ing")


VERBS: dict[str, Kind] = {
    form: kind for kind, verbs in _VERBS.items() for verb in verbs.split() for form in _forms(verb)
}
"""Leading verbs in the forms that titles use."""

CHINESE_BEGINNINGS: tuple[tuple[str, Kind], ...] = (
    ("修复", "fix"),
    ("修正", "fix"),
    ("解决", "fix"),
    ("新增", "feature"),
    ("增加", "feature"),
    ("添加", "feature"),
    ("支持", "feature"),
    ("优化", "performance"),
    ("重构", "refactor"),
    ("移除", "refactor"),
    ("删除", "refactor"),
    ("文档", "documentation"),
    ("测试", "test"),
    ("回退", "revert"),
    ("回滚", "revert"),
    ("升级", "dependencies"),
)

EMOJI: dict[str, Kind] = _words(
    {
        "feature": (
            "✨ sparkles 🎉 tada 🚀 rocket 💄 lipstick 🚸 children_crossing 🌱 seedling"
            " ♿ wheelchair"
            " 📱 iphone 🔊 loud_sound 🥚 egg 💫 dizzy 🧐 monocle_face 🥅 goal_net"
            " 🛂 passport_control"
            " 🩺 stethoscope 📈 chart_with_upwards_trend 🚩 triangular_flag_on_post 🔍 mag"
            " 🎈 new 🆕"
        ),
        "fix": (
            "🐛 bug 🐞 beetle 🚑 ambulance 🔒 lock 🔐 closed_lock_with_key 🩹 adhesive_bandage"
            " 🥅 👽 alien 💚 green_heart 🔓 🚱 🛡"
        ),
        "performance": "⚡ zap 🐎 racehorse 🏎 racing_car",
        "refactor": (
            "♻ recycle 🔥 fire 🚚 truck 🗑 wastebasket ⚰ coffin 🏗 building_construction 🏷 label"
            " 🔇 mute ✂ scissors 🦺 safety_vest 🧹 broom 💩 hankey 🗃 card_file_box"
        ),
        "documentation": (
            "📝 memo 📚 books ✏ pencil2 pencil 💡 bulb 🌐 globe_with_meridians 📄 page_facing_up"
            " 📖 book 📜 scroll 🍱 bento 💬 speech_balloon"
        ),
        "test": "✅ white_check_mark 🧪 test_tube 📸 camera_flash 🤡 clown_face 🚨",
        "ci": "👷 construction_worker 💚 🤖 robot",
        "build": "📦 package 🐳 whale 🐋 whale2",
        "dependencies": (
            "⬆ arrow_up ⬇ arrow_down ➕ heavy_plus_sign ➖ heavy_minus_sign 📌 pushpin"
            " 📍 round_pushpin"
        ),
        "style": "🎨 art 💅 nail_care 🚨 rotating_light",
        "chore": (
            "🔖 bookmark 🔧 wrench 🔨 hammer 🙈 see_no_evil 🚧 construction 👥"
            " busts_in_silhouette 🛠 hammer_and_wrench ⚒ 🔀 twisted_rightwards_arrows ⚗ alembic"
            " 🌍 🏠 house"
        ),
        "revert": "⏪ rewind ↩",
    }
)
"""Emoji in front of titles, and their names between colons, as gitmoji.dev lists them, and as
fastapi and babel use them."""
