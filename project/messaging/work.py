"""`python -m project.messaging.work [-A project.celery] worker|beat ...`: Celery's commands, less what they need not.

Its program would load what plug-ins add to it, a dashboard and a shell, and Django's checks all that serves pages.
"""

import project.colourless  # noqa: F401

# isort: split

import os

import click
from celery.app.utils import find_app
from celery.bin.base import CLIContext
from celery.bin.beat import beat
from celery.bin.worker import worker

from project.messaging.acknowledge import acknowledge_in_any_case


@click.group()
@click.option("-A", "--app", "name", default="project.celery")
@click.pass_context
def main(context: click.Context, name: str) -> None:
    of = "beat" if context.invoked_subcommand == beat.name else "workers"
    os.environ["DJANGO_SETTINGS_MODULE"] = f"project.settings_of_{of}"
    os.environ["CELERY_SKIP_CHECKS"] = "all"
    acknowledge_in_any_case()
    context.obj = CLIContext(app=find_app(name), no_color=True, workdir=None, quiet=True)


main.add_command(worker)
main.add_command(beat)

if __name__ == "__main__":
    main()
