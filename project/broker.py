"""What the web server asks of the broker for those who watch the shop.

One that is silent is waited for, and anybody may ask for the pages that tell of it: whoever waits gives back his
connection to the database first, of which a pool has few.
"""

from django.conf import settings

from base.broker.choose import broker_at
from base.broker.port import Broker, BrokerFault
from base.sql.renewal import return_connection

ANSWERS_WITHIN_S = 2


def does_answer() -> bool:
    try:
        _broker().ping(within_s=ANSWERS_WITHIN_S)
    except BrokerFault:
        return False
    return True


def dead_letters() -> int | None:
    """None while it does not answer, which is told elsewhere."""
    try:
        return _broker().dead_letters(within_s=ANSWERS_WITHIN_S)
    except BrokerFault:
        return None


def _broker() -> Broker:
    return_connection()
    return broker_at(settings.BROKER_URL)
