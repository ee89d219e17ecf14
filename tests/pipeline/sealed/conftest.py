"""Left out where nobody may seal a tree: that takes root, and util-linux."""

import os
import shutil
from pathlib import Path

import pytest

ROOM = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    may = os.geteuid() == 0 and shutil.which("unshare") and shutil.which("setpriv")
    if not may and (left_out := [item for item in items if item.path.is_relative_to(ROOM)]):
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
