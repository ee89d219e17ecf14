"""What a process does not need is not in its memory: an idle shop keeps six of them."""

import subprocess
import sys
from functools import cache

import pytest

from project import env as environment
from project import settings, settings_of_beat, settings_of_workers

WORKER = "from project.messaging import work; work.main(['worker', '--help'], standalone_mode=False)"
BEAT = "from project.messaging import work; work.main(['beat', '--help'], standalone_mode=False)"
COMMAND = "import sys, django; django.setup(); print(*sys.modules)"
FLOWER = "from project.messaging import watch; watch.main(['flower', '--help'], standalone_mode=False)"
LOADED = """
import sys
from celery import current_app
current_app.loader.import_default_modules()
there = [name for name, module in sys.modules.items() if module]
print(*sorted({name.partition('.')[0] if name[:14] != 'django.contrib' else name for name in there}))
"""
OF_PAGES = {"django.contrib.admin", "ninja", "pydantic", "unfold"}
OF_PLUGINS = {"flower", "prompt_toolkit", "tornado"}
OF_TERMINALS = {"click_repl", "prompt_toolkit", "pygments", "rich"}


def loaded(entry: str) -> frozenset[str]:
    return said(entry + LOADED)


@cache
def said(program: str) -> frozenset[str]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment.for_child(DATABASE_URL="", SECRET_KEY="", DJANGO_SETTINGS_MODULE="project.settings"),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("entry", [WORKER, BEAT], ids=["worker", "beat"])
def test_a_worker_loads_its_tasks_and_nothing_that_serves_pages_or_colours_them(entry: str) -> None:
    modules = loaded(entry)
    assert {"workers", "orders"} <= modules
    assert not modules & (OF_PAGES | OF_PLUGINS | OF_TERMINALS | {"stripe"})


def test_a_command_has_all_models_and_loads_no_page_of_them() -> None:
    modules = said(COMMAND)
    assert {"orders.sales.models", "inventory.models", "django_celery_beat.models"} <= modules
    assert not [name for name in modules if {"admin", "api"} & set(name.split(".")) and not name.startswith("django.")]


def test_only_beat_loads_the_schedules() -> None:
    assert "django_celery_beat" in loaded(BEAT)
    assert "django_celery_beat" not in loaded(WORKER)


def test_flower_loads_neither_tasks_nor_models_nor_what_speaks_with_a_database() -> None:
    modules = loaded(FLOWER)
    assert {"flower", "tornado"} <= modules
    assert not modules & {"workers", "orders", "inventory", "django_celery_beat", "psycopg", *OF_PAGES, *OF_TERMINALS}


def test_the_simulator_of_accounting_loads_nothing_that_speaks_with_a_database() -> None:
    assert "psycopg" not in loaded("import project.simulator.__main__")


def test_workers_have_the_same_settings_but_for_the_apps_that_serve_pages() -> None:
    names = {name for name in dir(settings) if name.isupper()} - {"INSTALLED_APPS"}
    for theirs in (settings_of_workers, settings_of_beat):
        assert all(getattr(theirs, name) == getattr(settings, name) for name in names)
    of_workers = {"django_celery_results", "inventory", "orders", "workers", "project"}
    assert set(settings_of_workers.INSTALLED_APPS) == of_workers
    assert set(settings_of_beat.INSTALLED_APPS) == of_workers | {"django_celery_beat"}
