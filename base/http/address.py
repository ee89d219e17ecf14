"""Where a call comes from, also behind a proxy."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The last address that no proxy of the shop's own has: what stands before it anybody could have written."""
    trusted: Sequence[IPv4Network | IPv6Network] = settings.TRUSTED_PROXIES
    named = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    address: str = request.META.get("REMOTE_ADDR", "")
    while named and _is_within(address, trusted):
        address = named.pop()
    return address


def _is_within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
