"""Whose numbers the feed counts by."""

from django.db import models


class FeedEpoch(models.Model):
    """One row. A cursor names it. `made_in`: the transaction that wrote the row; where that is not what the database
    itself says of it, the row came with a dump, and transactions are numbered anew. `timeline`: of the server's WAL
    then; on another one, numbers may have been given out a second time. `awaits_standby`: whether commits waited for a
    synchronous standby then; a standby that takes over has all of them (base.sql.lineage)."""

    id = models.UUIDField(primary_key=True)
    made_in = models.BigIntegerField()
    timeline = models.CharField(max_length=8)
    awaits_standby = models.BooleanField()

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.id)
