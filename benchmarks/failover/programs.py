"""What a cluster is made of, and how to get it: PostgreSQL and Patroni come with the lock file, etcd does not."""

import os
import shutil
import sys
from pathlib import Path

from project.stack.embedded.root import namespace_prefix

HOW_TO_GET_IT = "no etcd here: the failover's tests are left out; as root: apt-get install etcd-server"


def etcd() -> str | None:
    """Where it is. Patroni and PostgreSQL have to run as somebody who is not root and reads Patroni's files: where root
    has no user namespaces, there is nobody to be."""
    return shutil.which("etcd") if os.geteuid() != 0 or namespace_prefix() else None


def patroni() -> str:
    return str(Path(sys.executable).with_name("patroni"))
