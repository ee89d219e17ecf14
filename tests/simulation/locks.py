"""Whoever waits for somebody's lock: found out by asking the server, since nothing else tells."""

from collections.abc import Sequence

from tests.simulation.actors import Actor, At, Fault
from tests.simulation.clock import Clock
from tests.simulation.server import Server


def free_blocked(actors: Sequence[Actor], server: Server, clock: Clock, broken: list[str], *, looks: bool) -> None:
    """Whoever has got its lock goes on to its answer; whoever waits too long, or in a circle, is told so. A circle is
    `broken`: all of ours lock in one order. `looks`: something may have been locked or freed."""
    while blocked := [actor for actor in actors if actor.pause.at is At.LOCK]:
        if not looks and all(actor.pause.until > clock.now_s for actor in blocked):
            return
        waits = server.waits([actor.pid for actor in blocked])
        if freed := [actor for actor in blocked if actor.pid not in waits]:
            for actor in freed:
                actor.go_on()
            continue
        late = [actor for actor in blocked if actor.pause.until <= clock.now_s]
        if not late and (circle := _circle(waits)):
            late = [actor for actor in blocked if actor.pid in circle]
            broken.append(f"deadlock of {[actor.name for actor in late]}")
        if not late:
            return
        late[0].go_on(Fault.TIMEOUT)
        looks = True


def _circle(waits: dict[int, list[int]]) -> set[int]:
    for first in waits:
        seen, at = set[int](), first
        while at in waits and at not in seen:
            seen.add(at)
            at = waits[at][0]
        if at in seen:
            return seen
    return set()
