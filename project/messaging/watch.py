"""`python -m project.messaging.watch flower ...`: Flower, less the shell that Celery's program loads with it."""

import project.colourless  # noqa: F401

# isort: split

import click
from celery.bin.base import CLIContext
from flower.command import flower

from project.messaging.lookout import app


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    context.obj = CLIContext(app=app, no_color=True, workdir=None, quiet=True)


main.add_command(flower)

if __name__ == "__main__":
    main()
