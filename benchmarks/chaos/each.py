"""kill -9 of each kind of process once while tills sell, and the books afterwards."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.chaos.books import faults, states
from benchmarks.chaos.run import all_well
from benchmarks.chaos.tills import Tills
from benchmarks.chaos.victims import Victim, of_each_kind
from project.commands.demo import django_on
from project.stack.embedded.child import ServerFailed, wait_until
from project.stack.embedded.server import EmbeddedServer
from project.stack.stack import Stack

BACK_WITHIN_S = 60
TILLS = 3


def kill_each(home: Path, *, broker: type[EmbeddedServer], tell: Callable[[str], None]) -> int:
    """The status to end with."""
    with Stack(home=home, fresh=True, tell=tell, broker=broker) as stack:
        with Tills(stack.run_info, count=TILLS) as tills:
            for kind in of_each_kind(stack.run_info["pids"]):
                # Looked up anew: a server that was started again has other children.
                if victim := of_each_kind(stack.run_info["pids"]).get(kind):
                    seconds = recovery_s(stack, tills, victim)
                    print(f"Killed {kind:40} recovered in {seconds:5.1f} s", flush=True)
        return report(stack, tills)


def recovery_s(stack: Stack, tills: Tills, victim: Victim) -> float:
    """Until every process answers and a sale that began after the kill is settled."""
    is_well = all_well(stack)
    began = time.monotonic()
    victim.kill()
    if not wait_until(lambda: tills.sold.last_began_at > began and is_well(), seconds=BACK_WITHIN_S):
        raise ServerFailed(f"{victim.kind} was not back within {BACK_WITHIN_S} s")
    return time.monotonic() - began


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
