"""A store and what it decides for all its sales: its money, its days, its taxes."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.models.words import changed_at, changed_in, changed_index


class Store(models.Model):
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    hold_expires_s = models.IntegerField(
        null=True,
        blank=True,
        help_text="Life of a hold that names none, in seconds; 0 is without end, empty the default.",
    )
    time_zone = models.CharField(max_length=64, default="UTC", help_text="In the IANA database, as Europe/London.")
    day_starts_at = models.TimeField(
        default=time, help_text="When its business days begin: what is sold earlier belongs to the day before."
    )
    address = models.CharField(max_length=500, blank=True, default="", db_default="")
    tax_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="What the tax office knows it by."
    )
    locale = models.CharField(
        max_length=35, default="en", db_default="en", help_text="As en-GB: how amounts are written for people."
    )
    prices_include_tax = models.BooleanField(default=True, db_default=True)
    cash_rounding_minor = models.IntegerField(default=1, db_default=1, help_text="The smallest coin.")
    require_drawer = models.BooleanField(default=False, db_default=False)
    pos_discount_limit_percent = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="How much of the catalogue's value a till may give away; empty is all of it.",
    )
    receipt_footer = models.CharField(max_length=500, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    leaving_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when it is on its way to another stack, and nobody may call."
    )
    left_at = models.DateTimeField(null=True, editable=False, help_text="Since when it cannot come back.")
    leaving_word = models.CharField(
        max_length=43,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="It is at rest; by it it may arrive.",
    )
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="stores", editable=False)
    changed_in = changed_in()
    changed_at = changed_at()

    class Meta:
        default_permissions = ("view", "add", "change")
        permissions = [("reach_every_store", "Can see every store, those to come too")]
        constraints = [
            models.CheckConstraint(condition=Q(hold_expires_s__gte=0), name="store_hold_expires_not_negative"),
            models.CheckConstraint(condition=Q(cash_rounding_minor__gte=1), name="store_cash_rounding_positive"),
            models.CheckConstraint(
                condition=Q(pos_discount_limit_percent__gte=0, pos_discount_limit_percent__lte=100),
                name="store_discount_limit_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(leaving_at__isnull=True, left_at__isnull=True, leaving_word="")
                | Q(leaving_at__isnull=False) & (Q(left_at__isnull=True) | ~Q(leaving_word="")),
                name="store_leaves_with_a_word",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Tax(models.Model):
    """Never deleted: orders name it. What its code means to people and to accounting may change, its rates have
    their days."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    account = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Where accounting keeps it."
    )
    changed_in = changed_in()
    changed_at = changed_at()

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = "taxes"
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="tax_code_once_per_store")]
        indexes = [
            changed_index("tax_changed"),
        ]

    def __str__(self) -> str:
        return self.code


class TaxRate(models.Model):
    """From that day on; the first one also holds for all days before."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, db_index=False)
    tax = models.ForeignKey(Tax, on_delete=models.PROTECT, db_index=False, related_name="rates")
    valid_from = models.DateField()
    rate = models.DecimalField(max_digits=7, decimal_places=4, help_text="In percent.")

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["tax", "valid_from"], name="tax_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=100), name="tax_rate_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return f"{self.rate} from {self.valid_from}"
