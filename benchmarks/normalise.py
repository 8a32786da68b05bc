"""What one delivery of every preset costs: its proof and key at the door, and reading it into events.

    uv run python -m benchmarks.normalise [--times 2000] [preset ...]

The sample of a preset is the typical delivery of tests/sources/samples.py. One process, nothing stored; each figure is
of single calls, so the median is what a delivery costs and the 99th percentile what the machine adds to it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median, quantiles

from processor.domain.delivery import Delivery
from processor.intake import Admitted, admit
from processor.sources.registry import PRESETS
from tests.sources.samples import SAMPLES, sample_of, sources

LIMIT_US = 200
WARM_UP_TIMES = 200
NOW_S = 1_740_000_000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=sorted(SAMPLES))
    parser.add_argument("--times", type=int, default=2_000)
    asked = parser.parse_args()
    print(f"{'preset':<20}{'bytes':>8}{'door, us':>10}{'p99':>8}{'read, us':>10}{'p99':>8}   limit {LIMIT_US} us")
    for preset in asked.presets:
        print(line_of(preset, asked.times))


def line_of(preset: str, times: int) -> str:
    """The figures of one preset."""
    sample, source = sample_of(preset), sources()[preset]
    inbound = sample.sign(sample.good[0], NOW_S)

    def at_the_door() -> Delivery:
        admitted = admit(inbound, source, PRESETS[preset], NOW_S * 1000)
        assert isinstance(admitted, Admitted)
        return admitted.delivery

    delivery = at_the_door()
    door = measured(at_the_door, times)
    read = measured(lambda: PRESETS[preset].normalise(delivery, source), times)
    verdict = "within" if read[0] < LIMIT_US else "ABOVE"
    size = len(inbound.body) or len(inbound.query)
    return f"{preset:<20}{size:>8}{door[0]:>10.1f}{door[1]:>8.1f}{read[0]:>10.1f}{read[1]:>8.1f}   {verdict}"


def measured(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 99th percentile of single calls, in microseconds."""
    for _ in range(WARM_UP_TIMES):
        call()
    taken = []
    for _ in range(times):
        started = time.perf_counter_ns()
        call()
        taken.append((time.perf_counter_ns() - started) / 1000)
    return median(taken), quantiles(taken, n=100)[98]


if __name__ == "__main__":
    main()
