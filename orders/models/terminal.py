"""Who may call."""

from django.db import models

from inventory.models import Store, choices, known
from orders.core.roles import Role


class Terminal(models.Model):
    """The API credential of a till or a back-office client. The key is shown once and stored as its SHA-256."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=16, choices=choices(Role))
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    key_hint = models.CharField(max_length=8, editable=False, help_text="The first characters of the key.")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="terminal_name_once_per_store"),
            known("role", Role, name="terminal_role_known"),
        ]

    def __str__(self) -> str:
        return self.name
