"""What others say, without what is secret: an error may repeat all that was sent."""

from django.conf import settings

HIDDEN = "***"
LENGTH_MIN = 8
"""What is shorter is a word, which would be hidden wherever it stands."""


def hidden(text: str, *secrets: str) -> str:
    """`secrets`: those of what was asked, besides the shop's own."""
    for secret in (*secrets, *settings.SECRETS):
        if len(secret) >= LENGTH_MIN:
            text = text.replace(secret, HIDDEN)
    return text
