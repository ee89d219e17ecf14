"""What a drawer's calls take, from whom, and what they tell whom."""

from typing import Any

import pytest

from tests.support.shop.cashier import Cashier
from tests.support.shop.till import Till


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("open", {}, "#/float_minor"),
        ("open", {"float_minor": -1}, "#/float_minor"),
        ("open", {"float_minor": 3}, "#/float_minor"),
        ("open", {"float_minor": 5, "terminal": 0}, "#/terminal"),
        ("open", {"float_minor": 5, "extra": 0}, "#/extra"),
        ("movement", {"amount_minor": 5}, "#/reason"),
        ("movement", {"amount_minor": 5, "reason": " "}, "#/reason"),
        ("movement", {"amount_minor": -7, "reason": "x"}, "#/amount_minor"),
        ("close", {}, "#/counted"),
        ("close", {"counted": []}, "#/counted"),
        ("close", {"counted": [{"method": "card", "amount_minor": 1}]}, "#/counted"),
        ("close", {"counted": [{"method": "cash", "amount_minor": 5}] * 2}, "#/counted"),
        ("close", {"counted": [{"method": "cash", "amount_minor": 7}]}, "#/counted/0/amount_minor"),
        ("close", {"counted": [{"method": "cash", "amount_minor": -5}]}, "#/counted/0/amount_minor"),
    ],
)
def test_what_a_drawer_does_not_take(pos: Till, backoffice: Till, path: str, body: Any, pointer: str) -> None:
    backoffice.put("/store", {"cash_rounding_minor": 5})
    refused = pos.post(f"/drawer/{path}", body, key="k")
    assert (refused.status, refused.pointers) == (422, [pointer])
    item = {"key": "k", "kind": {"open": "drawer_open", "movement": "drawer_movement"}.get(path, "drawer_close")}
    (in_bulk,) = pos.post("/commands", [{**item, "body": body}]).body["items"]
    assert in_bulk["status"] == "refused"
    assert [one["pointer"] for one in in_bulk["problem"]["errors"]] == [pointer.replace("#", "#/0/body")]


def test_whose_drawer_a_role_may_handle(
    cashier: Cashier, boss: Cashier, auditor: Till, elsewhere: Till, backoffice: Till
) -> None:
    of_boss, of_another_store = boss.terminal, elsewhere.get("/terminals/me").body["id"]
    refused = cashier.till.post("/drawer/open", {"float_minor": 0, "terminal": of_boss}, key="k")
    assert (refused.status, refused.code) == (403, "role_not_allowed")
    unknown = boss.till.post("/drawer/open", {"float_minor": 0, "terminal": of_another_store}, key="k")
    assert (unknown.status, unknown.code, unknown.pointers) == (422, "terminal_not_found", ["#/terminal"])
    assert auditor.post("/drawer/open", {"float_minor": 0}, key="k").status == 403
    assert cashier.till.get(f"/drawer?terminal={of_boss}").status == 403
    assert cashier.till.get(f"/closings?terminal={of_boss}").status == 403
    assert boss.till.get(f"/drawer?terminal={of_another_store}").code == "terminal_not_found"
    boss.open(0)
    assert auditor.get(f"/drawer?terminal={of_boss}").status == 200
    closing = boss.close(0)["result"]["closing"]
    assert cashier.till.get("/closings").body["items"] == []
    assert cashier.till.get(f"/closings/{closing['id']}").status == 404
    assert [one["id"] for one in backoffice.get("/closings").body["items"]] == [closing["id"]]
    assert elsewhere.get("/closings").body["items"] == []
    assert elsewhere.get(f"/closings/{closing['id']}").status == 404


def test_closings_are_listed_newest_first_and_by_page(cashier: Cashier, boss: Cashier, auditor: Till) -> None:
    for one in (cashier, boss, cashier):
        one.open(0)
        one.close(0)
    first = auditor.get("/closings?limit=2").body
    second = auditor.get(f"/closings?limit=2&cursor={first['next_cursor']}").body
    places = [(one["terminal"], one["number"]) for one in first["items"] + second["items"]]
    assert places == [(cashier.terminal, 2), (boss.terminal, 1), (cashier.terminal, 1)]
    assert second["next_cursor"] is None
    only = auditor.get(f"/closings?terminal={boss.terminal}").body["items"]
    assert [one["terminal"] for one in only] == [boss.terminal]
    since = first["items"][0]["closed_at"].replace("+00:00", "Z")
    assert len(auditor.get(f"/closings?since={since}").body["items"]) == 1


def test_terminals_tell_whether_their_drawer_is_open(cashier: Cashier, backoffice: Till) -> None:
    def open_ones() -> list[int]:
        return [one["id"] for one in backoffice.get("/terminals").body["items"] if one["drawer_open"]]

    assert open_ones() == []
    cashier.open(0)
    assert open_ones() == [cashier.terminal]
    cashier.close(0)
    assert open_ones() == []
