"""What asks systemd itself is left out where there is none, and that is said."""

import shutil

import pytest

HOW_TO_GET_IT = "no systemd-analyze here: what it says of the units is left out; as root: apt-get install systemd"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asking = [item for item in items if item.name.startswith("test_systemd_finds")]
    if asking and shutil.which("systemd-analyze") is None:
        items[:] = [item for item in items if item not in asking]
        config.hook.pytest_deselected(items=asking)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if shutil.which("systemd-analyze") is None:
        terminalreporter.write_line(HOW_TO_GET_IT)
