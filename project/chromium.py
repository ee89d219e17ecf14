"""The machine's own Chromium, which the tests of the till in the browser need."""

import shutil

HOW_TO_GET_IT = "no Chromium here: the browser's tests are left out; as root: apt-get install chromium"


def chromium() -> str | None:
    """Where it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")
