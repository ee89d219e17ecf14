"""Tables on the screen, as all of these programs show them."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.host.machine import describe_machine
from benchmarks.results.figures import Figure


def print_head(console: Console, *, database: Mapping[str, str], versions: Mapping[str, str] | None = None) -> None:
    """Where and with what was measured. `database`: what the server says of its settings."""
    machine = describe_machine()
    console.print(f"{machine['cores']} cores, {machine['processor']}, {machine['memory']}", highlight=False)
    if versions:
        console.print(", ".join(f"{name} {version}" for name, version in versions.items()), highlight=False)
    said = ", ".join(f"{name} {value}" for name, value in database.items())
    console.print(f"PostgreSQL says: {said}", highlight=False)


def table(title: str, first: str, *columns: str) -> Table:
    """Figures stand to the right in all columns but the first."""
    made = Table(title=title, title_justify="left", title_style="bold")
    made.add_column(first, no_wrap=True)
    for name in columns:
        made.add_column(name, justify="right")
    return made


def figure_table(figures: Sequence[Figure]) -> Table:
    made = table("Figures, and what is asked of them", "figure", "reached", "", "asked for", "")
    made.columns[2].justify = "left"
    for one in figures:
        made.add_row(one.name, one.reached, one.unit, one.asked, one.word)
    return made
