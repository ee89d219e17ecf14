"""How far the audit came."""

from django.db import models


class AuditRound(models.Model):
    """The one row: the round that goes on, if one does, and what the last one that ended had found."""

    id = models.IntegerField(primary_key=True, default=1)
    walk = models.CharField(max_length=16, blank=True, default="", help_text="What it looks at; empty between rounds.")
    after = models.CharField(max_length=36, blank=True, default="", help_text="The last row that it looked at.")
    examined = models.BigIntegerField(default=0)
    drifts = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When the last whole round was over.")
    ended_examined = models.BigIntegerField(default=0)
    ended_drifts = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.walk or f"ended at {self.ended_at}"
