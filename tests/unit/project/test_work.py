"""What a process does not need is not in its memory: an idle shop keeps four of them."""

import subprocess
import sys

import pytest

from project import env as environment
from project import settings, settings_of_workers

WORKER = "from project.messaging import work; work.main(['worker', '--help'], standalone_mode=False)"
BEAT = "from project.messaging import work; work.main(['beat', '--help'], standalone_mode=False)"
LOADED = """
import sys
from celery import current_app
current_app.loader.import_default_modules()
print(*sorted({name.partition('.')[0] if name[:14] != 'django.contrib' else name for name in sys.modules}))
"""
OF_PAGES = {"django.contrib.admin", "ninja", "pydantic", "unfold"}
OF_PLUGINS = {"flower", "prompt_toolkit", "tornado"}


def loaded(entry: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", entry + LOADED],
        env=environment.for_child(DATABASE_URL="", SECRET_KEY=""),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("entry", [WORKER, BEAT], ids=["worker", "beat"])
def test_a_worker_loads_its_tasks_and_nothing_that_serves_pages(entry: str) -> None:
    modules = loaded(entry)
    assert {"workers", "orders", "django_celery_beat"} <= modules
    assert not modules & (OF_PAGES | OF_PLUGINS | {"stripe"})


def test_flower_loads_neither_tasks_nor_models() -> None:
    assert not loaded("import project.messaging.lookout") & {
        "workers",
        "orders",
        "inventory",
        "django_celery_beat",
        *OF_PAGES,
    }


def test_workers_have_the_same_settings_but_for_the_apps_that_serve_pages() -> None:
    names = {name for name in dir(settings) if name.isupper()} - {"INSTALLED_APPS"}
    assert all(getattr(settings_of_workers, name) == getattr(settings, name) for name in names)
    assert set(settings_of_workers.INSTALLED_APPS) == {
        "django_celery_results",
        "django_celery_beat",
        "inventory",
        "orders",
        "workers",
        "project",
    }
