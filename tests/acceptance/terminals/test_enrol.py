"""A terminal comes to its key by a code that is good once, and goes by being revoked."""

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.commands.core.roles import Role
from orders.models import Terminal
from orders.terminals.core import ALPHABET
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.chain import Chain
from tests.support.shop.till import Answer, Till

NOBODY = Till("")


@pytest.fixture(autouse=True)
def nobody_has_guessed(settings: Settings, fresh_broker: str) -> None:
    settings.BROKER_URL = fresh_broker


def enrol(code: str) -> Answer:
    return NOBODY.post("/terminals/enrol", {"code": code})


def enrolled(code: str) -> Till:
    answer = enrol(code)
    assert answer.status == 201, answer
    return Till(answer.body["key"])


def made(backoffice: Till, name: str = "till 7", role: Role = Role.POS) -> Any:
    answer = backoffice.post("/terminals", {"name": name, "role": role})
    assert answer.status == 201, answer
    return answer.body


def coded(backoffice: Till, till: Till) -> str:
    answer = backoffice.post(f"/terminals/{me(till)['id']}/enrol-code")
    assert answer.status == 201, answer
    return str(answer.body["code"])


def me(till: Till) -> Any:
    return till.get("/terminals/me").body


def works(till: Till) -> bool:
    return till.get("/terminals/me").status == 200


def test_a_new_terminal_gets_its_key_by_its_code(backoffice: Till) -> None:
    told = made(backoffice, role=Role.SUPERVISOR)
    assert told["terminal"] | {"id": 0} == {
        "id": 0,
        "name": "till 7",
        "role": "supervisor",
        "last_used_at": None,
        "revoked_at": None,
        "drawer_open": False,
    }

    answer = enrol(told["code"])

    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body | {"key": ""} == {"key": "", "name": "till 7", "role": "supervisor", "store": "corner"}
    assert me(Till(answer.body["key"]))["id"] == told["terminal"]["id"]


def test_a_code_is_eight_characters_for_fifteen_minutes_in_any_case(backoffice: Till) -> None:
    told = made(backoffice)
    assert len(told["code"]) == 8
    codes = "".join(backoffice.post(f"/terminals/{told['terminal']['id']}/enrol-code").body["code"] for _ in range(40))
    assert set(codes) <= set(ALPHABET)
    assert set("0O1IL").isdisjoint(codes)
    told = backoffice.post(f"/terminals/{told['terminal']['id']}/enrol-code").body
    left = datetime.fromisoformat(told["expires_at"]) - timezone.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    assert works(enrolled(told["code"].lower()))


def test_unknown_used_and_lapsed_codes_are_refused_alike(backoffice: Till) -> None:
    used, lapsed = (made(backoffice, name)["code"] for name in ("one", "two"))
    enrolled(used)
    Terminal.objects.filter(name="two").update(code_valid_until=timezone.now())

    refused = [enrol(code) for code in (used, lapsed, "7KQX3MWP", "", "7", "ﬃ", "a" * 64)]

    assert {(answer.status, answer.code) for answer in refused} == {(401, "enrol_code_invalid")}
    assert len({answer.body["detail"] for answer in refused}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in refused} == {'Bearer realm="ringup"'}


def test_only_a_hash_of_the_code_is_stored(backoffice: Till) -> None:
    code = made(backoffice)["code"]
    stored = bytes(Terminal.objects.get(name="till 7").code_hash or b"")
    assert len(stored) == 32
    assert code.encode() not in stored


def test_a_new_code_ends_the_old_key_when_it_is_used(backoffice: Till, pos: Till) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/reserve", {}, key="r1")
    before, code = me(pos), coded(backoffice, pos)
    assert works(pos)

    renewed = enrolled(code)

    assert not works(pos)
    assert me(renewed) == before
    again = renewed.post(f"/orders/{order_id}/reserve", {}, key="r1")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_key_that_was_left_behind_ends_with_the_code_too(backoffice: Till, pos: Till) -> None:
    renewed = Till(pos.post("/terminals/me/rotate-key").body["key"])
    code = coded(backoffice, pos)

    third = enrolled(code)

    assert [works(till) for till in (pos, renewed, third)] == [False, False, True]


def test_the_newest_code_counts(backoffice: Till, pos: Till) -> None:
    first, second = coded(backoffice, pos), coded(backoffice, pos)
    assert enrol(first).status == 401
    assert works(enrolled(second))


