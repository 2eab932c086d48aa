"""What words of plain English titles, and marks of files, say about the kind of a change.

A table, written by a program: ``python -m benchmarks.accuracy.train_kinds`` on 2026-11-23, from
16131 titles of pull requests that stand in a sorted changelog or declare their type:
aiohttp, babel, cortex, deno, helix, mypy, nomad, opentelemetry-collector, poetry, pyo3,
ruff, sqlx, stylelint, tailwindcss, telegraf, tempo, textual, tokio, xarray.

Words are without their endings; those are there that several repositories use and that say
something.  Not by hand: train again; what is set by hand is in ``reasoned``.
"""

from __future__ import annotations

from typing import Literal

Group = Literal["feature", "fix", "performance", "documentation", "internal"]

GROUPS: tuple[Group, ...] = ("feature", "fix", "performance", "documentation", "internal")
"""What the columns of the table stand for."""

BIAS = "bias"

# Tenths of a logarithm of odds.  `^word` begins a title, `+mark` is shown by the files.
_TABLE = """
    bias 2 1 -5 -7 -1 | +code -1 -1 -7 3 -4 | +docs 5 -9 -10 9 -6 | +one -6 3 -4 2 -4
    +tests 4 5 -6 -19 -3 | +tiny 2 1 -4 -7 -1 | +wide 0 -9 -1 1 6 | ^add 7 -7 -6 -1 -4
    ^align -3 3 -1 2 -1 | ^allow 4 0 -3 -2 -4 | ^alway -1 1 -1 -1 2 | ^apply -3 2 -1 0 2
    ^avoid -7 -1 6 -5 0 | ^cach 2 -6 5 -1 -2 | ^chang -1 -2 1 -1 2 | ^check 1 2 -1 -1 -2
    ^clarify -5 -7 -2 11 -1 | ^clean -1 -1 -1 0 3 | ^cleanup -1 -1 -1 -1 4 | ^clos -3 5 0 -1 -2
    ^convert -2 -1 5 -1 -1 | ^correct -3 0 -2 5 -3 | ^correctly -2 3 0 0 -1 | ^creat -1 2 0 0 -2
    ^delet -1 -1 0 0 3 | ^deprecat 0 -3 0 0 3 | ^detect 2 0 -1 -1 -2 | ^disabl -1 4 -1 -1 -1
    ^disallow -1 2 0 0 -1 | ^do -1 0 2 -4 1 | ^document -4 -8 -2 13 -2 | ^don't -3 3 2 -2 -1
    ^drop -3 1 1 -1 1 | ^enabl 2 -6 2 -3 2 | ^ensur -2 5 -2 -1 -2 | ^expand -2 1 -1 2 -1
    ^export 5 -1 -1 -1 -3 | ^expos 7 -3 -2 -2 -2 | ^extend 2 -4 1 0 0 | ^extract -3 -2 -1 0 5
    ^faster 0 -2 3 -1 -1 | ^fix -6 3 -9 0 0 | ^handl 0 3 -2 -2 -3 | ^ignor -3 5 -1 -1 0
    ^implement 7 -4 -2 -3 -2 | ^improv -3 -3 1 2 0 | ^includ 3 0 -1 0 -2 | ^inlin -3 -4 3 -1 3
    ^introduc 6 -5 0 -1 -1 | ^log 2 -2 -1 -1 0 | ^mak -1 1 -3 2 -4 | ^mark 2 -2 1 -1 -1
    ^migrat -1 -3 -1 0 5 | ^mov -3 -4 0 -3 6 | ^new 5 -2 0 0 -1 | ^optimiz 0 -6 8 -2 -4
    ^pars 2 1 -1 0 -2 | ^preserv -1 4 -1 -1 -2 | ^prevent -2 3 -1 -1 -1 | ^properly -1 2 -1 0 0
    ^provid 2 -1 0 -1 0 | ^reduc -1 -3 3 -1 2 | ^refactor -4 0 -1 -1 5 | ^reject -2 3 0 0 -1
    ^remov -9 -3 -2 -2 7 | ^renam -1 -4 -1 1 4 | ^replac -5 -3 0 0 5 | ^report 2 -1 0 -1 0
    ^requir -3 2 0 1 1 | ^reset -2 3 0 0 0 | ^resolv -1 5 -1 -1 -2 | ^respect -3 5 -1 -1 -1
    ^restor -4 1 -1 2 1 | ^return 1 -3 1 -1 2 | ^set -1 1 -1 -2 1 | ^show 1 0 -1 1 -2
    ^simplify -3 -1 -1 -1 5 | ^skip -3 0 3 0 -1 | ^sp -2 -6 8 -2 -2 | ^split -2 0 0 -1 2
    ^support 6 0 -3 -3 -3 | ^suppress -2 4 -1 -1 -2 | ^switch -1 -4 4 0 0 | ^unify -1 -1 -1 0 2
    ^updat -2 -4 -5 2 3 | ^use -6 -1 1 -1 3 | ^validat 0 2 -1 0 -2 | ^warn 3 -3 -1 0 0
    about -5 0 1 4 0 | access 2 0 0 -2 -2 | accessor -2 1 0 0 0 | account -3 4 -1 0 0
    activ 2 -1 0 1 -1 | add 5 -5 -7 -1 -5 | address 2 -1 0 -1 0 | after -3 8 -2 -3 -4
    alert 1 2 -1 -1 -2 | alia -1 -2 -1 3 1 | alias -2 -1 2 1 -2 | align -3 3 -1 1 -1
    all 1 -1 -2 2 -1 | allocation 2 -2 1 0 -1 | allow 4 -1 -4 -2 -3 | already -1 0 0 0 2
    also -5 -1 -1 8 -3 | alway -5 3 0 0 1 | an 2 0 -3 -1 -1 | and 0 -1 -2 0 -3
    annotation -2 2 -1 0 1 | any 0 2 -1 0 -2 | api 2 -2 -3 2 -3 | apis 1 0 1 0 -3
    app 2 -1 -1 1 -1 | apply -2 2 -1 -1 0 | are -4 3 -2 0 1 | argument -1 3 1 -3 -4
    array -1 1 -2 -1 1 | as 4 2 -1 -6 -7 | ast -2 -1 3 1 -2 | async -1 1 0 2 -3 | at 1 0 0 -1 -3
    attribut 1 -1 2 -4 0 | auto 1 0 -2 0 0 | availabl 1 -2 -1 -1 3 | avoid -8 -1 7 -6 0
    back -3 5 -1 -1 -2 | backend -1 -2 0 3 0 | bar -1 3 0 0 -1 | bas 2 -3 1 -1 -1
    basic 2 -2 -1 2 -1 | be 1 -1 -2 -3 2 | befor -1 4 -1 -1 -4 | behavior -4 1 -1 3 1
    being -2 2 -1 0 -1 | between -4 2 0 3 -1 | bind 2 -1 0 -2 0 | binding 1 1 1 -2 -3
    block 2 2 -2 0 -5 | body -2 1 1 -1 0 | bound -1 1 -2 3 -2 | break -3 1 1 0 2
    broken -1 1 -1 2 -1 | bucket 3 -1 0 0 -2 | buffer 0 -2 3 0 -2 | bug -2 5 0 -2 -2
    build -2 2 -3 0 0 | builder 0 1 1 -2 -1 | builtin -1 0 2 -1 -1 | by 1 1 2 -2 -6
    byt 2 -2 0 0 0 | cach -5 -5 10 -5 -1 | calculation -2 2 3 -2 -2 | call -2 -2 4 -5 0
    can -1 -1 -2 1 2 | cancel -2 3 0 1 -1 | canonicaliz -2 3 0 0 0 | captur -3 4 0 0 -1
    cargo -2 3 -1 0 0 | cas -3 0 2 0 0 | cast -1 3 -1 -1 -1 | caus -2 2 1 0 -2 | cell -3 3 0 -1 0
    cfg -4 1 -1 2 1 | chain -1 2 0 0 0 | chang -3 0 0 -1 1 | character -1 3 0 -1 -1
    check -4 -2 4 -3 -1 | chunk -1 -1 1 2 -2 | ci -6 0 -1 -1 7 | cjs -1 0 0 0 2
    clarify -4 -7 -2 11 -1 | class -7 2 0 1 1 | clean -2 2 -2 -1 2 | cleanup -4 2 -2 -2 5
    clear 1 0 1 0 -3 | cli 2 2 0 -2 -3 | click 4 -1 -1 -1 -2 | client 2 -2 -1 0 -1
    clippy -2 -4 -1 -2 9 | clon 3 -1 0 -2 -1 | clos -2 4 -1 -1 0 | cod -7 -4 5 -1 3
    collision -1 4 -1 0 -1 | color 1 4 -1 -2 -3 | column 3 -1 -1 0 -3 | command 2 2 -2 -2 -5
    comment -2 -2 -2 -1 4 | compat -3 1 -1 -1 3 | compatibility -1 3 -1 0 -2 | compil -2 4 0 0 -2
    completion 2 1 -1 -1 -2 | complex 3 -1 0 0 -1 | component -1 -2 0 0 3 | condition 0 2 -1 0 -2
    config 1 1 -3 -4 2 | configurabl 2 -1 0 -1 0 | configuration 2 1 -1 -3 -1 | connect 0 2 0 -1 -1
    connection -1 3 -2 -1 -1 | consistency -2 1 0 -1 2 | consolidat -1 -2 0 1 3 | const -1 -1 0 0 2
    constant 4 -2 -1 -1 -1 | constraint -1 0 0 0 2 | constructor 2 2 -1 -1 -2
    contain 0 3 -1 -1 -2 | container 2 -2 1 0 -1 | content 1 2 -1 -1 -1 | context -2 0 2 -2 1
    continu 2 -3 0 0 1 | control 0 2 0 -1 -1 | conversion 2 1 -1 -2 0 | convert -2 -2 3 -2 2
    copy 0 -2 0 0 1 | correct -4 3 -2 4 -4 | correctly -5 9 -1 -1 -3 | count 1 1 -1 0 -2
    counter -2 3 0 0 -1 | cpu 0 2 0 0 -1 | crash -2 4 1 -1 -3 | crat 1 -2 -1 1 -1
    creat -1 -2 1 -1 2 | creation -1 -5 2 0 3 | credential -2 4 0 0 -1 | css 3 2 -1 -1 -4
    current -2 1 -1 3 -1 | cursor 1 3 -1 -1 -2 | cycl 2 -2 -1 0 1 | data 1 1 0 -2 -1
    deadlock -1 3 0 0 -1 | debug 3 -2 -1 0 0 | declaration -3 2 -1 0 1 | decod -3 6 0 -1 -4
    decorator -3 4 -1 1 -1 | default 0 0 -1 -4 -1 | defer -1 -2 1 0 1 | defin 1 -1 0 1 -2
    definition 2 1 -2 -3 1 | delay 3 -2 -1 2 -2 | dep -4 -3 2 -2 5 | dependency -3 1 -1 -3 3
    deprecat 0 -2 -2 -2 4 | deprecation -2 1 -1 0 2 | deriv 7 -3 -2 -2 -3
    description -4 -4 0 8 -1 | detail -2 0 0 2 0 | detect 0 2 0 -1 -3 | detection -3 5 -1 -1 -1
    diagnostic -1 2 2 -2 -4 | diff -1 2 0 0 -1 | different 0 -1 -1 0 2 | dim 3 -1 -1 1 -2
    dimension -1 0 0 0 2 | dir -1 4 -1 -1 -1 | direct -2 1 0 0 2 | directory 5 -3 -1 -2 -1
    disabl 3 2 -1 -1 -3 | disallow -1 2 0 0 -1 | display 1 2 -1 -1 -1 | do -2 0 0 -1 -1
    doc -12 -7 -5 16 -4 | docstr -3 -8 -1 12 -2 | docstring -4 -6 -1 11 -3
    document -5 -3 -2 11 -4 | documentation -7 -4 -3 13 -5 | doesn't 0 -1 0 2 -1
    don't -3 3 2 -3 -2 | down 0 2 0 0 -1 | driver 0 0 -1 -1 2 | drop -2 1 0 0 -2
    duplicat -2 1 -1 0 1 | dur 1 2 0 -1 -5 | duration 0 3 0 -1 -2 | dynamic -1 0 1 1 -3
    each -1 -2 -1 0 3 | early 0 -2 2 -1 1 | element 1 2 0 -1 -2 | emit 0 1 1 -2 -3
    empty 0 2 -2 -2 -1 | enabl -1 -4 0 -2 4 | encod 2 1 -1 -1 -3 | end -3 4 0 -1 -1
    endpoint 5 -2 0 -1 -3 | engin 3 -2 0 -1 0 | enhanc 2 -4 0 0 1 | ensur -2 5 -2 -2 -1
    entry -2 -1 -1 1 2 | env -2 6 -1 -2 -2 | environment 2 0 -1 -1 -1 | equal 0 2 0 0 -1
    error -3 0 -3 3 -2 | escap -3 4 -1 0 0 | esm -2 -1 0 -1 2 | evaluation -1 0 2 0 -1
    even 0 2 0 0 -1 | event 3 0 -1 -1 -1 | exampl -8 -12 -2 21 -6 | exception -1 2 -1 -1 0
    execut -1 2 -1 0 0 | exit 0 3 -1 -1 -3 | expand 1 -1 -1 2 -2 | experimental 2 -1 0 -1 0
    explicit -1 2 -1 -1 0 | export 0 1 -2 -3 2 | exporter -1 -1 -1 -1 3 | expos 8 -3 -2 -2 -2
    expression -3 5 0 -1 -3 | extend 3 -4 0 0 0 | extension -2 1 -1 1 1 | extra -2 4 0 0 -3
    extract -3 1 0 -1 3 | extraction -3 1 3 -1 -1 | fail 2 2 -1 -2 -3 | fallback -2 4 -1 -1 0
    fals -3 8 -1 -2 -2 | fast -6 -3 8 -1 -1 | faster -1 -5 7 -1 -3 | featur 0 -4 -2 3 1
    fetch 1 -2 0 -1 1 | field 0 0 0 -2 0 | fil -1 0 -2 -4 0 | filenam -1 3 1 -1 -1
    filter 5 -4 0 -1 0 | first 4 -2 0 0 -2 | fix -12 6 -8 4 -4 | flag -2 2 -2 2 0
    float 0 2 -1 0 -2 | flush 0 0 -1 1 -2 | focus 0 2 -1 0 -2 | follow -2 3 0 0 -1
    for 0 0 -2 -2 -4 | forc -1 3 -1 -1 0 | format 1 -2 0 -1 1 | formatter -2 0 3 0 -2
    forward -2 2 0 0 0 | fram 3 -2 -1 -1 0 | from 1 0 -4 -2 -2 | fs -3 3 0 1 0 | full 1 0 -1 0 -2
    function -1 -2 0 0 0 | gc -1 0 2 -1 -2 | generat 0 -1 3 -2 -1 | generation 0 -3 1 0 3
    generator -1 -1 2 -1 1 | generic -3 1 4 0 -2 | get 1 0 1 -2 -1 | github 0 -2 0 -1 3
    global 1 2 -2 -1 -1 | go -1 -3 -1 -1 5 | group 3 -1 0 -2 -1 | grpc 2 0 0 -1 -2
    handl -2 3 -4 -2 0 | handler -2 0 -2 -1 3 | has 1 2 -1 -1 -3 | hash -1 -1 4 0 -4
    header -1 1 -3 -1 3 | help -2 3 -1 0 -2 | helper -1 -3 -2 -1 6 | hid 2 -1 0 0 -1
    highlight 3 2 -2 -3 -1 | hint 4 -1 -2 -1 -2 | histogram 4 -1 0 0 -2 | honor -3 5 0 0 -1
    hook 0 1 -1 -2 1 | host 2 0 -1 -1 -1 | html 0 -2 0 2 0 | http -4 2 0 -2 2 | id 3 -1 -1 -1 0
    ids 0 2 0 -1 -2 | if 1 1 -1 -4 -2 | ignor -3 2 1 -2 -1 | impl 8 -5 -2 -1 -1
    implement 7 -4 -2 -3 -1 | implementation 2 -3 1 -2 0 | import -6 1 -1 1 2 | improv -3 -3 2 2 -1
    improvement 3 -2 1 -1 -1 | in -3 2 -2 -2 -2 | includ 3 0 -1 0 -3 | incorrect 0 3 -1 1 -4
    increas 0 -2 0 -1 2 | index 1 -2 0 -1 0 | infinit -1 2 0 0 0 | info 2 0 -1 0 -2
    information -3 1 3 -1 0 | ingester 3 -2 0 -1 0 | initial 4 -1 0 -1 -2 | initializ -3 3 -1 -1 1
    inject 3 -1 0 -1 -1 | injection 2 2 -1 -1 -2 | inlin -3 -1 2 -2 2 | input 1 -4 -1 -1 5
    insid -2 3 -1 -1 0 | install 3 0 -1 -2 -2 | instanc -2 4 0 0 -1 | instead -6 2 2 0 -1
    int 1 -2 1 -1 0 | integer -2 2 0 0 0 | interfac 1 -4 0 0 3 | internal -7 0 0 0 6
    interpolat -1 2 -1 0 -1 | into 0 -5 -1 -1 3 | introduc 9 -5 -1 -1 -3 | invalid 0 3 -2 -1 -2
    io -1 -3 -1 4 0 | ipv -2 3 0 0 -1 | issu -1 -1 -1 2 0 | it 0 -2 -1 1 1 | item 0 -2 0 -1 2
    iterator 4 -3 0 -1 -1 | its 0 0 -2 0 1 | job 4 1 0 -3 -4 | join -1 -3 3 1 -1 | js -2 -2 3 -2 2
    json -1 2 1 -2 -1 | keep -2 3 -1 -1 0 | key -2 4 -1 -1 -3 | keyword -2 3 2 -2 -2
    kwarg -1 -1 -1 3 -1 | label 4 -2 0 -2 -2 | latest 3 -4 0 2 -1 | leak -2 5 0 -1 -2
    legacy -1 4 0 -1 -1 | length 5 -1 -2 -1 -2 | less -1 -2 2 1 -2 | level 0 -2 0 -2 3
    lib -1 -1 -1 2 0 | lin 1 3 -1 -2 -5 | link -8 -4 0 12 -6 | lint -5 -4 0 1 6 | linux -1 0 2 0 0
    literal -2 -1 1 0 2 | local 1 2 -1 -2 -2 | location 0 1 0 -1 -2 | lock 2 3 -2 -2 -3
    log 3 -2 1 -3 -1 | logger 0 -2 0 1 1 | logic -2 -3 2 -2 3 | macro 2 1 -3 -2 -2
    main -1 -2 0 2 0 | mak -2 -3 -1 0 3 | management 0 2 -1 0 0 | manager 2 -3 3 0 -2
    many -1 -2 2 1 -2 | map 1 -2 0 -1 1 | mark 2 -1 1 -1 -1 | markdown 1 1 -1 0 -2
    match 3 0 2 -3 -5 | max 0 2 0 0 -2 | member -2 3 0 -1 -1 | memory 2 0 1 0 -4 | merg -2 0 -1 1 1
    messag -2 -1 0 -2 2 | metadata -2 -3 -1 0 4 | method 3 -2 -3 0 -1 | metric 5 -3 -2 -3 0
    migrat 0 -2 -1 -2 3 | migration 5 -2 -2 -3 0 | min -1 -2 1 0 1 | minor -2 -4 1 1 4
    miss -8 4 -1 4 -1 | mod 1 1 -1 -2 -1 | modifier 0 2 -1 0 -1 | modul 0 -2 -1 2 0
    mor -3 -1 2 2 -2 | mov 0 -4 0 -3 4 | multipl 1 1 -1 -2 -2 | mut 2 0 0 0 -1 | nam -3 1 0 -1 1
    namespac 0 3 0 -1 -3 | nativ 1 -2 2 -1 0 | need -2 -2 3 -1 1 | negativ -4 4 2 0 -2
    nest -1 1 2 1 -4 | new 3 -1 -3 0 -1 | newlin -3 5 0 0 -1 | nil -3 4 -1 -1 0 | no -1 -4 -4 -2 7
    nod -3 2 2 -2 0 | non -1 2 -1 0 0 | normaliz -2 3 0 -1 0 | not -7 1 1 6 -5
    notification 4 -2 0 0 -1 | now -2 0 -1 0 2 | null -1 2 -1 0 0 | number -2 2 -1 -1 1
    numeric 0 1 0 1 -2 | of -1 -1 -1 0 -3 | offset 0 2 0 0 -2 | old -1 -1 2 -1 0 | on -2 1 -3 0 -5
    onc -2 2 -1 -1 1 | one 0 -2 0 0 2 | only -2 2 -1 -3 1 | open 2 0 -1 0 -3
    operator 3 -2 0 -1 -2 | ops -4 -3 1 0 5 | optimiz 2 -6 7 -2 -5 | optimization 2 0 1 -1 -3
    option 1 -1 2 -2 -2 | optional -1 2 -1 -2 0 | or 0 0 -2 -1 2 | order -1 2 1 0 -4
    origin 1 -2 1 0 1 | os -3 0 1 0 1 | other 2 0 -1 -1 -1 | out -2 -1 2 0 0 | output 0 1 -2 -3 2
    outsid -1 2 0 0 0 | over 2 -2 -1 1 -1 | overrid 0 1 0 0 -2 | packag 0 -2 -1 -4 3
    pag 3 -1 1 -1 -3 | panic -4 6 0 0 -3 | parameter 0 1 0 -2 -1 | parent -3 3 0 1 -1
    parquet 2 -2 0 0 0 | pars -2 1 1 -2 0 | parser -3 -3 5 -3 1 | part -1 1 -1 0 2
    partition 3 -1 0 -1 -1 | pass -1 0 -1 -1 2 | path -5 1 7 -4 -4 | pattern -2 4 0 0 -3
    pep 2 0 -1 0 -2 | performanc -1 -5 7 -7 2 | persistent 2 -1 1 0 -2 | pip -1 2 0 0 -1
    plugin -5 -1 -2 -2 8 | pointer 2 0 0 -1 -1 | policy 0 0 2 0 -2 | poll 3 -1 -1 1 -1
    pool 0 -2 1 1 0 | position -1 4 -1 -1 -1 | possibl 1 -2 1 -1 0 | prefix -2 4 0 -1 -1
    prepar -7 -6 -3 -2 16 | preserv -1 4 0 -1 -2 | prevent -3 6 -1 -2 -2 | print -2 1 0 0 0
    process -5 3 2 0 -1 | project 4 -1 -1 -1 -3 | prometheus 0 -3 0 -1 3 | prompt -2 5 -1 -1 -1
    propagat -1 3 0 0 -1 | properly -4 5 -1 0 0 | property 0 3 -1 0 -3 | protocol 2 -2 -1 -1 1
    provid 3 -1 -1 -1 0 | provider -2 1 0 0 2 | public 2 -1 1 -1 -2 | publish -1 0 0 -1 2
    push 2 -1 0 -1 0 | py -3 1 -1 1 0 | python 0 1 -4 1 -2 | querier 3 -3 0 -1 0
    query 5 -1 -2 -5 -4 | queu 1 -3 1 -1 3 | quot -2 3 0 1 -1 | rac -1 4 -1 -1 -2
    rais -2 0 -1 2 1 | rang -3 6 -1 -2 -2 | read 2 0 -1 1 -5 | readm -4 -5 0 3 5
    ready 0 -2 3 -1 0 | receiver -1 1 -1 -1 2 | reduc -1 -3 5 -2 1 | redundant 0 -2 3 0 -2
    refactor -2 -1 -2 -2 4 | referenc -2 0 -2 5 -3 | regex -1 0 3 -1 -2 | register -1 4 -1 -2 -2
    registration -3 4 0 0 -1 | regression -2 3 0 -1 -1 | reject -2 4 0 0 -1 | relativ 3 -2 0 0 0
    releas -7 -3 -1 -3 10 | reload -1 4 -1 -1 -1 | remov -4 -1 -3 -2 3 | renam -4 -2 -2 2 3
    render 0 0 0 1 -2 | replac -3 -3 1 -1 3 | report 0 2 -1 -1 -1 | request -1 2 -4 -3 1
    requir -3 4 -1 -1 0 | reserv 1 -2 3 0 -1 | reset 0 3 0 0 -1 | resolution -1 2 -1 0 -1
    resolv 0 0 1 -2 0 | resourc -1 1 -1 -1 2 | respect -3 6 -1 -1 -1 | respons -1 0 -1 -1 2
    restart -2 4 0 0 -1 | restor -5 3 -1 2 0 | result 0 5 -1 -1 -4 | retry 3 -2 0 -1 -1
    return -3 2 -1 1 -1 | reus -1 -1 2 -1 0 | rewrit -2 1 0 1 -1 | ring 2 1 -1 -1 -1
    rout -1 2 0 0 0 | row 4 -2 0 0 -1 | rs -2 -2 -1 4 -2 | rul -5 1 -2 4 1 | run -1 -2 -1 -1 4
    runtim -2 0 -2 3 0 | rust 2 -1 0 -1 -2 | saf -1 3 0 0 -1 | safety -3 -3 -1 8 -2
    sam 0 1 1 0 -2 | sav 1 0 1 -1 -3 | schem 2 -1 0 0 -1 | schema 0 -2 0 0 3 | scop -2 2 3 -1 -2
    script -2 1 0 -2 2 | search 0 1 0 -1 -2 | second 1 0 0 0 -2 | section 0 -5 -1 7 -3
    select 1 -1 -1 2 -1 | selection 1 3 -1 -2 -2 | self -1 0 2 -2 -1 | send -2 3 -1 2 -3
    sender 4 -5 -1 1 0 | separat 1 -1 -1 -2 2 | sequenc 1 1 0 0 -2 | serializ -1 -1 -1 -1 3
    server 1 2 -2 -2 -2 | servic 0 -1 -1 0 2 | set 0 0 0 -2 -1 | setting 0 -1 -1 2 -1
    sha 2 -2 0 1 -2 | shadow -2 4 -1 0 -1 | shar -4 5 0 1 -1 | shard 2 -1 0 -1 -1
    shell 1 2 -1 -1 -2 | should -3 6 -2 -1 -3 | show 4 -4 0 0 -2 | shutdown 2 0 -1 -1 0
    signal -1 2 -1 1 -1 | signatur 2 0 -2 -2 0 | simplify -3 -2 2 -2 4 | singl 3 -3 1 0 -1
    siz 0 0 2 -2 -1 | skip -4 0 3 -1 1 | slic -1 -1 -3 -1 4 | slot -3 0 1 0 1 | small 1 -3 -3 0 4
    so 2 -2 -1 0 -1 | som -7 -2 5 1 0 | sort 0 -1 3 0 -3 | sourc -2 1 4 -1 -3 | sp -3 -6 8 -2 -1
    spac -3 5 -1 -1 0 | span 2 0 -1 -1 0 | specific 3 -2 0 0 -1 | specify 1 -3 2 0 1
    split 0 -3 -1 1 2 | sqlit 1 3 -2 -2 -3 | stabiliz 7 -6 0 -1 -1 | stabl 4 -1 -1 -1 -3
    stal -1 3 0 0 -1 | standard 1 -2 0 0 1 | start 0 0 -3 -2 3 | startup 0 -4 2 0 1
    stat -1 0 3 -1 -3 | static -3 4 -1 0 0 | status 2 -2 -1 -1 1 | std -1 -1 -1 0 3
    stderr -2 3 0 1 -1 | stdout -2 2 0 2 -2 | stop -2 4 0 -1 -2 | stor 2 -2 -1 1 0
    storag 2 0 0 -1 0 | str 1 -1 1 -2 0 | strip -2 2 -1 0 0 | struct 2 -5 0 -1 3 | styl 2 1 -1 0 -4
    support 8 -2 -5 -4 -6 | suppress -1 2 0 -1 0 | switch -2 -2 3 -1 0 | symbol 0 2 -1 -1 -1
    sync 2 -2 -1 2 -1 | syntax -2 3 -2 -1 1 | system 1 2 0 -1 -2 | tab -1 4 -1 -1 -1
    tabl 1 1 -1 1 -3 | tag -5 6 1 -2 -1 | tak 0 3 -1 -1 -2 | target -1 3 -1 -2 0
    task -2 2 -3 3 -3 | templat -2 3 0 -1 -1 | tenant 3 0 0 -1 -3 | terminal 0 2 -1 -1 -1
    test -6 -3 -3 0 8 | text 3 1 -1 0 -4 | than 0 2 -1 0 -1 | that -1 -4 0 3 -1 | the 0 -2 0 -1 -2
    their 0 2 -1 0 -1 | them 2 3 -2 -1 -3 | thread -1 -1 -1 3 0 | through 2 -3 1 -1 0
    tim 2 -2 -2 0 0 | timeout -3 0 -1 1 1 | timer 0 -2 0 0 2 | timestamp -1 2 0 -1 -1
    tls -1 4 0 -1 -2 | to -2 -2 -3 0 0 | token 1 1 0 -1 -3 | too 3 -1 0 0 -1 | tool 3 -3 -1 0 0
    total 2 0 0 0 -1 | track 1 -2 1 -2 0 | trail -4 3 0 1 0 | trait 2 -2 -1 0 0
    transform -1 0 0 -1 2 | treat 0 2 0 0 -1 | try 1 -2 0 0 -2 | ts -4 2 0 -2 2 | tupl 2 -2 1 -1 -2
    typ -5 -2 3 -6 1 | typescript -1 3 0 -1 -1 | typo -8 -8 -2 9 5 | ui 1 0 0 -2 1
    undefin -1 3 0 -1 0 | under -1 3 -1 -1 -1 | unify -1 -1 -1 0 3 | unit -1 2 -1 0 -1
    unnecessary -2 -4 5 -1 1 | unsupport -1 2 -1 0 1 | unus -3 -3 -2 0 7 | up -7 -3 5 0 1
    updat -2 0 -7 2 1 | upgrad 0 2 -1 -1 0 | url 0 -2 0 2 0 | usag 1 -5 2 0 1 | use -3 -2 0 -5 2
    user 2 -2 1 -2 -1 | validat 2 0 -1 -1 -1 | validation -2 5 -1 -1 -3 | valu 2 0 -1 -2 -2
    var -1 3 -1 -1 0 | variabl 2 -3 -1 -1 1 | variant 2 3 -1 -1 -3 | version -2 1 -2 0 1
    view 1 2 -1 -2 -1 | virtual -1 1 -1 -1 2 | wal 2 1 0 0 -2 | warn 0 -1 -2 0 1
    warning -3 -2 -1 0 5 | watch 1 0 -1 2 -3 | when 0 5 -1 -8 -5 | wher 0 2 -1 0 -2
    which 1 2 -1 -1 -2 | whil -3 5 -1 -1 -1 | whitespac -1 3 0 -1 -1 | width -3 4 0 -1 -2
    window -3 5 -2 -2 1 | with -2 3 -4 -2 -3 | within 2 0 0 0 -1 | without 0 3 0 -1 -3
    word 0 -4 -1 4 0 | work 0 -1 2 -1 -2 | wrap 1 1 0 0 -2 | wrapper 1 -3 0 0 2 | writ 0 1 -2 -1 -2
    yaml -2 -3 0 -1 6
"""

WEIGHTS: dict[str, tuple[int, ...]] = {
    word: tuple(map(int, numbers))
    for word, *numbers in map(str.split, _TABLE.replace("\n", "|").strip("|").split("|"))
}
"""Word or mark → its weight for each group."""
