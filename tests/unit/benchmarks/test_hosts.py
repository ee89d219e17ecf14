"""The proxy that stands in front of two web hosts in the program, and on the page."""

from benchmarks.hosts.programs import PROXY_CONFIGURATION
from project.env import PROJECT_FOLDER


def test_the_page_shows_what_was_run() -> None:
    begins = PROXY_CONFIGURATION.index("backend webs\n    mode")
    page = (PROJECT_FOLDER / "docs/hosts.md").read_text()
    assert PROXY_CONFIGURATION[begins:].removesuffix("{servers}\n") in page
