"""Counters that cost an addition where something happens, and become Prometheus' text when they
are asked for."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

MOST_LABELS = 200
"""Combinations of label values that one counter keeps apart; what comes later is `other`."""
COMMIT_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
REPLY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)

Labels = tuple[str, ...]


class Tally(dict[Labels, int]):
    """How often, by the values of some labels. Adding to a value that is there is a plain
    `tally[values] += 1`; `add` also takes new ones."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names

    def add(self, values: Labels, count: int = 1) -> None:
        """Counts; under `other` when there are too many values already."""
        if values not in self and len(self) >= MOST_LABELS:
            values = ("other",) * len(self.names)
        self[values] = self.get(values, 0) + count

    def add_all(self, many: Iterable[Labels]) -> None:
        """Counts each of them."""
        for values, count in Counter(many).items():
            self.add(values, count)


class Durations:
    """A histogram of seconds."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total_s = 0.0

    def add(self, seconds: float) -> None:
        """Counts one."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total_s += seconds

    def buckets(self) -> Iterator[tuple[str, float]]:
        """As Prometheus has it: up to each bound, all that were as short."""
        count = 0
        for bound, here in zip((*self.bounds, "+Inf"), self.counts, strict=True):
            count += here
            yield str(bound), count


@dataclass
class Metrics:
    """What this process has counted since its start. Used from the event loop only."""

    messages: Tally = field(default_factory=lambda: Tally("channel", "kind"))
    activities: Tally = field(default_factory=lambda: Tally("kind", "outcome"))
    entries: Tally = field(default_factory=lambda: Tally("kind", "rule"))
    refusals: Tally = field(default_factory=lambda: Tally("code"))
    operations: Tally = field(default_factory=lambda: Tally("problem"))
    """`none` when all went well."""
    sent: Tally = field(default_factory=lambda: Tally("channel"))
    """Messages that a channel took."""
    merged: Tally = field(default_factory=lambda: Tally("channel"))
    """Replies that were said together with others."""
    refused: Tally = field(default_factory=lambda: Tally("channel"))
    """Messages that a channel did not take, each time that it did not."""
    unsaid: Tally = field(default_factory=lambda: Tally("channel"))
    reloads: Tally = field(default_factory=lambda: Tally("result"))
    shed: int = 0
    commit: Durations = field(default_factory=lambda: Durations(COMMIT_S))
    """Of whole transactions."""
    reply: Durations = field(default_factory=lambda: Durations(REPLY_S))
    """From the message's coming in to its reply's being handed to the channel."""


Gauges = Mapping[str, tuple[str, Callable[[], float]]]
"""What is looked up when it is asked for: name to help and value."""
ByChannel = Mapping[str, tuple[str, Callable[[], Mapping[str, float]]]]
"""The same, a value for each channel."""


class Exposition:
    """The counters in Prometheus' text format, with those of the process."""

    def __init__(
        self, metrics: Metrics, gauges: Gauges, by_channel: ByChannel | None = None
    ) -> None:
        self._metrics = metrics
        self._gauges = gauges
        self._by_channel = by_channel or {}

    @cached_property
    def _registry(self) -> "CollectorRegistry":
        # The library takes 50 ms to import, and is asked for nothing until somebody asks us.
        from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector

        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        return registry

    def text(self) -> bytes:
        """All of them, now."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)

    def collect(self) -> Iterable["Metric"]:
        """Called by the registry."""
        from prometheus_client.metrics_core import GaugeMetricFamily

        metrics = self._metrics
        yield _counter("messages", "Messages that came in.", metrics.messages)
        yield _counter("activities", "Activities that were judged.", metrics.activities)
        yield _counter("entries", "Entries that were posted.", metrics.entries)
        yield _counter("refusals", "Activities that were refused.", metrics.refusals)
        yield _counter("operations", "Operations that have ended.", metrics.operations)
        yield _counter("sent", "Messages that a channel took.", metrics.sent)
        yield _counter("merged", "Replies that were said together with others.", metrics.merged)
        yield _counter("send_refused", "Messages that a channel did not take.", metrics.refused)
        yield _counter("unsaid", "Replies that a channel could not say.", metrics.unsaid)
        yield _counter("reloads", "Times the programme was read again.", metrics.reloads)
        shed = Tally()
        shed[()] = metrics.shed
        yield _counter("shed", "Messages turned away because too many wait.", shed)
        yield _histogram("commit_seconds", "Of a transaction, start to commit.", metrics.commit)
        yield _histogram("reply_seconds", "From a message to its reply.", metrics.reply)
        for name, (help, value) in self._gauges.items():
            yield GaugeMetricFamily(f"jifen_{name}", help, value=value())
        for name, (help, values) in self._by_channel.items():
            family = GaugeMetricFamily(f"jifen_{name}", help, labels=["channel"])
            for channel, number in sorted(values().items()):
                family.add_metric([channel], number)
            yield family


def _counter(name: str, help: str, tally: Tally) -> "Metric":
    from prometheus_client.metrics_core import CounterMetricFamily

    family = CounterMetricFamily(f"jifen_{name}", help, labels=tally.names)
    for values, count in sorted(tally.items()):
        family.add_metric(values, count)
    return family


def _histogram(name: str, help: str, durations: Durations) -> "Metric":
    from prometheus_client.metrics_core import HistogramMetricFamily

    family = HistogramMetricFamily(f"jifen_{name}", help)
    family.add_metric([], list(durations.buckets()), durations.total_s)
    return family
