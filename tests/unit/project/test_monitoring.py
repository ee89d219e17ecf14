"""The alert rules and the dashboard speak of figures that there are, and the rules are the README's alarms."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.urls import get_resolver
from prometheus_client import REGISTRY, ProcessCollector

from base.contention import timed_out, waited_s
from base.http.problems import turned_away
from base.sql.retry_transient import retries
from base.sql.sets import COUNTED_MAX
from orders.journal.figures import refused, settled, settling
from orders.journal.ring import ring_failures
from orders.terminals.api.limits import unauthorized
from project.env import PROJECT_FOLDER
from project.figures import GAUGES, Pipeline
from tests.unit.test_readme import section, table

FOLDER = PROJECT_FOLDER / "docs" / "monitoring"
SCRAPING: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
(GROUP,) = yaml.safe_load((FOLDER / "ringup.rules.yml").read_text())["groups"]
RULES: list[dict[str, Any]] = GROUP["rules"]
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "ringup-dashboard.json").read_text())
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
VARIABLES: dict[str, dict[str, Any]] = {one["name"]: one for one in DASHBOARD["templating"]["list"]}
ALARMS = [row for row in table(section("Operations")) if row[0].startswith("`")]

COUNTERS = {
    "ringup_calls_turned_away": turned_away,
    "ringup_commands_refused": refused,
    "ringup_commands_settled": settled,
    "ringup_lock_timeouts": timed_out,
    "ringup_lock_wait_seconds": waited_s,
    "ringup_retries": retries,
    "ringup_ring_failures": ring_failures,
    "ringup_unauthorized": unauthorized,
}
HISTOGRAMS = {"ringup_settling_seconds": settling}
OF_A_PROCESS: dict[str, set[str]] = {
    sample.name: {"process", "pid"} for one in ProcessCollector(registry=None).collect() for sample in one.samples
}
LABELS: dict[str, set[str]] = {gauge.metric: {gauge.label} if gauge.label else set() for gauge in GAUGES}
LABELS |= {f"{name}_total": set(counter._labelnames) for name, counter in COUNTERS.items()}
LABELS |= {f"{name}_bucket": {*histogram._labelnames, "le"} for name, histogram in HISTOGRAMS.items()}
LABELS |= OF_A_PROCESS
KNOWN: dict[str, set[str]] = LABELS | {"up": set()}
OF_THE_TARGET = {"instance", "job"}

# Figures without a panel, and why.
NOT_SHOWN = {
    "process_max_fds": "It does not change.",
    "process_start_time_seconds": "Memory begins anew as well.",
    "process_virtual_memory_bytes": "What is reserved costs nothing.",
    "ringup_audit_look_rows": "How much the audit reads is for who measures it.",
    "ringup_audit_round_rows": "How much the audit reads is for who measures it.",
    "ringup_dead_letters": "It is 0 or an alarm.",
    "ringup_queue_silent": "It is 0 or an alarm.",
}

# How an alarm begins in the README -> what its alert's expression has then.
CONDITIONS = {
    "0": ("== 0",),
    "1": ("== 1", "absent("),
    "above 0": ("> 0",),
    "below 10": ("< 10",),
    "growing for a minute": ("[1m] offset 1m", f">= {COUNTED_MAX}"),
    "older than two hours, than two days": ("> 2 * 3600", "> 2 * 86400"),
    "growing": ("increase(",),
    "older than five minutes": ("time() - ", "> 300"),
    "95 of 100 above 5 s": ("histogram_quantile(0.95", "> 5"),
}
SEVERITIES = {"critical", "warning"}

FIGURE = re.compile(r"\b(?:ringup_\w+|process_\w+|up)\b")
MATCHED = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
KEPT = re.compile(r"\bby\s*\(([^)]*)\)")
DROPPED = re.compile(r"\bwithout\s*\(([^)]*)\)")
JOINED = re.compile(r"\b(?:on|ignoring)\s*\(([^)]*)\)")
IN_A_TEXT = re.compile(r"\$labels\.(\w+)")
IN_A_LEGEND = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def figures(expr: str) -> set[str]:
    return set(FIGURE.findall(expr))


def names(groups: list[str]) -> set[str]:
    return {name.strip() for group in groups for name in group.split(",")} - {""}


def wrong(expr: str, told: set[str]) -> Iterator[str]:
    """Figures that there are not, and labels that they do not have; `told`: what a text names of the outcome."""
    yield from figures(expr) - KNOWN.keys()
    there = OF_THE_TARGET.union(*(KNOWN.get(figure, set()) for figure in figures(expr)))
    kept, dropped = names(KEPT.findall(expr)), names(DROPPED.findall(expr))
    yield from {*MATCHED.findall(expr), *names(JOINED.findall(expr)), *kept, *dropped} - there
    yield from told - (kept or there - dropped)


def test_the_figures_are_all_that_there_are() -> None:
    assert get_resolver().url_patterns, "whoever counts is there as soon as the addresses are"
    counted = {one.name for one in REGISTRY.collect() if one.name.startswith("ringup_")}
    assert counted == COUNTERS.keys() | HISTOGRAMS.keys()
    assert {one.name for one in Pipeline().describe()} == {gauge.metric for gauge in GAUGES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_speaks_of_figures_and_labels_that_there_are(rule: dict[str, Any]) -> None:
    told = {name for text in rule["annotations"].values() for name in IN_A_TEXT.findall(text)}
    assert figures(rule["expr"])
    assert list(wrong(rule["expr"], told)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_long_how_bad_what_and_where_to_look(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"[1-9]\d*m", rule["for"])
    assert rule["labels"]["severity"] in SEVERITIES
    told = rule["annotations"]
    assert told["summary"]
    assert told["description"]
    page, _, place = told["runbook"].partition("#")
    text = (PROJECT_FOLDER / page).read_text()
    assert place in {title.lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", text, re.MULTILINE)}
    assert ("paragraph" in told) == (place == "one-by-one")
    assert f"**{told.get('paragraph', '')}" in text


def test_each_alarm_of_the_readme_is_an_alert_and_each_alert_an_alarm() -> None:
    assert len(RULES) == len(ALARMS)
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule, (figure, alarm) in zip(RULES, ALARMS, strict=True):
        expr = " ".join(rule["expr"].split())
        named = set(re.findall(r"`(\w+)`", figure))
        assert named <= figures(expr), rule["alert"]
        assert [part for part in CONDITIONS[alarm.split(":")[0]] if part not in expr] == [], rule["alert"]
        assert set(re.findall(r", by (\w+)", figure)) <= {label for one in named for label in KNOWN[one]}, figure


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: str(panel["title"]))
def test_a_panel_shows_figures_that_there_are(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        assert figures(target["expr"])
        assert list(wrong(target["expr"], set(IN_A_LEGEND.findall(target["legendFormat"])))) == []
    assert figures(VARIABLES["store"]["definition"]) <= LABELS.keys()


def test_every_figure_has_one_panel_or_a_reason_for_none() -> None:
    of_panels = [{figure for one in panel["targets"] for figure in figures(one["expr"])} for panel in PANELS]
    shown = Counter(figure for of_panel in of_panels for figure in of_panel)
    assert [figure for figure, panels in shown.items() if panels > 1] == []
    assert LABELS.keys() - shown.keys() == NOT_SHOWN.keys()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: str(panel["title"]))
def test_a_panel_has_the_unit_of_its_figures(panel: dict[str, Any]) -> None:
    """An instant is shown as how long ago it was, a counter as what it gains in a minute."""
    for target in panel["targets"]:
        assert panel["fieldConfig"]["defaults"]["unit"] == unit(target["expr"])


def unit(expr: str) -> str:
    (figure,) = figures(expr)
    if figure.endswith("_seconds_bucket"):
        assert expr.startswith("histogram_quantile(")
        return "s"
    if figure == "process_cpu_seconds_total":
        assert "rate(" in expr
        return "percentunit"
    if figure.endswith("_bytes"):
        return "bytes"
    if re.search("_(at|since)$", figure):
        assert expr.startswith("time() - ")
        return "s"
    if figure.endswith("_seconds_total"):
        assert expr.startswith("60 * ")
        assert "rate(" in expr
        return "s"
    if figure.endswith("_total"):
        assert expr.startswith("60 * ")
        assert "rate(" in expr
        return "cpm"
    if figure.endswith("_per_minute"):
        return "cpm"
    return "m" if "_minutes_" in figure else "short"


def test_whoever_looks_at_the_dashboard_chooses_where_it_asks() -> None:
    assert VARIABLES["datasource"]["type"] == "datasource"
    asked = [one["datasource"]["uid"] for panel in PANELS for one in (panel, *panel["targets"])]
    assert set(asked) == {"${datasource}"}


def test_panels_do_not_lie_upon_each_other() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    squares = Counter(
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    )
    assert set(squares.values()) == {1}
    assert max(x for x, _ in squares) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)


def test_the_example_of_scraping_is_what_the_rules_ask_for() -> None:
    (job,) = SCRAPING["scrape_configs"]
    asked = {job for rule in RULES for job in re.findall(r'job="([^"]*)"', rule["expr"])}
    assert asked == {job["job_name"]}
    assert SCRAPING["rule_files"] == ["ringup.rules.yml"]
    assert SCRAPING["global"]["scrape_interval"] == "15s", "a minute has several figures, which can be told to grow"
