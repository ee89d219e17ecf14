"""Signing in to the admin: a password cannot be guessed by trying."""

from typing import Any

from django.core.exceptions import ValidationError
from limits import RateLimitItemPerMinute
from unfold.forms import AuthenticationForm

from base.http.address import address_of
from base.http.counting import counts

OF_ONE_NAME = RateLimitItemPerMinute(10, 5)
OF_ALL = RateLimitItemPerMinute(100, 5)
"""From one address, in five minutes."""


class LoginForm(AuthenticationForm):
    def clean(self) -> dict[str, Any]:
        address = address_of(self.request)
        name = str(self.cleaned_data.get("username", "")).casefold()
        # Counted before the password is looked at: those who try many at once are counted too.
        if not (counts().take(OF_ALL, f"login:{address}") and counts().take(OF_ONE_NAME, f"login:{address}:{name}")):
            raise ValidationError("Too many attempts from this address. Try again in five minutes.", code="throttled")
        cleaned: dict[str, Any] = super().clean()
        return cleaned
