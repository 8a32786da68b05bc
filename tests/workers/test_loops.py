"""Many doorbells, few loops, and no bell is lost."""

from __future__ import annotations

import random
import threading

import pytest

from workers.loops import Loops


class Line:
    """Work that stands in line, and steps that take it, as the store's line does."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._pause_s = pause_s
        self.waiting = 0
        self.done = 0
        self.working = 0
        self.working_max = 0

    def arrive(self) -> None:
        """One more stands in line."""
        with self._lock:
            self.waiting += 1

    def step(self) -> bool:
        """Take one and do it; False when nobody waits."""
        with self._lock:
            if not self.waiting:
                return False
            self.waiting -= 1
            self.working += 1
            self.working_max = max(self.working_max, self.working)
        threading.Event().wait(self._pause_s)
        with self._lock:
            self.working -= 1
            self.done += 1
        return True


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_bell_is_lost_however_bells_and_loops_meet(most: int) -> None:
    """Whoever arrives rings after standing in line: when every bell has been answered, nobody may still wait."""
    line, loops = Line(), Loops(most)

    def ring(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(400):
            line.arrive()
            loops.run(line.step)
            if rng.random() < 0.02:
                threading.Event().wait(0.0005)

    bells = [threading.Thread(target=ring, args=(seed,)) for seed in range(8)]
    for bell in bells:
        bell.start()
    for bell in bells:
        bell.join()
    assert (line.waiting, line.done) == (0, 3_200)
    assert line.working_max <= most


def test_a_bell_at_the_last_moment_makes_the_loop_look_again() -> None:
    """The step has just found nobody; before the loop ends somebody arrives and rings."""
    loops = Loops(1)
    looks: list[int] = []

    def step() -> bool:
        looks.append(len(looks))
        if len(looks) == 1:
            loops.run(lambda: pytest.fail("a second loop of one"))
        return False

    loops.run(step)
    assert looks == [0, 1]


def test_a_loop_that_fails_makes_room_for_the_next() -> None:
    loops = Loops(1)

    def fail() -> bool:
        raise ValueError("the store is gone")

    for _ in range(3):
        with pytest.raises(ValueError, match="the store is gone"):
            loops.run(fail)
        assert not loops.full
    line = Line()
    line.arrive()
    loops.run(line.step)
    assert line.done == 1


def test_slow_steps_use_all_loops_and_no_more() -> None:
    line, loops = Line(pause_s=0.02), Loops(3)
    for _ in range(12):
        line.arrive()
    bells = [threading.Thread(target=loops.run, args=(line.step,)) for _ in range(6)]
    for bell in bells:
        bell.start()
    for bell in bells:
        bell.join()
    assert (line.done, line.working_max) == (12, 3)
