"""Whose drawer a role opens, moves and closes, and which closings it reads."""

import pytest

from orders.commands.core.roles import Role
from tests.support.shop.cashier import Cashier, Settle
from tests.support.shop.chain import Chain
from tests.support.shop.rung import run_drawer
from tests.support.shop.till import Till

SELLERS = (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE)
OPEN = {"key": "o", "kind": "drawer_open", "body": {"float_minor": 500}}


@pytest.mark.parametrize("role", SELLERS)
def test_pos_supervisor_and_backoffice_have_a_drawer_of_their_own(chain: Chain, settle: Settle, role: Role) -> None:
    till = Cashier(chain.tills[role], settle)
    assert till.open(500)["outcome"]["code"] == "applied"
    till.sell(1)
    assert till.move(-100)["outcome"]["code"] == "applied"
    closing = till.close(650)["result"]["closing"]
    assert (closing["terminal"], closing["sales"]["count"]) == (till.terminal, 1)
    assert till.till.get("/closings").body["items"] == [closing] == [till.till.get("/closings/1").body]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.BACKOFFICE])
def test_supervisor_and_backoffice_also_that_of_another(
    chain: Chain, cashier: Cashier, settle: Settle, role: Role
) -> None:
    whose, other = cashier.terminal, Cashier(chain.tills[role], settle)
    assert other.open(500, terminal=whose)["outcome"]["code"] == "applied"
    assert other.move(100, terminal=whose)["outcome"]["code"] == "applied"
    assert cashier.report()["movements"][0]["amount_minor"] == 100
    assert other.close(600, terminal=whose)["result"]["closing"]["terminal"] == whose
    item = {**OPEN, "body": {"float_minor": 700, "terminal": whose}}
    (told,) = other.till.post("/commands", [item]).body["items"]
    assert told["status"] == "accepted"
    assert run_drawer(whose) == []
    assert cashier.report()["float_minor"] == 700


def test_in_bulk_a_pos_and_an_auditor_name_no_other_either(cashier: Cashier, boss: Cashier, auditor: Till) -> None:
    item = {**OPEN, "body": {"float_minor": 500, "terminal": boss.terminal}}
    for path in ("/commands", "/commands?dry_run=true"):
        (told,) = cashier.till.post(path, [item]).body["items"]
        assert (told["status"], told["problem"]["code"]) == ("refused", "role_not_allowed")
    assert auditor.post("/commands", [OPEN]).code == "role_not_allowed"
    assert boss.till.get("/drawer").code == "drawer_not_open"


def test_a_drawers_command_has_a_key_and_no_order(cashier: Cashier) -> None:
    for path, body in (("open", {"float_minor": 0}), ("movement", {"amount_minor": 1, "reason": "x"})):
        assert cashier.till.post(f"/drawer/{path}", body).code == "idempotency_key_missing"
    counted = {"counted": [{"method": "cash", "amount_minor": 0}]}
    assert cashier.till.post("/drawer/close", counted).code == "idempotency_key_missing"
    (told,) = cashier.till.post("/commands", [{**OPEN, "order_id": str(cashier.till.sell())}]).body["items"]
    assert (told["status"], told["problem"]["errors"][0]["pointer"]) == ("refused", "#/0/order_id")
    first = cashier.till.post("/drawer/open", {"float_minor": 0}, key="k")
    again = cashier.till.post("/drawer/open", {"float_minor": 0}, key="k")
    assert (first.status, again.body["id"], again.headers["Idempotency-Replayed"]) == (202, first.body["id"], "true")
    assert cashier.till.post("/drawer/open", {"float_minor": 5}, key="k").code == "idempotency_key_reused"


def test_a_pos_reads_its_own_closings_and_all_others_the_stores(chain: Chain, cashier: Cashier, boss: Cashier) -> None:
    for one in (cashier, boss):
        one.open(0)
        one.close(0)
    read = {role: till.get("/closings").body["items"] for role, till in chain.tills.items()}
    listed = {role: [one["terminal"] for one in closings] for role, closings in read.items()}
    assert listed.pop(Role.POS) == [cashier.terminal]
    assert set(map(tuple, listed.values())) == {(boss.terminal, cashier.terminal)}
    (own,) = cashier.till.get(f"/closings?terminal={cashier.terminal}").body["items"]
    for role, till in chain.tills.items():
        assert till.get(f"/closings/{own['id']}").body == own, role
        assert till.get("/closings/1").status == (200 if role in (Role.POS, Role.SUPERVISOR) else 404)
