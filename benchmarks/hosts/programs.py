"""What hosts of one's own are made of, and how to get it: network namespaces, HAProxy, and clocks that are wrong."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

TUN = Path("/dev/net/tun")
CLOCK = Path(__file__).with_name("clock.c")
HOW_TO_GET_IT = (
    "no hosts of one's own here: their tests are left out; they need root, ip, network namespaces and /dev/net/tun; "
    "as root: apt-get install haproxy gcc libc6-dev"
)

PROXY_CONFIGURATION = """\
frontend shop
    mode http
    bind {address}:{port}
    timeout client 60s
    default_backend webs

backend webs
    mode http
    balance roundrobin
    option forwardfor
    option redispatch
    retries 2
    timeout connect 500ms
    timeout server 60s
    timeout check 3s
    option httpchk GET /readyz
    http-check send hdr Host 127.0.0.1
    default-server check inter 500ms fastinter 200ms fall 2 rise 2 on-marked-down shutdown-sessions
{servers}
"""


def has_all() -> str | None:
    """HAProxy, where all of it is there."""
    return haproxy() if os.geteuid() == 0 and TUN.exists() and compiler() and _has_namespaces() else None


def haproxy() -> str | None:
    return shutil.which("haproxy")


def compiler() -> str | None:
    return shutil.which("cc")


def clock_of(folder: Path) -> Path:
    """A library in that folder that is loaded before a program, and has its clock wrong."""
    library = folder / "clock.so"
    program = compiler()
    assert program
    subprocess.run([program, "-shared", "-fPIC", "-O2", "-o", library, CLOCK, "-ldl"], check=True)
    return library


@cache
def _has_namespaces() -> bool:
    try:
        tried = subprocess.run(["unshare", "--net", "--uts", "ip", "link"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def quoted(host: str, command: str) -> str:
    """The Procfile's commands are a shell's."""
    return "'" + f"hostname {host} && {command}".replace("'", "'\\''") + "'"


def wrong_clock(by_s: int, *, clock: Path) -> dict[str, str]:
    """What a process is told whose clock is that far ahead."""
    return {"LD_PRELOAD": str(clock), "CLOCK_AHEAD_S": str(by_s)} if by_s else {}
