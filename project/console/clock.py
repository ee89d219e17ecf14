"""How long ago, and when, as people say it."""

from datetime import datetime
from zoneinfo import ZoneInfo

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def ago(at: datetime, now: datetime) -> str:
    seconds = max(round((now - at).total_seconds()), 0)
    if seconds < MINUTE_S:
        return f"{seconds} s ago"
    if seconds < HOUR_S:
        return f"{seconds // MINUTE_S} min ago"
    return f"{seconds // HOUR_S} h ago" if seconds < DAY_S else f"{seconds // DAY_S} d ago"


def clock(at: datetime, now: datetime, zone: str) -> str:
    """By the clock on the wall there; with its day where that is another one."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M} on {local.day} {local:%b}"


def lasts(minutes: float) -> str:
    """How long something will last."""
    if minutes < 1:
        return "less than a minute"
    if minutes < 2 * HOUR_S / MINUTE_S:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
