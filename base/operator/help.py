"""How `--help` speaks: what a command is for, examples that can be typed as they stand, and how it ends."""

import argparse
import textwrap
from collections.abc import Mapping, Sequence

WIDTH = 88
MISTAKE = 2
ENDS = {0: "it is done", MISTAKE: "a mistake, or something that is not there: one line says what"}


class Explained(argparse.RawDescriptionHelpFormatter):
    """Examples stay the lines that they are."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=WIDTH)


def filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH)


def ending(examples: Sequence[str], ends: Mapping[int, str]) -> str:
    """What stands below the options."""
    return "\n".join(
        [
            "examples:",
            *(f"  {example}" for example in examples),
            "",
            "it ends with:",
            *(f"  {status:<4} {meaning}" for status, meaning in sorted({**ENDS, **ends}.items())),
        ]
    )


def parser_of(verb: str, does: str, *, examples: Sequence[str], ends: Mapping[int, str]) -> argparse.ArgumentParser:
    """Of `./ringup VERB`."""
    return argparse.ArgumentParser(
        prog=f"./ringup {verb}",
        description=filled(does),
        epilog=ending(examples, ends),
        formatter_class=Explained,
    )
