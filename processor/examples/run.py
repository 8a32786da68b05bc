"""Run examples: for each whether it holds, and if not, what differs and which rule was nearest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from processor.domain.example import Example
from processor.domain.explain import RuleStory, explain
from processor.domain.plan import Problem
from processor.domain.rule import Ruleset
from processor.domain.template import shortened
from processor.errors import FaultsFound
from processor.examples.compare import Difference, differences, outcome_of
from processor.examples.play import Played, play
from processor.fault import Fault

TITLE_CHARACTERS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one example; it holds when there are neither `differences` nor `faults`.

    `title` names it, with its rule where it stands beside one. `nearest`: of a failed one, why the rule that was
    expected did not match. `problems`: what the rules could not do.
    """

    example: Example
    title: str
    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    nearest: RuleStory | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it holds."""
        return not self.differences and not self.faults


def run_examples(ruleset: Ruleset, examples: Iterable[Example], folder: Path) -> Iterator[tuple[Result, Played | None]]:
    """Each example in its turn, with how it went; `folder` is where files of deliveries stand, or below it."""
    for example in examples:
        try:
            played = play(ruleset, example, folder)
        except FaultsFound as error:
            yield Result(example, title_of(ruleset, example), faults=error.faults), None
            continue
        yield result_of(ruleset, example, played), played


def title_of(ruleset: Ruleset, example: Example) -> str:
    """Its name, behind the name of the rule that it stands beside."""
    name = example.name if example.rule is None else f"{ruleset.rules[example.rule].name}: {example.name}"
    return shortened(name, TITLE_CHARACTERS_MAX)


def result_of(ruleset: Ruleset, example: Example, played: Played) -> Result:
    """What was played held beside what was expected."""
    outcome = outcome_of(played)
    found = list(differences(example.expected, outcome))
    unread = [problem for problem in played.problems if problem.element == "unreadable"]
    if unread and "problems" not in example.expected.values:
        found.append(Difference("problems", None, "unreadable"))
    return Result(
        example,
        title_of(ruleset, example),
        tuple(found),
        nearest=_nearest(played, example.expected.values, found),
        problems=tuple(played.problems) if found else (),
    )


def _nearest(played: Played, expected: Mapping[str, Any], found: Sequence[Difference]) -> RuleStory | None:
    """Of the rules that should have matched and did not, or else of all that did not, the one that came nearest."""
    lacking = [one for one in found if one.expected is not None]
    if not lacking or expected.get("matched") is False:
        return None
    wanted = {one.expected for one in lacking if one.element == "rules"}
    stories = [
        story
        for seen in played.events
        for story in explain(played.ruleset, seen.event, seen.past)
        if story.outcome != "matched" and story.rule not in played.rules and (not wanted or story.rule in wanted)
    ]
    return min(stories, key=_missed, default=None)


def _missed(story: RuleStory) -> tuple[float, int]:
    lines = [check.held for check in story.checks if check.test]
    return lines.count(False) / len(lines) if lines else 0.0, story.line
