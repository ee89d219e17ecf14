"""Who does the work gives signs of life; a monitor and an operator see who has fallen silent."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from base.outside.signs import Giver, Role, signs, unserved
from orders.journal.core.shares import Lane, Route
from project import env as environment
from workers.watch.unserved import Watch

pytestmark = pytest.mark.django_db

SIGNS, QUEUES = "ringup:signs", "ringup:queues"
SILENCE_MAX_S = environment.current().silence_max_s


@pytest.fixture(autouse=True)
def broker() -> Iterator[Any]:
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        broker.delete(SIGNS, QUEUES)
        yield broker
        broker.delete(SIGNS, QUEUES)


def given(broker: Any, **ages_s: float) -> None:
    """By role, how long ago."""
    for role, age_s in ages_s.items():
        broker.hset(SIGNS, f"{role}@elsewhere", f"{time.time() - age_s:.3f} 7")


def figures(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def told(client: Client) -> list[str]:
    """What the admin's first page says of those who do the work, if somebody has to see to it."""
    client.force_login(User.objects.create(username="night shift", is_staff=True, is_superuser=True))
    checks = [check for check, _ in client.get("/admin/").context["checks"]]
    return [check.text for check in checks if check.name == "Workers" and check.severity != "good"]


def test_a_sign_says_who_where_and_when() -> None:
    before = time.time()
    giver = Giver(Role.BEAT, settings.BROKER_URL)
    giver.give()
    (sign,) = signs(settings.BROKER_URL) or []
    assert sign.role is Role.BEAT
    assert sign.pid > 0
    assert sign.host
    assert before - 1 <= sign.at <= time.time() + 1


def test_a_sign_is_as_old_as_it_is_though_the_clocks_of_machines_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() - 60)
    Giver(Role.BEAT, settings.BROKER_URL).give()
    monkeypatch.setattr(time, "time", lambda: right() + 60)
    (sign,) = signs(settings.BROKER_URL) or []
    assert time.time() - 5 <= sign.at <= time.time() + 1


def test_signs_are_not_given_more_often_than_need_be(broker: Any) -> None:
    giver = Giver(Role.BEAT, settings.BROKER_URL)
    giver.give()
    broker.delete(SIGNS)
    giver.give()
    assert not broker.exists(SIGNS)


def test_a_monitor_and_an_operator_see_from_which_queue_nobody_takes(
    broker: Any, client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.COMMAND_QUEUES = (Route("north", None, "big"), Route("*", Lane.STOCK, "bulk"))
    given(broker, commands=1, io=1, beat=1)
    Giver(Role.COMMANDS, settings.BROKER_URL, queues=["commands"]).give()
    broker.hset(QUEUES, "big", f"{time.time() - SILENCE_MAX_S - 30:.3f}")
    found = figures(client)
    assert [found[f'ringup_queue_silent{{queue="{name}"}}'] for name in ("commands", "big", "bulk")] == [0, 1, 1]
    assert told(client) == [f"no worker takes from the queue {name}: its commands wait" for name in ("big", "bulk")]
    watch = Watch()
    for lost in ({"big", "bulk"}, {"big"}, {"big"}):
        watch.tell(lost)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "no worker takes from the queue big: its commands wait"),
        ("ERROR", "no worker takes from the queue bulk: its commands wait"),
        ("WARNING", "a worker takes from the queue bulk"),
    ]


def test_where_one_queue_is_for_all_none_is_looked_after(broker: Any, client: Client) -> None:
    given(broker, commands=1, io=1, beat=1)
    assert not [name for name in figures(client) if name.startswith("ringup_queue_silent")]
    Giver(Role.COMMANDS, settings.BROKER_URL).give()
    assert not broker.exists(QUEUES)


def test_without_a_broker_nobody_gives_one_and_none_is_read() -> None:
    Giver(Role.BEAT, "redis://127.0.0.1:1").give()
    assert signs("redis://127.0.0.1:1") is None
    assert unserved("redis://127.0.0.1:1", ["commands"], silence_max_s=SILENCE_MAX_S) is None


def test_the_last_sign_of_a_role_counts_whichever_machine_gave_it(broker: Any, client: Client) -> None:
    given(broker, commands=10 * SILENCE_MAX_S, io=1, beat=1)
    broker.hset(SIGNS, "commands@here", f"{time.time():.3f} 8")
    found = figures(client)
    assert [found[f'ringup_silent{{role="{role}"}}'] for role in Role] == [0, 0, 0]
    assert time.time() - found['ringup_last_sign_at{role="commands"}'] < SILENCE_MAX_S


def test_a_monitor_sees_who_is_silent_and_who_never_came(broker: Any, client: Client) -> None:
    given(broker, commands=SILENCE_MAX_S + 30, io=SILENCE_MAX_S / 2)
    found = figures(client)
    assert [found[f'ringup_silent{{role="{role}"}}'] for role in ("commands", "io", "beat")] == [1, 0, 1]
    assert found['ringup_last_sign_at{role="beat"}'] == 0
    assert time.time() - found['ringup_last_sign_at{role="commands"}'] > SILENCE_MAX_S


def test_a_machine_that_is_no_more_is_forgotten(broker: Any, client: Client) -> None:
    given(broker, beat=8 * 24 * 3_600, io=1)
    assert {sign.role for sign in signs(settings.BROKER_URL) or ()} == {Role.BEAT, Role.IO}
    assert broker.hkeys(SIGNS) == [b"io@elsewhere"]


def test_the_admins_first_page_says_who_is_silent(broker: Any, client: Client) -> None:
    given(broker, commands=SILENCE_MAX_S + 30, io=1)
    commands, beat = told(client)
    assert commands.startswith("no worker settles commands: whatever was sent waits; no sign of life since ")
    assert beat == "beat does not look what is due: what is not rung for waits; no sign of life ever"


def test_the_admins_first_page_says_nothing_while_all_give_signs(broker: Any, client: Client) -> None:
    given(broker, commands=1, io=1, beat=1)
    assert told(client) == []


def test_whether_the_web_server_is_ready_does_not_hang_on_workers(client: Client) -> None:
    """It takes orders and commands without them, and a restart of it would mend nothing."""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": [], "notes": []})
