"""What a shop installs may be used, changed and handed on: the licences of every package in the lock file."""

import re
from importlib.metadata import distribution

from packaging.requirements import Requirement

from project.env import PROJECT_FOLDER

FREE = re.compile(r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|Unlicense|MPL|Mozilla|LGPL|Lesser General Public")
"""A word of each licence that lets a program of any licence use the package as it is."""


def packages(lock: str) -> list[str]:
    """Those that this Python and this machine take of them."""
    lines = (PROJECT_FOLDER / "requirements" / lock).read_text().splitlines()
    pinned = [Requirement(line.rstrip("\\ ")) for line in lines if "==" in line and not line.startswith((" ", "#"))]
    return [one.name for one in pinned if one.marker is None or one.marker.evaluate()]


def licences(package: str) -> list[str]:
    """As its metadata have them: by an SPDX expression, by classifiers, or by the first line of a text."""
    metadata = distribution(package).metadata
    if expression := metadata.get_all("License-Expression"):
        return list(expression)
    if told := [one for one in metadata.get_all("Classifier") or [] if one.startswith("License ::")]:
        return told
    return [text.splitlines()[0] for text in metadata.get_all("License") or [] if text]


def test_every_package_that_a_shop_runs_may_be_used_by_any_program() -> None:
    found = {package: licences(package) for package in packages("run.txt")}
    assert len(found) > 40
    assert {package: named for package, named in found.items() if not any(map(FREE.search, named))} == {}


def test_a_licence_that_binds_what_uses_it_would_be_found() -> None:
    """One is among the tools that only tests run."""
    assert not any(map(FREE.search, licences("localstripe")))
