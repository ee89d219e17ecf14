"""Deterministic simulation: a whole shop in one process, in which one seed decides all that happens.

    python -m tests.simulation [--minutes M] [--seed S ...] [--steps N] [--jobs N] [--plan "..."]

Tills, workers, upkeep and an operator take turns, one at a time, and the turn changes before each SQL statement, each
commit, message, call to another system and sleep. There anything may befall whose turn it is: it dies, its connection
breaks before or after the statement or the COMMIT, the server ends its transaction for a conflict or a deadlock, a lock
is not had in time, it stands still for minutes. Messages are dropped, doubled, delayed and reordered, the broker goes
away and comes back empty; the payment provider and accounting do not answer, answer after a minute, wrongly, or after
the effect; clocks are off and jump; holds lapse; keys are sent again after days. After `--steps` steps nothing fails
any more, and all that was accepted has to settle.

What is real: every line of orders, inventory and workers that settles, claims, retries, parks, sweeps, expires, leases,
refills, numbers, relays and repairs, and all of its SQL, in a real PostgreSQL (without fsync: whoever kills here kills
the client, never the server). What is simulated: time (`now()` in SQL as well), chance, ids; the broker and Celery's
delivery (`broker`), so neither ring.py's Lua nor the bell is run; the two other systems (`outside`); the HTTP layer,
since tills call `orders.journal.submit`. A process is a thread with a connection of its own: what a module keeps for
its process (the pause of a nudge, a share of threads) is one for all of them, or taken out (`world`). Of a process that
asks several providers at once the asking is one after the other. A till's drawer that has to be open, and new stock
levels are not here, and a statement is one step: what two statements do to each other midway is not tried.

Why the database is no model: half of the decisions are SQL - what is claimed, skipped, blocked, leased, numbered. A
model of it in memory would repeat the very rules that are to be checked. So the speed is PostgreSQL's: 200 to 900 steps
a second, by how busy the machine is; a step is a statement. `--jobs` runs as many seeds at a time, each with a process
and a database of its own: a job keeps one core busy. What can be decided in memory is decided there
as well: `mirror` has the pure core decide each committed command once more, one after the other in the order of the
commits, and compares everything with what the database came to.

Judged from outside (`laws`, after each commit): nothing is oversold, levels are the sum of what was moved and held,
money adds up, history is a path, each command has one outcome that never changes and effects only if it succeeded, none
overtakes one that was accepted before it was sent, numbers are neither lost nor given twice, a drawer's closing tells
what lay in it and comes after what its till sold before, stores have nothing of each other's, no transactions of ours
deadlock, nothing is parked but for want of an answer. At the end (`ends`): all is settled, and bank and books agree
with the shop.

One seed is one run with one code, on a server of this machine: a statement that the code sends more or less changes its
course. A seed that fails is printed with its plan, and with a smaller plan that still fails
(`shrink`). Put that line into `seeds.txt`: it is run for ever. `mutants` are protections that are taken away; the tests
hold that those of `teeth.txt` are missed.
"""
