"""What the web server asks of the broker for those who watch the shop."""

from django.conf import settings

from base.broker.choose import broker_at
from base.broker.port import BrokerFault

ANSWERS_WITHIN_S = 2


def does_answer() -> bool:
    try:
        broker_at(settings.BROKER_URL).ping(within_s=ANSWERS_WITHIN_S)
    except BrokerFault:
        return False
    return True


def dead_letters() -> int | None:
    """None while it does not answer, which is told elsewhere."""
    try:
        return broker_at(settings.BROKER_URL).dead_letters(within_s=ANSWERS_WITHIN_S)
    except BrokerFault:
        return None
