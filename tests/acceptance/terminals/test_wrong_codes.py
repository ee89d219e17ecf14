"""Who guesses codes: 429 after ten wrong ones a minute, while right ones pass; after a hundred nothing passes."""

import pytest
from pytest_django.fixtures import Settings

from orders.commands.core.roles import Role
from orders.models import Terminal
from tests.support.processes.served import Served, send
from tests.support.shop.till import Answer, Till

NOBODY = Till("")
WRONG = "7KQX3MWP"


@pytest.fixture(autouse=True)
def counting(settings: Settings, fresh_broker: str) -> None:
    settings.BROKER_URL = fresh_broker


def enrol(code: str, *, address: str = "203.0.113.9") -> int:
    return tried(code, address).status


def tried(code: str, address: str = "203.0.113.9") -> Answer:
    return NOBODY.call("POST", "/terminals/enrol", {"code": code}, **{"X-Forwarded-For": address})


def coded(backoffice: Till) -> str:
    terminal = Terminal.objects.get(name="the pos").pk
    return str(backoffice.post(f"/terminals/{terminal}/enrol-code").body["code"])


def test_after_ten_wrong_ones_a_minute_the_wrong_are_told_to_wait(backoffice: Till) -> None:
    assert [enrol(WRONG) for _ in range(12)] == [401] * 10 + [429] * 2
    refused = tried(WRONG)
    assert (refused.code, refused.headers["Retry-After"]) == ("too_many_wrong_codes", "60")
    assert enrol(WRONG, address="203.0.113.10") == 401, "others are not held up"


def test_right_ones_pass_until_a_hundred_were_wrong(backoffice: Till) -> None:
    assert {enrol(WRONG) for _ in range(99)} == {401, 429}
    assert enrol(coded(backoffice)) == 201
    assert enrol(WRONG) == 429
    code = coded(backoffice)
    assert enrol(code) == 429
    assert enrol(code, address="203.0.113.10") == 201


def test_who_claims_addresses_of_its_own_is_counted_by_the_proxys(backoffice: Till) -> None:
    assert [enrol(WRONG, address=f"198.51.100.{n}, 203.0.113.9") for n in range(11)] == [401] * 10 + [429]


def test_a_code_is_told_nowhere(backoffice: Till, caplog: pytest.LogCaptureFixture) -> None:
    enrol(WRONG)
    assert "enrol_code_invalid from 203.0.113.9" in caplog.text
    assert WRONG not in caplog.text


def test_at_the_real_server_a_guesser_waits_and_the_till_beside_it_enrols(served: Served) -> None:
    def post(path: str, body: object, *, key: str = "") -> tuple[int, dict[str, str]]:
        answer = send("POST", f"{served.url}/api/v1{path}", body, key=key, X_Forwarded_For="203.0.113.90")
        return answer.status, answer.body

    _, told = post("/terminals", {"name": "till 70", "role": "pos"}, key=served.keys[Role.BACKOFFICE])
    assert [post("/terminals/enrol", {"code": WRONG})[0] for _ in range(11)] == [401] * 10 + [429]
    status, enrolled = post("/terminals/enrol", {"code": told["code"].lower()})
    assert status == 201
    assert send("GET", f"{served.url}/api/v1/terminals/me", key=enrolled["key"]).status == 200
