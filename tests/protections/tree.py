"""A copy of the tree, in which one thing at a time is taken away. Processes that a test starts run in it as well."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from project.env import PROJECT_FOLDER
from tests.protections.listed import Protection

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".ringup", "pictures", ".mypy_cache", ".ruff_cache")


class Tree:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tree"
        shutil.copytree(PROJECT_FOLDER, self.folder, ignore=LEFT_OUT, symlinks=True)
        self._times = count(1_000_000_000)

    @contextmanager
    def without(self, protection: Protection | None) -> Iterator[None]:
        """Errors: what is to be taken away is not there once, or what is left is no Python."""
        changed: dict[Path, str] = {}
        try:
            for change in protection.changes if protection else ():
                path = self.folder / change.file
                text = path.read_text()
                changed.setdefault(path, text)
                made = change.made_in(text)
                compile(made, change.file, "exec")
                self._write(path, made)
            yield
        finally:
            for path, text in changed.items():
                self._write(path, text)

    def _write(self, path: Path, text: str) -> None:
        """A compiled module is known by its source's length and second: no two are of the same one."""
        path.write_text(text)
        at = next(self._times)
        os.utime(path, (at, at))
