"""The live display while the tills sell."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from project.demo.cashier import Done


@contextmanager
def watched(console: Console, *, commands: int, tills: int) -> Iterator[Callable[[Done], None]]:
    """Gives what the tills call, from their threads, for each settled command."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("commands, {task.fields[rejected]} refused"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(f"{tills} tills sell", total=commands, rejected=0)
        rejected = []

        def on_settled(done: Done) -> None:
            if done.seen.state == "rejected":
                rejected.append(done)
            progress.update(task, advance=1, rejected=len(rejected))

        yield on_settled
