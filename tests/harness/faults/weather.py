"""Which faults strike, how often: chosen by the seed, each run with a mixture of its own."""

from __future__ import annotations

import random
from collections import Counter

# How likely a fault is at one seam (a command of the store, a sleep) or at one call of Watbot. A seam comes by some
# thousand times a run, a call some hundred times: this is far more than ever happens.
ODDS = {
    # at a seam of a process
    "kill": 0.0016,
    "pause": 0.0008,
    "nap": 0.0012,
    "machine_clock": 0.0006,
    "terminate": 0.0006,
    # at a command of the store
    "store_restart": 0.0005,
    "store_clock": 0.0003,
    "store_refuses": 0.0015,
    "store_reply_lost": 0.0025,
    "store_slow": 0.003,
    # at a call
    "held": 0.003,
    "cut_before": 0.02,
    "cut_after": 0.03,
    "hang_before": 0.008,
    "hang_after": 0.025,
    "late": 0.004,
    "error_before": 0.02,
    "error_after": 0.02,
    "throttled": 0.015,
    "html_before": 0.01,
    "html_after": 0.015,
    "half": 0.02,
    "error_storm": 0.005,
    "throttle_storm": 0.003,
    "token_storm": 0.002,
    # at a delivery
    "receiver_killed_before": 0.04,
    "receiver_killed_after": 0.06,
    # at a doorbell
    "bell_lost": 0.1,
    "bell_twice": 0.1,
}
JUMPS_MS = (60_000.0, 3_600_000.0)
# Each run knows some of them only, some of them well: a mixture of everything hides what a few do together.
SHARES = (0.0, 0.0, 1.0, 1.0, 2.0, 5.0)


class Weather:
    """Draws from one random source, so that a seed gives the same run; `calm` ends all faults, `settled`: long ago."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.calm = self.settled = False
        self.struck: Counter[str] = Counter()
        self._odds = {kind: odds * self.random.choice(SHARES) for kind, odds in ODDS.items()}

    def strike(self, *kinds: str) -> str:
        """One of these faults strikes now, or "" (most often)."""
        if self.calm:
            return ""
        drawn = self.random.random()
        for kind in kinds:
            drawn -= self._odds[kind]
            if drawn < 0:
                self.struck[kind] += 1
                return kind
        return ""

    def between(self, least: float, most: float) -> float:
        """A number in between."""
        return self.random.uniform(least, most)

    def jump_ms(self) -> float:
        """By how much a clock is set: somewhat, or by up to an hour."""
        most_ms = self.random.choice(JUMPS_MS)
        return self.between(-most_ms, most_ms)
