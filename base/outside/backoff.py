"""How long to wait before the next attempt."""

DOUBLINGS_MAX = 30


def pause_max_s(attempts: int, *, cap_s: float) -> float:
    """After so many attempts in vain: 1, 2, 4 ... seconds, at most the cap.

    The pause itself is anything from nothing to this (full jitter), so that those who failed together do not come back
    together: aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter.
    """
    return min(2.0 ** min(max(attempts - 1, 0), DOUBLINGS_MAX), cap_s)
