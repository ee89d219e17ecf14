"""Schemathesis, every check on: what the document allows is taken, what it does not is refused, nothing is a fault."""

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
import schemathesis
from django.conf import settings as shop_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from limits import RateLimitItemPerMinute
from schemathesis.checks import load_all_checks
from schemathesis.core.result import Ok
from schemathesis.generation.case import Case
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.schemas import BaseSchema

from base.sql.sets import cursor
from orders.commands.core.roles import Role
from orders.terminals.api import limits, wrong_codes
from project.wsgi import application
from tests.support.shop.chain import open_chain
from tests.support.shop.till import PREFIX

pytestmark = pytest.mark.django_db  # so that there is a database to begin with

EXAMPLES = settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> BaseSchema:
    with django_db_blocker.unblock():
        return schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", application)


@pytest.fixture(scope="module")
def key(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """A terminal of one shop for all calls, all of it undone at the end."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        for limit in ("idle_in_transaction_session_timeout", "transaction_timeout"):  # inventing calls takes a while
            cursor().execute(f"SET LOCAL {limit} = 0".encode())
        patch.setattr(shop_settings, "WAITERS_MAX", 0)  # there is no worker to wait for
        patch.setattr(limits, "WRONG_KEYS", RateLimitItemPerMinute(10_000))  # each call is tried with wrong keys
        patch.setattr(wrong_codes, "WRONG_CODES", RateLimitItemPerMinute(10_000))  # and with codes that nobody gave
        patch.setattr(wrong_codes, "WRONG_CODES_MAX", RateLimitItemPerMinute(10_000))
        # As Django's own test client does it: the connection outlives the calls.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        yield open_chain().tills[Role.BACKOFFICE].key
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


def valid(case: Case[Any], key: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"})


@pytest.mark.timeout(900)
def test_api(schema: BaseSchema, key: str, subtests: pytest.Subtests) -> None:
    """Schemathesis' own parameters would have it think up all calls wherever tests are collected."""
    load_all_checks()
    tried = 0
    for found in get_all_tests(schema=schema, test_func=valid, settings=EXAMPLES, given_kwargs={}):
        assert isinstance(found, Ok), found
        operation, try_it = found.ok()
        with subtests.test(operation.label):
            try_it(key=key)
        tried += 1
    assert tried == sum(len(methods) for methods in schema.raw_schema["paths"].values()) > 0
