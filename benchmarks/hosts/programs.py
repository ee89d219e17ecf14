"""What hosts of one's own are made of, and how to get it: network namespaces, HAProxy, and clocks that are wrong."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

TUN = Path("/dev/net/tun")
FAKETIME = "libfaketime.so.1"
HOW_TO_GET_IT = (
    "no hosts of one's own here: their tests are left out; they need root, ip, network namespaces and /dev/net/tun; "
    "as root: apt-get install haproxy libfaketime"
)

PROXY_CONFIGURATION = """\
defaults
    mode http
    timeout connect 500ms
    timeout client 60s
    timeout server 60s
    retries 2
    option redispatch

frontend shop
    bind {address}:{port}
    default_backend webs

backend webs
    balance roundrobin
    option forwardfor
    option httpchk GET /readyz
    http-check send hdr Host 127.0.0.1
    default-server check inter 500ms fastinter 200ms fall 2 rise 2 on-marked-down shutdown-sessions
{servers}
"""


def has_all() -> str | None:
    """HAProxy, where all of it is there."""
    return haproxy() if os.geteuid() == 0 and TUN.exists() and faketime() and _has_namespaces() else None


def haproxy() -> str | None:
    return shutil.which("haproxy")


@cache
def faketime() -> Path | None:
    """A library that is loaded before a program, and sets its clock wrong (github.com/wolfcw/libfaketime)."""
    return next(iter(sorted(Path("/usr/lib").glob(f"*/faketime/{FAKETIME}"))), None)


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


def wrong_clock(by_s: int) -> dict[str, str]:
    """What a process is told whose clock is that far ahead."""
    if not by_s:
        return {}
    return {"LD_PRELOAD": str(faketime()), "FAKETIME": f"{by_s:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
