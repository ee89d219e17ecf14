"""What a monitor reads, as prometheus_client's collectors give it."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.metrics_core import GaugeMetricFamily, Metric


@dataclass(frozen=True, slots=True)
class Gauge:
    """`label`: what tells its lines apart. One without a label has one line."""

    name: str
    meaning: str
    label: str | None = None

    @property
    def metric(self) -> str:
        """As a monitor knows it."""
        return f"ringup_{self.name}"

    def declared(self) -> GaugeMetricFamily:
        """Without lines."""
        return GaugeMetricFamily(self.metric, self.meaning, labels=[self.label] if self.label else [])

    def of(self, value: float) -> Metric:
        family = self.declared()
        family.add_metric([], value)
        return family

    def of_each(self, values: Mapping[str, float | None]) -> Metric:
        """One line for each value that there is."""
        family = self.declared()
        for one, value in values.items():
            if value is not None:
                family.add_metric([one], value)
        return family
