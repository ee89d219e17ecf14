"""`./ringup manage NAME` as an operator types it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser

from base.operator.help import Explained, ending, filled


class OperatorCommand(BaseCommand):
    """`examples` and `ends`: for its help. Django's own options work, but its help is about the command's own.

    Django's checks, which load all pages, are for whoever changes the program: an operator would wait half as long
    again."""

    examples: ClassVar[tuple[str, ...]]
    ends: ClassVar[Mapping[int, str]] = {}
    requires_system_checks = ()
    suppressed_base_arguments = {
        *("--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color")
    }

    def create_parser(self, prog_name: str, subcommand: str, **more: Any) -> CommandParser:
        epilog = ending([f"./ringup manage {subcommand} {one}".rstrip() for one in self.examples], self.ends)
        parser = super().create_parser(prog_name, subcommand, formatter_class=Explained, epilog=epilog, **more)
        parser.prog = f"./ringup manage {subcommand}"
        parser.description = filled(self.help)
        return parser
