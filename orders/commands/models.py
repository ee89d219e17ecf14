"""What operators did about what failed."""

from django.db import models
from django.db.models import Q

from inventory.columns import unchecked_store
from inventory.models import choices, known
from orders.commands.core.outcomes import REPAIR_REASON_LENGTH_MAX, RepairAct

SUBJECTS = ("command", "entry", "instruction", "notice")


def _of(subject: str | None) -> Q:
    return Q(**{f"{name}__isnull": name != subject for name in SUBJECTS})


class Repair(models.Model):
    """What an operator did about a parked command, entry or instruction, about a void that accounting did not take, or
    for a store's pool. Append-only: a trigger refuses UPDATE and DELETE."""

    store = unchecked_store()
    command = models.ForeignKey("orders.Command", on_delete=models.PROTECT, null=True, related_name="repairs")
    entry = models.ForeignKey("orders.JournalEntry", on_delete=models.PROTECT, null=True, related_name="repairs")
    instruction = models.ForeignKey(
        "orders.PaymentInstruction", on_delete=models.PROTECT, null=True, related_name="repairs"
    )
    notice = models.ForeignKey("orders.VoidNotice", on_delete=models.PROTECT, null=True, related_name="repairs")
    act = models.CharField(max_length=8, choices=choices(RepairAct))
    by = models.CharField(max_length=150, help_text="The user or terminal that did it.")
    reason = models.CharField(max_length=REPAIR_REASON_LENGTH_MAX, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            known("act", RepairAct, name="repair_act_known"),
            models.CheckConstraint(
                condition=_of("command") & ~Q(act=RepairAct.REFILL)
                | (_of("entry") | _of("instruction") | _of("notice")) & Q(act=RepairAct.RETRY)
                | _of(None) & Q(act=RepairAct.REFILL),
                name="repair_of_one_thing",
            ),
        ]
        # Serves counting what operators gave up.
        indexes = [models.Index(fields=["id"], name="repair_dismissal", condition=Q(act=RepairAct.DISMISS))]

    def __str__(self) -> str:
        return f"{self.act} by {self.by}"
