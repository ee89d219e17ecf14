"""What every command says of itself: what it is for, examples that can be typed, and how it ends."""

import shlex
from importlib import import_module

import pytest
from django.core.management import load_command_class

from base.operator.command import OperatorCommand
from project import __main__ as ringup
from project.commands import manage, status
from project.env import PROJECT_FOLDER

FOUND = {path.stem: path for path in PROJECT_FOLDER.glob("*/management/commands/[a-z]*.py")}
FILES = {name: path for name, path in FOUND.items() if name not in manage.DJANGOS}
ROOMS = {name: path.relative_to(PROJECT_FOLDER).parts[0] for name, path in FILES.items()}


def typed(example: str) -> list[str]:
    """Without what a shell does with it."""
    return shlex.split(example.partition(" > ")[0].partition(" | ")[0], comments=True)


def command(name: str) -> OperatorCommand:
    found = load_command_class(ROOMS[name], name)
    assert isinstance(found, OperatorCommand)
    return found


def test_every_command_of_ours_is_named_in_the_help() -> None:
    assert set(manage.OURS) == set(FILES)
    assert all(f"  {name}" in manage.usage() for name in FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_commands_help_has_examples_that_it_takes(name: str) -> None:
    found = command(name)
    parser = found.create_parser("./ringup manage", name)
    said = parser.format_help()
    assert said.startswith(f"usage: ./ringup manage {name} ")
    assert "it ends with:\n  0 " in said
    assert "--settings" not in said
    assert found.examples
    for example in found.examples:
        assert f"  ./ringup manage {name} {example}".rstrip() in said
        parser.parse_args(typed(example))


@pytest.mark.parametrize("verb", sorted(ringup.VERBS))
def test_a_verbs_help_begins_nothing_and_has_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        assert ringup.main([verb, "--help"]) == 0
    except SystemExit as end:
        assert end.code == 0  # noqa: PT017 - argparse ends so, and others return
    said = capsys.readouterr().out
    assert said.startswith(f"usage: ./ringup {verb}")
    assert f"examples:\n  ./ringup {verb}" in said
    assert "it ends with:" in said


@pytest.mark.parametrize("verb", ["status", "stop", "check"])
def test_what_a_verb_does_not_take_is_refused(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        import_module(f"project.commands.{verb}").main(["--nonsense"])
    assert end.value.code == 2
    assert f"./ringup {verb}: error: unrecognized arguments: --nonsense" in capsys.readouterr().err


@pytest.mark.parametrize(("raised", "status_"), [(KeyboardInterrupt, 130), (BrokenPipeError, 141)])
def test_who_stops_reading_or_waiting_gets_no_traceback(
    raised: type[BaseException], status_: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(_: list[str]) -> int:
        raise raised

    monkeypatch.setattr(status, "main", ends)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    assert ringup.run("status", []) == status_
