"""What becomes of each name on a day whose commits take back or bring back one another.

They may do so several times, in part, across days, and with changes of their own beside.  So
no commit is left out as a whole: what each finds of a name, and what it leaves of it, are
counted.  What was left as often as found is as it was the day before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple, TypeVar

from digest.factviews import Change, Fact
from digest.model import Commit
from digest.outcomes import Outcome

_TIES = frozenset(["reverts", "reapplies", "reverted by", "reapplied by"])

_Commit = TypeVar("_Commit")
_Name = tuple[str | None, str, str]
"""A group of commits, what a name of theirs is, and the name."""


class Ties(NamedTuple):
    """Which commits of a day have to do with one another; they are numbered, the newest is 0."""

    groups: dict[int, str]
    """Commits that have to do with others, each with the name of its group."""
    contraries: dict[int, int]
    """Commits that undo one another line by line, each with the other."""


class _Step(NamedTuple):
    """What a commit does to one name."""

    commit: int
    row: int
    """Of the fact among those of the commit."""
    fact: Fact


_Steps = dict[_Name, list[_Step]]
_Others = dict[str | None, dict[str | None, list[_Step]]]
"""Steps by what they find, and by what they leave; the newest first."""


def ties(commits: Sequence[tuple[Commit, Iterable[Outcome]]]) -> Ties:
    """Find the commits of a day that take back or bring back others of it.

    Two that do so to the same commit of an earlier day have to do with one another as well.

    Arguments:
        commits: each with its outcomes, the newest first.
    """
    numbers = {commit.sha: number for number, (commit, _) in enumerate(commits)}
    above: dict[str, str] = {}
    contraries: dict[int, int] = {}

    def top(sha: str) -> str:
        while (higher := above.setdefault(sha, sha)) != sha:
            above[sha] = above[higher]
            sha = higher
        return sha

    for number, (commit, outcomes) in reversed([*enumerate(commits)]):
        for outcome in outcomes:
            if outcome.kind not in _TIES:
                continue
            above[top(outcome.other.sha)] = top(commit.sha)
            other = numbers.get(outcome.other.sha)
            if other is None or outcome.kind != "reverts" or outcome.partial:
                continue
            free = contraries.keys().isdisjoint((number, other))
            if free and _are_contrary(commit, commits[other][0]):
                contraries |= {number: other, other: number}
    groups = {numbers[sha]: top(sha) for sha in numbers if sha in above}
    sizes = Counter(groups.values())
    return Ties({number: group for number, group in groups.items() if sizes[group] > 1}, contraries)


def net(
    told: Sequence[tuple[_Commit, Sequence[Fact]]], tied: Ties
) -> list[tuple[_Commit, list[Fact]]]:
    """What the commits of a day change in all, each change by a commit that made it.

    Facts of a commit that has to do with no other stay as they are, unless they lie between
    a change and what takes it back: then only what comes of the three can be told.

    Arguments:
        told: the facts of each commit, the newest commit first.
        tied: which of them have to do with one another.
    """
    if not tied.groups:
        return [(commit, [*facts]) for commit, facts in told]
    steps = [*_answered(told, tied.contraries)]
    grouped: _Steps = defaultdict(list)
    others: dict[_Name, _Others] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for step in steps:
        fact, group = step.fact, tied.groups.get(step.commit)
        if group is not None:
            for name, part in _parts(fact, group):
                grouped[name].append(step._replace(fact=part))
        elif fact.change != "renamed":
            others[None, fact.what, fact.name][fact.before][fact.after].append(step)
    between: set[tuple[int, int]] = set()
    left: _Steps = {}
    for name, found in grouped.items():
        linking = [*_linking(found, others[None, *name[1:]])]
        between.update(map(_place, linking))
        left[name] = [*_left(sorted([*found, *linking], key=_place))]
    kept = (
        step for step in steps if step.commit not in tied.groups and _place(step) not in between
    )
    lasting: list[list[Fact]] = [[] for _ in told]
    for step in sorted(chain(kept, _renamed(left, _former(steps, tied.groups))), key=_place):
        lasting[step.commit].append(step.fact)
    return [(commit, facts) for (commit, _), facts in zip(told, lasting, strict=True)]


def _are_contrary(one: Commit, two: Commit) -> bool:
    """Whether one takes away, file by file, as many lines as the other adds.

    Where either adds as many as it takes away, the numbers do not say which way it goes.
    """
    if one.insertions == one.deletions:
        return False
    mine = Counter(
        (item.previous_path or item.path, item.path, item.insertions, item.deletions)
        for item in one.changes
    )
    its = Counter(
        (item.path, item.previous_path or item.path, item.deletions, item.insertions)
        for item in two.changes
    )
    return mine == its


def _answered(
    told: Sequence[tuple[object, Sequence[Fact]]], contraries: dict[int, int]
) -> Iterator[_Step]:
    """All facts but those of names of which a commit's very contrary does not speak.

    What is read of a diff is not always what is read of the contrary one.
    """
    spoken = {
        number: {name for fact in told[number][1] for name, _ in _parts(fact, None)}
        for number in contraries
    }
    for number, (_, facts) in enumerate(told):
        other = contraries.get(number)
        for row, fact in enumerate(facts):
            if other is None or any(name in spoken[other] for name, _ in _parts(fact, None)):
                yield _Step(number, row, fact)


def _parts(fact: Fact, group: str | None) -> Iterator[tuple[_Name, Fact]]:
    """A fact as each of its names tells it: where there is a new one, the former is gone."""
    name = group, fact.what, fact.name
    if fact.change != "renamed" or fact.other is None:
        yield name, fact
        return
    yield name, fact._replace(change="added", before=None)
    gone = fact._replace(name=fact.other, change="removed", after=None, other=fact.name)
    yield (group, fact.what, fact.other), gone


def _linking(steps: Sequence[_Step], others: _Others) -> Iterator[_Step]:
    """Take what other commits did to a name between the steps of a group, that these go on from."""
    balance = _balance(steps)
    lacks = [value for value, more in balance.items() if more < 0]
    earliest = {step.fact.after: step.commit for step in steps}
    latest = {step.fact.before: step.commit for step in reversed(steps)}
    for before in [value for value, more in balance.items() if more > 0]:
        found = others.get(before, {})
        for after in lacks if len(lacks) < len(found) else [*found]:
            ones = found.get(after, [])
            while balance[before] > 0 > balance[after]:
                place = bisect_right(ones, latest[after], key=attrgetter("commit"))
                if place == len(ones) or ones[place].commit >= earliest[before]:
                    break
                balance[before] -= 1
                balance[after] += 1
                yield ones.pop(place)


def _left(steps: Sequence[_Step]) -> Iterator[_Step]:
    """What is left of the steps of one name; they come the newest first."""
    balance = _balance(steps)
    # Where it is not known what it was and is, each step is taken back by another one.
    same = [step for step in steps if step.fact.before == step.fact.after]
    if len({step.commit for step in same}) % 2:
        yield same[0]
    for step in steps:
        before, after = step.fact.before, step.fact.after
        if balance[before] < 0 < balance[after]:
            balance[before] += 1
            balance[after] -= 1
            yield step
    first = {step.fact.before: step for step in steps}
    last = {step.fact.after: step for step in reversed(steps)}
    begun = [step for value, step in first.items() for _ in range(-balance[value])]
    ended = [step for value, step in last.items() for _ in range(balance[value])]
    for old, new in zip(sorted(begun, key=_place), sorted(ended, key=_place), strict=True):
        # What would end before it began goes back to what another commit did unseen.
        if old.commit >= new.commit:
            yield new._replace(fact=_since(old.fact.before, new.fact))


def _balance(steps: Iterable[_Step]) -> Counter[str | None]:
    """How often more each value of a name was left than found."""
    balance: Counter[str | None] = Counter()
    for step in steps:
        balance[step.fact.before] -= 1
        balance[step.fact.after] += 1
    return balance


def _since(before: str | None, fact: Fact) -> Fact:
    """A fact as it is where the day began with another value."""
    change: Change = "changed"
    if before is None or fact.after is None:
        change = "added" if before is None else "removed"
    return fact._replace(change=change, before=before, other=None)


def _former(steps: Sequence[_Step], groups: Mapping[int, str]) -> dict[_Name, str]:
    """What the names that groups give were called at first."""
    former: dict[_Name, str] = {}
    for commit, _, fact in reversed(steps):
        if (group := groups.get(commit)) and fact.change == "renamed" and fact.other:
            first = former.get((group, fact.what, fact.other), fact.other)
            former[group, fact.what, fact.name] = first
    return former


def _renamed(left: _Steps, former: Mapping[_Name, str]) -> Iterator[_Step]:
    """What is left, where a name that is new and one that is gone are one again."""
    for name, first in former.items():
        if name[2] == first:
            continue  # it was given its own name back
        come, gone = left[name], left[name[0], name[1], first]
        while come and gone and come[-1].fact.before is None and gone[-1].fact.after is None:
            new, old = come.pop(), gone.pop()
            fact = new.fact._replace(change="renamed", before=old.fact.before, other=first)
            yield new._replace(fact=fact)
    for step in chain.from_iterable(left.values()):
        yield step._replace(fact=step.fact._replace(other=None))


def _place(step: _Step) -> tuple[int, int]:
    return step.commit, step.row
