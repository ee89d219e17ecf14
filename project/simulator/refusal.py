"""The one way in which the simulator says no."""


class Refused(Exception):
    """An answer that is not a success; becomes an `application/problem+json` body (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def key_reused(key: str) -> Refused:
    return Refused(422, "idempotency_key_reused", f"the key {key} was used for another request")
