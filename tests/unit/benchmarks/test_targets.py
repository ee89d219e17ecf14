"""What is asked of the product, and pgbench's report."""

import json

import pytest

from benchmarks.baselines.pgbench import connection_of, figures
from benchmarks.baselines.servers import commands
from benchmarks.load.clock import Half
from benchmarks.results.figures import Figure
from benchmarks.results.measured import Measured, Round
from benchmarks.results.targets import TARGETS, reached
from project.stack.embedded.child import ServerFailed

RATES = {
    "view": 200.0,
    "task": 150.0,
    "pgbench": 2100.0,
    "singles": 900.0,
    "singles-hot": 855.0,
    "singles-two-calls": 700.0,
    "singles-32": 900.0,
    "singles-128": 900.0,
    "bulk": 4000.0,
    "bulk-hot": 3800.0,
    "large": 4.5,
    "view-large": 1.0,
    "idle": 120.0,
}
P50_S, P99_S = 0.0075, 0.02


def measured(rate: float, *, cpu_ms: float = 2.19, p99_s: float = P99_S) -> Measured:
    half = Half(round(rate * 100), 100)
    return Measured(
        [
            Round(
                settled=2 * half.sales,
                halves=(half, half),
                latencies_s=[P50_S] * 98 + [p99_s] * 2,
                cpu_s={"clients": 9, "web": cpu_ms / 1000 * 2 * half.sales},
                rings_left=0,
                quiet_after_s=0,
                is_quiet=True,
                others_cores=0,
            )
        ]
    )


VIEWS = {"view": measured(200, cpu_ms=10), "view-large": measured(1, cpu_ms=10)}
AT_THE_MARK = {name: measured(rate) for name, rate in RATES.items()} | VIEWS


def missed(changed: dict[str, Measured]) -> list[str]:
    return [f"{one.name}, {one.unit}" for one in reached(AT_THE_MARK | changed) if one.word == "MISSED"]


def test_figures_at_the_mark_meet_the_targets() -> None:
    assert [one.word for one in reached(AT_THE_MARK)] == ["ok"] * len(TARGETS)


@pytest.mark.parametrize(
    ("contender", "worse", "which"),
    [
        ("singles", measured(899.9), ["singles: sales/s, x view", "singles: sales/s, x task"]),
        ("task", measured(150.1), ["singles: sales/s, x task"]),
        ("singles", measured(900, p99_s=0.031), ["singles: p99, x p50"]),
        ("singles", measured(900, cpu_ms=2.21), ["singles: processor time, of view"]),
        ("singles-two-calls", measured(699.9), ["singles-two-calls: sales/s, x view"]),
        ("singles-32", measured(899.9), ["singles-32: sales/s, x singles"]),
        ("singles-128", measured(900, p99_s=0.031), ["singles-128: p99, x p50"]),
        ("large", measured(4.49), ["large: lines/s, x view-large"]),
        ("large", measured(4.5, cpu_ms=2.21), ["large: processor time, of view-large"]),
        ("bulk", measured(3999.9), ["bulk: sales/s, x view"]),
        ("pgbench", measured(2106), ["bulk: sales/s, x pgbench"]),
        ("singles-hot", measured(854.9), ["singles-hot: sales/s, x singles"]),
        ("bulk-hot", measured(3799.9), ["bulk-hot: sales/s, x bulk"]),
        ("idle", measured(120, p99_s=0.0202), ["idle: p99, ms"]),
    ],
)
def test_a_figure_beyond_the_mark_is_missed(contender: str, worse: Measured, which: list[str]) -> None:
    assert missed({contender: worse}) == which


def test_what_needs_somebody_who_was_left_out_is_left_out() -> None:
    some = {name: AT_THE_MARK[name] for name in ("singles", "view", "bulk-hot")}
    assert [f"{one.name}, {one.unit}" for one in reached(some)] == [
        "singles: sales/s, x view",
        "singles: p99, x p50",
        "singles: processor time, of view",
    ]


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (Figure(name="worker: memory", value=151.4, unit="MB", most=150), ("151", "<= 150", "MISSED")),
        (Figure(name="worker: memory", value=150, unit="MB", most=150), ("150", "<= 150", "ok")),
        (Figure(name="rate", value=0.951, unit="of empty", least=0.95), ("0.951", ">= 0.95", "ok")),
        (Figure(name="rate", value=0.949, unit="of empty", least=0.95), ("0.949", ">= 0.95", "MISSED")),
        (Figure(name="disk", value=4_567.8, unit="bytes a command"), ("4,568", "", "")),
        (Figure(name="halves", value=12.34, unit="%", least=5, most=15), ("12.3", ">= 5 and <= 15", "ok")),
    ],
)
def test_a_figure_tells_what_it_is_and_whether_it_suffices(figure: Figure, told: tuple[str, str, str]) -> None:
    assert (figure.reached, figure.asked, figure.word) == told
    assert Figure.from_json(json.loads(json.dumps(figure.as_json()))) == figure


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
    assert "--blocking-threads 640" in web
    assert web.endswith("benchmarks.baselines.wsgi:application")
