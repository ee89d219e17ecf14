"""`python -m tests.upgrades.keep RELEASE`: keep what a shop of this release has in its database, for the next ones.

Once, as it is released. A file that is kept is not made again: what it holds is what that release has written.
"""

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from project import env as environment
from project.stack.servers import passing_database, running
from tests.support.processes.migrated import migrate

FOLDER = Path(__file__).parent


def main(release: str) -> int:
    file = FOLDER / f"{release}.sql.xz"
    if file.exists():
        print(f"{file} is kept already", file=sys.stderr)
        return 1
    with (
        TemporaryDirectory() as home,
        running(environment.current(), home=Path(home)) as servers,
        passing_database(servers.database_url) as url,
    ):
        migrate(url, broker_url=servers.broker_url)
        environment.override(DATABASE_URL=url, BROKER_URL=servers.broker_url, DJANGO_SETTINGS_MODULE="project.settings")
        django.setup()
        from tests.support.upgrade.busy_shop import make_busy_shop
        from tests.support.upgrade.dump import dump

        logging.disable(logging.CRITICAL)
        make_busy_shop()
        dump(url, file)
    print(f"kept {file}, {file.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
