"""What the documents name is there: files, folders, modules, links and rooms."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from project.env import PROJECT_FOLDER

ROOMS = ("base", "inventory", "orders", "workers", "till", "project", "clients", "tests", "benchmarks", "docs")
# A path in code marks that begins with a room, or is a link; a module that begins with a room, in dots.
PATH = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`")
LINK = re.compile(r"\]\((?!http|#)([^)#\s]+)")
MODULE = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)+)`")


def pages() -> list[Path]:
    of_the_client = PROJECT_FOLDER / "clients" / "python" / "README.md"
    return [PROJECT_FOLDER / "README.md", of_the_client, *sorted((PROJECT_FOLDER / "docs").rglob("*.md"))]


def named(what: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    for page in pages():
        for name in what.findall(page.read_text()):
            yield page, name


def leads_somewhere(module: str) -> bool:
    """A module, or what a module has."""
    try:
        import_module(module)
    except ModuleNotFoundError:
        parent, _, name = module.rpartition(".")
        return bool(parent) and hasattr(import_module(parent), name)
    return True


def test_every_path_that_is_named_exists() -> None:
    found = list(named(PATH))
    assert len(found) > 60
    assert [(page.name, path) for page, path in found if not (PROJECT_FOLDER / path).exists()] == []


def test_every_link_leads_to_a_file() -> None:
    found = list(named(LINK))
    assert len(found) > 10
    assert [(page.name, path) for page, path in found if not (page.parent / path).exists()] == []


def test_every_module_that_is_named_exists() -> None:
    found = {name for _, name in named(MODULE)}
    assert "orders.invoicing.from_pool" in found
    assert [name for name in found if not leads_somewhere(name)] == []


def test_the_map_of_the_rooms_is_the_tree() -> None:
    """Every room is in the README's table, and nothing else."""
    table = (PROJECT_FOLDER / "README.md").read_text().split("## Where things are")[1].split("\n## ")[0]
    drawn = {
        name.rstrip("/") for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in row.split("`")[1::2]
    }
    orders = (folder for folder in (PROJECT_FOLDER / "orders").iterdir() if (folder / "__init__.py").exists())
    rooms = {f"orders/{folder.name}" for folder in orders} - {"orders/management", "orders/migrations"}
    assert drawn == rooms | {"base", "inventory", "workers", "till", "project", "clients/python"}


def test_what_a_person_sees_is_what_the_code_says() -> None:
    """In the page that starts from it: what is in italics in the first column of its tables."""
    seen = [
        part.strip()
        for line in (PROJECT_FOLDER / "docs" / "trouble.md").read_text().splitlines()
        if line.startswith("| ")
        for words in re.findall(r"\*([^*]+)\*", line.split("|")[1])
        for part in words.split("...")
    ]
    rooms = ("base", "inventory", "orders", "project", "till", "workers")
    said = "\n".join(
        path.read_text() for room in rooms for end in ("*.py", "*.js") for path in (PROJECT_FOLDER / room).rglob(end)
    )
    assert len(seen) > 20
    assert [words for words in seen if words not in said] == []


def test_the_change_of_the_first_hour_fits_the_code() -> None:
    """Each part stands beside lines that are in the file, one below the other."""
    page = (PROJECT_FOLDER / "docs" / "first-hour" / "developer.md").read_text()
    parts = re.findall(r"^```diff\n--- a/(.*?)\n\+\+\+ b/(.*?)\n@@.*?\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(parts) == 3
    for before, after, lines in parts:
        stays = "".join(f"{line[1:]}\n" for line in lines.splitlines() if line.startswith(" "))
        assert before == after
        assert (PROJECT_FOLDER / before).read_text().count(stays) == 1, stays
