"""Who may call, and by which keys."""

from django.db import models
from django.db.models import Q

from inventory.models import Store, choices, known
from orders.commands.core.roles import Role

NAME_LENGTH_MAX = 100


class Terminal(models.Model):
    """A till or a back-office client. What it sent, holds and counted stays its own whichever key it uses."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT)
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    role = models.CharField(max_length=16, choices=choices(Role))
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    # The code that it may enrol with, as a keyed hash, until it was used.
    code_hash = models.BinaryField(max_length=32, null=True, unique=True)
    code_valid_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        default_permissions = ("view", "add")
        permissions = [
            ("enrol_terminal", "Can give terminals codes to enrol with, and new keys"),
            ("revoke_terminal", "Can revoke the keys of terminals for good"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="terminal_name_once_per_store"),
            known("role", Role, name="terminal_role_known"),
            models.CheckConstraint(
                condition=Q(code_hash=None, code_valid_until=None)
                | Q(code_hash__isnull=False, code_valid_until__isnull=False),
                name="terminal_code_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TerminalKey(models.Model):
    """A terminal's credential, shown once and stored as its SHA-256.

    While a terminal changes its key it has two: the new one, and for a few minutes the one before, in case the answer
    with the new one was lost.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="keys")
    key_hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8, help_text="The first characters of the key.")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, help_text="When it was first used.")
    valid_until = models.DateTimeField(null=True, help_text="None for the newest key.")

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # Two who change the keys of a terminal at once: one of them comes after the other.
            models.UniqueConstraint(
                fields=["terminal"], condition=Q(valid_until__isnull=True), name="key_newest_once_per_terminal"
            )
        ]

    def __str__(self) -> str:
        return self.hint
