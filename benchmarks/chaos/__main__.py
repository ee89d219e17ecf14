"""`python -m benchmarks.chaos`: kill -9 at random while tills sell, then check the books. `--each`: every kind once.

The stack is one of its own, with embedded servers, in RINGUP_HOME/chaos. Status 0: everything holds.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

from benchmarks.chaos.books import faults, states
from benchmarks.chaos.tills import Tills
from benchmarks.chaos.victims import Victim, of_each_kind, victims
from project import env as environment
from project.commands.demo import django_on
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed, wait_until
from project.stack.ending import term_as_interrupt
from project.stack.home import HomeTaken
from project.stack.readiness import probes
from project.stack.stack import Stack

BACK_WITHIN_S = 60
TILLS = 3
PAUSES_S = (0.5, 4.0)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, metavar="N", help="how long to kill at random")
    parser.add_argument("--each", action="store_true", help="kill each kind of process once, and time its recovery")
    parser.add_argument("--seed", type=int, default=0, help="other victims at other times")
    options = parser.parse_args(arguments)
    term_as_interrupt()
    try:
        with Stack(home=environment.current().ringup_home / "chaos", fresh=True, tell=print) as stack:
            with Tills(stack.run_info, count=TILLS) as tills:
                if options.each:
                    kill_each(stack, tills)
                else:
                    kill_at_random(
                        stack, until=time.monotonic() + options.minutes * 60, chance=random.Random(options.seed)
                    )
            return report(stack, tills)
    except (BadSetting, HomeTaken, ServerFailed) as failed:
        environment.stop(str(failed))


def kill_at_random(stack: Stack, *, until: float, chance: random.Random) -> None:
    killed: Counter[str] = Counter()
    while time.monotonic() < until:
        if found := victims(stack.run_info["pids"]):
            kinds = sorted({victim.kind for victim in found})
            kind = chance.choice(kinds)
            victim = chance.choice([one for one in found if one.kind == kind])
            killed[victim.kind] += victim.kill()
        time.sleep(chance.uniform(*PAUSES_S))
    print(
        f"Killed             {killed.total()}: {', '.join(f'{kind} {count}' for kind, count in killed.most_common())}"
    )


def kill_each(stack: Stack, tills: Tills) -> None:
    for kind in of_each_kind(stack.run_info["pids"]):
        # Looked up anew: a server that was started again has other children.
        if victim := of_each_kind(stack.run_info["pids"]).get(kind):
            seconds = recovery_s(stack, tills, victim)
            print(f"Killed {kind:40} recovered in {seconds:5.1f} s", flush=True)


def recovery_s(stack: Stack, tills: Tills, victim: Victim) -> float:
    """Until every process answers and a sale that began after the kill is settled."""
    is_well = all_well(stack)
    began = time.monotonic()
    victim.kill()
    if not wait_until(lambda: tills.sold.last_began_at > began and is_well(), seconds=BACK_WITHIN_S):
        raise ServerFailed(f"{victim.kind} was not back within {BACK_WITHIN_S} s")
    return time.monotonic() - began


def all_well(stack: Stack) -> Callable[[], bool]:
    run = stack.run_info
    urls = {"web": run["base_url"], "flower": run["flower_url"], "accounting": run["accounting_url"]}
    return lambda: all(answers() for answers in probes(urls, broker_url=run["broker_url"]).values())


def report(stack: Stack, tills: Tills) -> int:
    with django_on(stack):
        from orders.audit.round import audit  # its models need the stack's database

        found = states(stack.run_info["database_url"], tills.sold.accepted)
        wrong = [*faults(found, len(audit())), *tills.sold.failed]
    print(
        f"Accepted           {len(tills.sold.accepted)}: {', '.join(f'{count} {one}' for one, count in found.items())}"
    )
    print(f"Longest silence    {tills.sold.longest_s:.1f} s without a settled sale")
    for line in wrong:
        print(f"Wrong              {line}")
    print("Something is wrong." if wrong else "Everything holds: nothing was lost, doubled or oversold.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
