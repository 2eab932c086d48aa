"""Words of plain English titles whose weight is set by hand, beside those that are learnt.

They are too rare to be learnt of, or one repository uses them in its own way, but
their meaning is plain.
"""

from __future__ import annotations

_BROKEN = (
    "abort broken corrupt corruption deadlock dangl edg erroneou flaky freez garbag hang incorrect"
    " incorrectly infinit leak mismatch nan nondeterministic null overflow rac regression segfault"
    " spuriou stal stuck truncat unbound undefin underflow unexpect unexpectedly unintend wrong"
    " wrongly ^preserv ^reject ^correct ^tolerat ^guard ^resolv ^respect ^honor ^honour ^unbreak"
    " ^workaround ^repair ^clamp ^protect ^do"
)
_NEW = (
    "flag option setting subcommand ^allow ^offer ^provid ^onboard ^wir ^let ^integrat"
    " ^emit ^print ^report ^display ^stabiliz ^stabilis ^recogniz ^improv ^enhanc ^surfac"
)
_WITHIN = (
    "clippy dead dedup deduplicat fixm inlin lint nfc refactoring todo unus vendor ^bump ^clean"
    " ^cleanup ^consolidat ^decoupl ^extract ^inlin ^merg ^migrat ^modulariz ^port ^prun ^relocat"
    " ^renam ^reorganiz ^restructur ^rework ^refactor ^simplify ^split ^swap ^unify"
    " ^hoist ^rewrit ^sync"
)

_FASTER = (
    "quadratic quadratically exponential catastrophic allocation alloc perf performanc speedup"
    " faster latency throughput parallel concurrently lazily lazy hot-path memory ^reus ^batch"
    " ^memoiz ^paralleliz ^parallelis ^preallocat ^minimiz ^cach ^optimiz ^optimis ^precomput"
    " micro-optimization ^defer unneeded"
)
_TAKEN = "^accept ^introduc ^expos ^support"
_GONE = "^drop ^remov ^delet ^discontinu"
_BRANCHES: dict[str, tuple[int, ...]] = {
    "@fix": (-3, 8, 0, 0, -2),
    "@feature": (8, -4, 0, 0, -2),
    "@performance": (0, -3, 10, 0, 0),
    "@documentation": (-2, 0, 0, 8, 0),
    "@refactor": (-3, -3, 0, 0, 8),
    "@chore": (-2, -2, 0, 0, 5),
}
"""What a branch is called before its work is done."""

_WORDS: dict[str, tuple[int, ...]] = {
    word: weights
    for words, weights in (
        (_BROKEN, (-3, 5, 0, 0, -1)),
        (_NEW, (5, -4, 0, 0, -1)),
        (_WITHIN, (-3, -3, 0, 0, 6)),
        (_FASTER, (-1, -3, 8, 0, 0)),
        (_TAKEN, (8, -5, 0, 0, -2)),
        (_GONE, (-2, -8, 0, 0, 7)),
    )
    for word in words.split()
}

REASONED = _WORDS | _BRANCHES
"""Words → their weights for the groups of ``weights.GROUPS``."""
