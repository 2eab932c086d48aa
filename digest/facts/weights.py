"""What words of plain English titles, and marks of files, say about the kind of a change.

Learnt by logistic regression from some 7,000 commits of 15 repositories whose maintainers
sort their changelogs (ruff, cortex, tempo, nomad, opentelemetry-collector, poetry, textual,
aiohttp, pyo3, tokio, helix, tailwindcss, babel, telegraf, sqlx), each counting alike.  Only
words that at least five of them use are there, without their endings, and none that says
little.
"""

from __future__ import annotations

from typing import Literal

Group = Literal["feature", "fix", "performance", "documentation", "internal"]

GROUPS: tuple[Group, ...] = ("feature", "fix", "performance", "documentation", "internal")
"""What the columns of the table stand for."""

BIAS = "bias"

# Tenths of a logarithm of odds.  `^word` begins a title, `+mark` is shown by the files.
_TABLE = """
    bias 7 5 -18 -20 3 | +code 0 -3 0 8 -1 | +docs 4 -9 -10 3 3 | +grows 6 0 -2 -2 -2
    +large 1 -5 3 -3 1 | +one -2 3 -3 4 0 | +shrinks -1 0 0 -6 7 | +tests 4 7 -12 -21 -4
    +tiny -2 2 -3 5 0 | +wide 0 -7 1 0 5 | ^add 7 -5 -8 0 0 | ^allow 4 0 0 0 -4
    ^avoid -3 0 4 -1 0 | ^chang 0 -2 0 0 0 | ^don't -3 4 0 0 0 | ^drop -2 0 0 0 2
    ^enabl 2 -3 0 0 0 | ^ensur -3 8 0 0 -2 | ^export 4 -1 0 0 0 | ^expos 8 -4 0 0 -2
    ^fix -7 9 -4 0 0 | ^handl 0 3 0 0 0 | ^implement 8 -6 0 0 0 | ^includ 4 -2 0 0 0
    ^introduc 4 -3 0 0 0 | ^mak 2 0 0 0 0 | ^mov 0 -2 0 0 3 | ^only -3 2 0 0 0
    ^optimiz 3 -3 0 0 0 | ^prevent -1 5 0 0 0 | ^remov -6 2 0 -3 5 | ^replac 0 -1 0 0 3
    ^restor -5 2 0 0 0 | ^support 3 0 0 0 -2 | ^use -2 0 1 -4 1 | add 5 -2 -9 1 0
    after -4 8 0 0 -1 | allow 3 0 0 0 -3 | alway -2 1 0 0 0 | api 4 0 0 0 0 | apply -3 5 0 0 0
    array -1 2 0 0 0 | avoid -4 0 4 -2 1 | back 0 2 0 0 0 | block 2 0 0 0 -2 | bug 0 2 0 0 0
    build -3 1 0 0 2 | call -1 0 2 0 0 | cas -2 1 0 0 0 | check -1 0 0 0 3 | class -5 7 0 0 0
    cleanup -4 0 0 0 2 | client 0 -3 0 0 1 | clos -2 3 0 0 0 | command 4 -1 0 0 -4
    comment 6 -4 0 0 0 | configur 2 0 0 0 0 | connection -4 3 0 0 0 | context -2 0 0 0 0
    copy 2 -1 0 0 0 | correctly -1 5 0 0 -1 | custom -2 1 0 0 0 | delet 5 -3 0 0 0
    dependency -4 1 0 0 2 | deprecat -1 0 0 0 6 | detect 0 0 0 0 -2 | detection 0 3 0 0 -1
    directory 3 -1 0 0 0 | doc -5 -2 0 7 2 | don't -2 4 0 0 0 | drop -4 1 0 0 0 | emit 0 4 0 0 0
    enabl 2 -5 0 0 1 | ensur -3 8 0 0 -2 | escap -1 2 0 0 0 | export 3 0 0 0 -2
    expos 8 -4 0 0 -2 | extend 4 -3 0 0 0 | fail 2 0 0 0 -2 | fallback -3 2 0 0 0
    fals 2 -1 0 0 0 | featur 0 0 0 0 4 | fil 0 0 0 -3 0 | filter 4 -3 0 0 0 | first 2 -1 0 0 0
    fix -3 5 -6 5 -2 | for 2 0 0 0 -2 | generat 0 2 0 0 0 | generic -2 0 0 0 0
    handl -1 2 0 0 0 | header -5 0 0 0 4 | id 3 -1 0 0 0 | ignor 0 2 0 0 -1
    implement 7 -5 0 0 0 | implementation 1 -2 0 0 0 | improv -1 -2 0 1 1 | in 0 4 0 -2 0
    includ 4 -2 0 0 0 | insid -2 5 0 0 0 | into 0 -1 0 0 4 | introduc 3 -2 0 0 0
    invalid 0 2 0 0 -1 | key -1 4 0 0 0 | leak 0 2 0 0 0 | link -3 1 0 2 0 | lock 0 2 0 0 0
    log 4 -1 0 0 0 | mak 2 -1 0 0 0 | map 2 0 0 0 0 | mark 6 -3 0 0 0 | memory 2 0 0 0 0
    messag 2 -3 0 0 0 | metric 6 -3 0 0 0 | miss -5 3 0 1 0 | modul -3 0 0 0 2 | mov 0 -3 0 0 2
    nam -4 2 0 0 0 | new 3 -1 0 0 0 | no -1 0 0 0 4 | nod -2 0 0 0 2 | not -3 4 0 0 0
    on -1 4 -2 0 0 | only -1 2 0 0 0 | optimiz 3 -2 0 0 0 | or -1 2 0 0 0 | out 0 -2 0 0 0
    panic -4 7 0 0 0 | parameter 3 -3 0 0 0 | pars -3 3 0 0 0 | parser -3 0 3 0 0
    performanc 0 -7 3 0 2 | prevent -3 7 0 0 -1 | properly 0 3 0 0 0 | property -1 2 0 0 0
    query 5 -1 0 0 0 | reduc 0 -2 0 0 0 | refactor -3 0 0 0 5 | remov -1 1 0 -4 2
    renam 0 -2 0 0 3 | requir -4 2 0 0 0 | reset 0 2 0 0 0 | restor -3 2 0 0 0
    return -1 3 0 0 0 | rul 0 -1 0 4 -5 | should 0 3 0 0 0 | show 2 -1 0 0 0 | split 2 -2 0 0 0
    static -3 2 0 0 0 | stop 0 2 0 0 0 | support 7 -3 -1 0 0 | tag 0 2 0 0 0 | target -1 3 0 0 0
    templat -1 2 0 0 0 | test -6 -1 0 0 11 | typ -2 0 0 0 3 | unnecessary 4 -4 0 0 0
    updat -2 0 0 2 1 | usag 2 -4 0 0 0 | use -1 1 0 -6 1 | user 2 0 0 0 0
    validation -2 2 0 0 0 | valu -1 4 0 0 -2 | var -1 2 0 0 0 | warn 2 -2 0 0 0
    when 0 7 0 -5 -2 | whil 0 2 0 0 0 | with -1 5 0 0 0
"""

