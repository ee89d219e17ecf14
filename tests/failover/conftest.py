"""Left out where there is no etcd, which `./ringup test` says."""

from pathlib import Path

import pytest

from benchmarks.failover.programs import etcd

ROOM = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if etcd() is None and (left_out := [item for item in items if item.path.is_relative_to(ROOM)]):
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
