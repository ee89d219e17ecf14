"""What Ringup needs of Tryton beyond its own modules: markers that exist once, and numbers ahead of posting."""

from trytond.model import Unique, fields
from trytond.pool import PoolMeta
from trytond.rpc import RPC


class Marked:
    """`ringup_key` says for which request a record was made. Asked twice, the database makes it once."""

    ringup_key = fields.Char("Ringup Key")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(("ringup_key_once", Unique(table, table.ringup_key), "ringup.msg_key_once"))


class Invoice(Marked, metaclass=PoolMeta):
    """`ringup_entry`: the key of the entry that filled a draft."""

    __name__ = "account.invoice"

    ringup_entry = fields.Char("Ringup Entry")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(("ringup_entry_once", Unique(table, table.ringup_entry), "ringup.msg_key_once"))
        cls._check_modify_exclude.add("ringup_entry")
        # A number ahead: the invoice stays a draft, and posting keeps the number.
        cls.__rpc__["set_number"] = RPC(readonly=False, instantiate=0)

    def _number_sequence(self, pattern=None):
        return super()._number_sequence({**(pattern or {}), "journal": self.journal.id})


class Move(Marked, metaclass=PoolMeta):
    __name__ = "account.move"


class Tax(Marked, metaclass=PoolMeta):
    __name__ = "account.tax"


class InvoiceSequence(metaclass=PoolMeta):
    """A store's own series: the sequences of its journal. Sequences without a journal are everybody's."""

    __name__ = "account.fiscalyear.invoice_sequence"

    journal = fields.Many2One("account.journal", "Journal")