WEIGHTS: dict[str, tuple[int, ...]] = {
    word: tuple(map(int, numbers))
    for word, *numbers in (line.split() for line in _TABLE.replace("\n", "|").strip("|").split("|"))
}
"""Word or mark → its weight for each group."""

_BROKEN = (
    "abort broken corrupt corruption deadlock dangl edg erroneou flaky freez garbag hang incorrect"
    " incorrectly infinit leak mismatch nan nondeterministic null overflow rac regression segfault"
    " spuriou stal stuck truncat unbound undefin underflow unexpect unexpectedly unintend wrong"
    " wrongly ^preserv ^reject ^correct ^tolerat ^guard ^resolv ^respect ^honor ^honour ^unbreak"
    " ^workaround ^repair ^clamp ^protect ^do"
)
_NEW = (
    "flag option setting subcommand ^accept ^allow ^offer ^provid ^onboard ^wir ^let ^integrat"
    " ^emit ^print ^report ^display ^stabiliz ^stabilis ^recogniz ^improv ^enhanc ^surfac"
)
_WITHIN = (
    "clippy dead dedup deduplicat fixm inlin lint nfc refactoring todo unus vendor ^bump ^clean"
    " ^cleanup ^consolidat ^decoupl ^extract ^inlin ^merg ^migrat ^modulariz ^port ^prun ^relocat"
    " ^renam ^reorganiz ^restructur ^rework ^refactor ^simplify ^split ^swap ^unify"
    " ^hoist ^delet ^rewrit ^sync"
)

REASONED: dict[str, tuple[int, ...]] = {
    word: weights
    for words, weights in (
        (_BROKEN, (-3, 5, 0, 0, -1)),
        (_NEW, (5, -2, 0, 0, -1)),
        (_WITHIN, (-3, -3, 0, 0, 6)),
    )
    for word in words.split()
}
"""Words that are too rare to be learnt of, or that one repository uses in its own way, but whose
meaning is plain."""
