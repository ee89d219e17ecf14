"""What is asked of the product, and pgbench's report."""

import pytest

from benchmarks.baselines.pgbench import connection_of, figures
from benchmarks.baselines.servers import commands
from benchmarks.targets import TARGETS, judge
from project.stack.embedded.child import ServerFailed

SPEED = {
    "view": 200.0,
    "task": 150.0,
    "pgbench": 2100.0,
    "singles": 900.0,
    "singles-hot": 855.0,
    "singles-two-calls": 700.0,
    "bulk": 4000.0,
    "bulk-hot": 3800.0,
}


def test_figures_at_the_mark_meet_the_targets() -> None:
    assert [one.word for one in judge(SPEED)] == ["ok"] * len(TARGETS)


@pytest.mark.parametrize(
    ("slower", "missed"),
    [
        ({"singles": 899.0, "task": 149.0}, ["singles of view"]),
        ({"task": 151.0}, ["singles of task"]),
        ({"singles-two-calls": 699.0}, ["singles-two-calls of view"]),
        ({"bulk": 3999.0}, ["bulk of view"]),
        ({"pgbench": 2106.0}, ["bulk of pgbench"]),
        ({"singles-hot": 854.0}, ["singles-hot of singles"]),
        ({"bulk-hot": 3799.0}, ["bulk-hot of bulk"]),
    ],
)
def test_a_figure_below_the_mark_is_missed(slower: dict[str, float], missed: list[str]) -> None:
    judged = judge(SPEED | slower)
    assert [f"{one.target.contender} of {one.target.of}" for one in judged if one.word == "MISSED"] == missed


def test_the_report_of_pgbench_is_understood() -> None:
    said = (
        "number of transactions actually processed: 10746\nnumber of failed transactions: 0 (0.000%)\n"
        "latency average = 4.467 ms\ninitial connection time = 54.1 ms\n"
        "tps = 3582.058 (without initial connection time)"
    )
    assert figures(said) == (10746, 3582.058, 0.004467)


def test_another_report_is_refused() -> None:
    with pytest.raises(ServerFailed, match="something else: tps = 12"):
        figures("tps = 12")


def test_a_password_goes_into_the_environment() -> None:
    environ = connection_of("postgresql://ring:p%40ss@10.0.0.7:6000/shop")
    assert environ["PGPASSWORD"] == "p@ss"
    assert [environ[f"PG{name}"] for name in ("HOST", "PORT", "USER", "DATABASE")] == [
        "10.0.0.7",
        "6000",
        "ring",
        "shop",
    ]
    assert "lock_timeout" in environ["PGOPTIONS"]


def test_several_hosts_go_into_the_environment_with_what_else_libpq_is_told() -> None:
    environ = connection_of("postgresql://ring:p?s#s@one:6000,two:6001/shop?target_session_attrs=read-write")
    assert environ["PGHOST"] == "one,two"
    assert environ["PGPORT"] == "6000,6001"
    assert environ["PGPASSWORD"] == "p?s#s"
    assert environ["PGTARGETSESSIONATTRS"] == "read-write"


def test_the_baselines_web_server_is_started_as_the_products() -> None:
    web = commands()["baseline-web"]
    assert "granian --interface wsgi" in web
    assert "--blocking-threads 256" in web
    assert web.endswith("benchmarks.baselines.wsgi:application")
