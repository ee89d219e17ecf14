"""How far the audit came, and what it found."""

from django.db import models


class AuditRound(models.Model):
    """The one row: the round that goes on, if one does, and what the last one that ended had found."""

    id = models.IntegerField(primary_key=True, default=1)
    step = models.BigIntegerField(default=0, help_text="How often it was written: of two at once one writes.")
    walk = models.CharField(max_length=16, blank=True, default="", help_text="What it looks at; empty between rounds.")
    after = models.CharField(max_length=36, blank=True, default="", help_text="The last row that it looked at.")
    examined = models.BigIntegerField(default=0)
    drifts = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When the last whole round was over.")
    ended_examined = models.BigIntegerField(default=0)
    ended_drifts = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.walk or f"ended at {self.ended_at}"


class AuditLook(models.Model):
    """The one row: the look at what was touched lately that goes on, if one does, and what the last one had seen."""

    id = models.IntegerField(primary_key=True, default=1)
    step = models.BigIntegerField(default=0, help_text="How often it was written: of two at once one writes.")
    source = models.CharField(max_length=16, blank=True, default="", help_text="Where it looks; empty between looks.")
    after = models.CharField(max_length=36, blank=True, default="", help_text="The last place that it looked at.")
    examined = models.BigIntegerField(default=0)
    drifts = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True, help_text="What was committed by then has been looked at.")
    looked_examined = models.BigIntegerField(default=0)
    looked_drifts = models.BigIntegerField(default=0)
    since = models.BigIntegerField(null=True, help_text="The first transaction that it has to look for.")
    next_since = models.BigIntegerField(null=True, help_text="The same of the next look.")
    floor = models.JSONField(default=dict, help_text="Source -> the place below which nothing appears any more.")
    next_floor = models.JSONField(default=dict, help_text="What becomes the floor.")
    mark = models.JSONField(default=dict, help_text="What becomes the next floor, once `mark_until` have ended.")
    mark_until = models.BigIntegerField(default=0)
    marked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.source or f"looked at {self.looked_at}"


class AuditFinding(models.Model):
    """What breaks a law. It stays until a whole round has not seen it any more."""

    law = models.CharField(max_length=100)
    subject = models.CharField(max_length=100, help_text="The row that breaks it.")
    detail = models.TextField()
    command_id = models.UUIDField(null=True, help_text="The first command after which it did, where that is known.")
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was seen last.")

    class Meta:
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["law", "subject"], name="finding_once_per_law_and_subject")]

    def __str__(self) -> str:
        return f"{self.law}: {self.subject}"
