"""What a monitor reads, as prometheus_client's collectors give it."""

from collections.abc import Mapping

from prometheus_client.metrics_core import GaugeMetricFamily, Metric


def gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"ringup_{name}", meaning, value=value)


def gauges(name: str, meaning: str, label: str, values: Mapping[str, float | None]) -> Metric:
    """One line for each value that there is."""
    family = GaugeMetricFamily(f"ringup_{name}", meaning, labels=[label])
    for one, value in values.items():
        if value is not None:
            family.add_metric([one], value)
    return family
