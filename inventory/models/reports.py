"""What somebody has to see to: levels that run low, and goods that were sold though no figure knew of them."""

from django.db import models
from django.db.models import Q

from inventory.models.stock import StockLevel
from inventory.models.stores import Store


class LowStock(models.Model):
    """A level at or below its reorder point, reported once until it has recovered. An operator acknowledges it."""

    store = models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT)
    available = models.BigIntegerField(help_text="When it was reported.")
    reorder_point = models.BigIntegerField(help_text="When it was reported.")
    reported_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    recovered_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        permissions = [("acknowledge_lowstock", "Can acknowledge low stock")]
        verbose_name_plural = "low stock"
        constraints = [
            # One open report a level: two tasks at once report it once.
            models.UniqueConstraint(
                fields=["level"], condition=Q(recovered_at__isnull=True), name="low_stock_open_once_per_level"
            )
        ]
        # These serve the list, newest first: what is open, what is over, and each as far as somebody has seen it.
        indexes = [
            models.Index(fields=["store", "id"], name="low_stock_open", condition=Q(recovered_at__isnull=True)),
            models.Index(fields=["store", "id"], name="low_stock_over", condition=Q(recovered_at__isnull=False)),
            models.Index(
                fields=["store", "id"],
                name="low_stock_over_seen",
                condition=Q(recovered_at__isnull=False, acknowledged_at__isnull=False),
            ),
            models.Index(
                fields=["store", "id"],
                name="low_stock_over_unseen",
                condition=Q(recovered_at__isnull=False, acknowledged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.level)


class Shortfall(models.Model):
    """What was sold though the level lacked it, and so was booked as found. The level's next count ends it."""

    store = models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, db_index=False)
    quantity = models.BigIntegerField()
    order_id = models.UUIDField()
    command_id = models.UUIDField()
    reported_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    counted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        permissions = [("acknowledge_shortfall", "Can acknowledge shortfalls")]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="shortfall_quantity_positive")]
        indexes = [
            # Serve the lists, newest first.
            models.Index(fields=["store", "id"], name="shortfall_open", condition=Q(counted_at__isnull=True)),
            models.Index(fields=["store", "id"], name="shortfall_over", condition=Q(counted_at__isnull=False)),
            # Serves the count that ends it.
            models.Index(fields=["level"], name="shortfall_level", condition=Q(counted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.level)