def test_who_is_revoked_has_no_key_no_code_and_gets_none(backoffice: Till, pos: Till) -> None:
    code, terminal_id = coded(backoffice, pos), me(pos)["id"]

    revoked = backoffice.post(f"/terminals/{terminal_id}/revoke")

    assert revoked.status == 200
    assert revoked.body["revoked_at"] is not None
    assert not works(pos)
    assert enrol(code).status == 401
    refused = backoffice.post(f"/terminals/{terminal_id}/enrol-code")
    assert (refused.status, refused.code) == (409, "terminal_revoked")
    assert backoffice.post(f"/terminals/{terminal_id}/revoke").body == revoked.body


def test_a_name_is_had_once_and_taken_as_everywhere(backoffice: Till, elsewhere: Till) -> None:
    made(backoffice, "Kasse Ö".replace("Ö", "O\u0308"))
    taken = backoffice.post("/terminals", {"name": "Kasse Ö", "role": "pos"})
    assert (taken.status, taken.code, taken.pointers) == (409, "terminal_name_taken", ["#/name"])
    for name in ("", " till", "a\tb", "a" * 101):
        assert backoffice.post("/terminals", {"name": name, "role": "pos"}).pointers == ["#/name"]
    assert backoffice.post("/terminals", {"name": "x", "role": "king"}).pointers == ["#/role"]
    made(elsewhere, "Kasse Ö")


def test_the_list_has_the_stores_own_newest_first(backoffice: Till, elsewhere: Till, pos: Till) -> None:
    made(elsewhere, "not ours")
    newest = made(backoffice)["terminal"]
    me(pos)

    first = backoffice.get("/terminals?limit=2").body
    rest = backoffice.get(f"/terminals?cursor={first['next_cursor']}").body

    assert first["items"][0] == newest
    listed = {one["name"]: one for one in first["items"] + rest["items"]}
    assert listed.keys() == {"till 7", "till of corner", *(f"the {role}" for role in Role)}
    assert listed["the pos"]["last_used_at"] is not None
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("verb", ["revoke", "enrol-code"])
def test_another_stores_terminal_is_none(backoffice: Till, elsewhere: Till, verb: str) -> None:
    for terminal_id in (me(elsewhere)["id"], 2**62):
        refused = backoffice.post(f"/terminals/{terminal_id}/{verb}")
        assert (refused.status, refused.code) == (404, "terminal_not_found")
    assert works(elsewhere)


def test_who_may_see_terminals_and_who_may_change_them(chain: Chain) -> None:
    terminal_id = me(chain.tills[Role.POS])["id"]
    for role, till in chain.tills.items():
        reads = till.get("/terminals").status
        changes = [
            till.post("/terminals", {"name": f"of {role}", "role": "pos"}).status,
            till.post(f"/terminals/{terminal_id}/enrol-code").status,
        ]
        assert reads == (200 if role in (Role.BACKOFFICE, Role.AUDITOR) else 403)
        assert changes == ([201, 201] if role is Role.BACKOFFICE else [403, 403])
    for role in (Role.POS, Role.SUPERVISOR, Role.AUDITOR):
        assert chain.tills[role].post(f"/terminals/{terminal_id}/revoke").status == 403


def test_an_operator_asks_for_a_code(pos: Till) -> None:
    shown = io.StringIO()
    call_command("enrol_code", "corner", "the pos", "--json", stdout=shown)
    told = json.loads(shown.getvalue())
    assert told.keys() == {"terminal", "code", "expires_at"}
    assert told["terminal"]["name"] == "the pos"
    plain = io.StringIO()
    call_command("enrol_code", "corner", "the pos", stdout=plain)
    assert enrol(told["code"]).status == 401
    assert works(enrolled(plain.getvalue()))
    assert not works(pos)
    with pytest.raises(CommandError, match="has no terminal nobody"):
        call_command("enrol_code", "corner", "nobody")
    call_command("revoke_terminal", "corner", "the pos", stdout=plain)
    with pytest.raises(CommandError, match="the pos was revoked: make another terminal"):
        call_command("enrol_code", "corner", "the pos")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enrol_with_one_code_at_once_one_gets_the_key(backoffice: Till, pos: Till) -> None:
    code = coded(backoffice, pos)
    with transaction.atomic():
        Terminal.objects.select_for_update().get(name="the pos")
        racing = [begin(lambda: enrol(code)) for _ in range(2)]
        until_done_or_waiting(*racing)
    answers = [one.result(PATIENCE_S) for one in racing]
    assert sorted(answer.status for answer in answers) == [201, 401]
    (key,) = [answer.body["key"] for answer in answers if answer.status == 201]
    assert works(Till(key))
