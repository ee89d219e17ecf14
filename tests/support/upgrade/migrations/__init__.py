"""The migrations of `orders` with those that a next release might add: MIGRATION_MODULES may name this."""

from orders import migrations

__path__ = [*migrations.__path__, *__path__]
