"""Whether a message comes too late, by the clock that its sender went by, too.

Celery asks its machine. Where that one is a minute ahead of beat's, whatever has to be begun within a minute would be
thrown away as it comes: nothing would be posted, released or numbered by its schedule any more.
"""

from celery.worker import request
from celery.worker.state import revoked

from base.sql import clock


class Request(request.Request):
    def maybe_expire(self) -> bool:
        now = clock.heard()
        if now is None or not self.expires or not self.expires.tzinfo:
            return bool(super().maybe_expire())
        if now <= self.expires:
            return False
        revoked.add(self.id)
        return True
