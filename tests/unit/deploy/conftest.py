"""What asks a program of the machine is left out where there is none, and that is said."""

import shutil

import pytest

ASKED = {"test_systemd_finds": ("systemd-analyze", "systemd"), "test_haproxy_finds": ("haproxy", "haproxy")}
"""Beginning of a test's name -> whom it asks, and the package that has it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = tuple(name for name, (program, _) in ASKED.items() if shutil.which(program) is None)
    asking = [item for item in items if left_out and item.name.startswith(left_out)]
    if asking:
        items[:] = [item for item in items if item not in asking]
        config.hook.pytest_deselected(items=asking)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for program, package in ASKED.values():
        if shutil.which(program) is None:
            told = f"no {program} here: what it says is left out; as root: apt-get install {package}"
            terminalreporter.write_line(told)
