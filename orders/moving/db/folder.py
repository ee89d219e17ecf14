"""The folder that a store travels in: a file a table, as COPY writes it, and a manifest that is written last."""

from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pydantic import BaseModel

MANIFEST = "manifest.json"


class Part(BaseModel):
    """`sum`: of the rows' hashes, as Table.sums has it."""

    table: str
    columns: list[str]
    rows: int
    sum: str


class Manifest(BaseModel):
    """`word_hash`: of the word by which it may arrive. `migrations`: of the release whose tables these are. `highest`:
    sequence -> the highest number that the store has of it."""

    store_id: int
    word_hash: str
    migrations: list[str]
    parts: list[Part]
    highest: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(self.model_dump_json(indent=1) + "\n")


def begin(folder: Path) -> None:
    """It has keys' hashes and customers. What is written again tells nothing until all of it is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)


def read(folder: Path) -> Manifest:
    """Raises OSError, or ValueError where it is none."""
    return Manifest.model_validate_json((folder / MANIFEST).read_text())


def migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
