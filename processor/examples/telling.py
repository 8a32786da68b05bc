"""Results in a person's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from processor.domain.explain import Outcome
from processor.domain.template import shortened
from processor.examples.coverage import Coverage, Gap
from processor.examples.run import Result
from processor.sources.keep import encodable
from processor.text import Language, Text

VALUE_CHARACTERS_MAX = 200

_OUTCOMES: Mapping[Outcome, Text] = {
    "matched": Text("подошло", "matched"),
    "not matched": Text("не подошло", "did not match"),
    "disabled": Text("выключено", "is disabled"),
    "after stop": Text("не спрошено: выше сработал stop", "was not asked: a rule above said stop"),
}
_GAPS: Mapping[Gap, Text] = {
    "rule": Text("ни один пример ему не подошёл", "no example matched it"),
    "true": Text("ни разу не выполнилось", "never held"),
    "unless": Text("ни разу не отменило", "never cancelled it"),
    "false": Text("ни разу не было нарушено", "never failed"),
}


def tell_failure(result: Result, language: Language) -> Iterator[str]:
    """What differs, line by line: `-` what was expected, `+` what came; then why the nearest rule did not match."""
    yield from map(encodable, _failure(result, language))


def _failure(result: Result, language: Language) -> Iterator[str]:
    for fault in result.faults:
        yield f"    {fault.say(language)}"
    for one in result.differences:
        if one.expected is not None:
            yield f"    - {one.element}: {shortened(one.expected, VALUE_CHARACTERS_MAX)}"
        if one.got is not None:
            yield f"    + {one.element}: {shortened(one.got, VALUE_CHARACTERS_MAX)}"
    story = result.nearest
    if story is not None:
        yield f"    {story.rule} ({story.line}): {_OUTCOMES[story.outcome].say(language)}"
        for check in story.checks:
            if not check.held:
                actual = check.actual if check.actual is not None else Text("нет", "absent").say(language)
                there = Text("на деле", "actual").say(language) + f": {actual}"
                said = f"{check.path} {check.test} {check.expected} ({there})" if check.test else f"{check.path}:"
                yield f"      {'  ' * check.depth}✗ {said}"
    for problem in result.problems:
        yield f"    ! {problem.rule}, {problem.element}: {problem.text.say(language)}"


def tell_summary(results: Sequence[Result], language: Language) -> str:
    """How many there are, and how many of them failed."""
    failed = sum(1 for result in results if not result.passed)
    count, passed = len(results), len(results) - failed
    ru = f"{count} {_plural(count, 'пример', 'примера', 'примеров')}: "
    ru += f"{passed} {_plural(passed, 'прошёл', 'прошли', 'прошли')}"
    en = f"{count} {'example' if count == 1 else 'examples'}: {passed} passed"
    if failed:
        ru += f", {failed} {_plural(failed, 'не прошёл', 'не прошли', 'не прошли')}"
        en += f", {failed} failed"
    return Text(ru, en).say(language)


def tell_coverage(coverage: Coverage, language: Language) -> Iterator[str]:
    """The percentage, then every gap with its rule and line."""
    yield Text(f"Покрытие примерами: {coverage.percent} %", f"Covered by examples: {coverage.percent} %").say(language)
    for gap in coverage.gaps():
        condition = f"{gap.condition}: " if gap.condition else ""
        yield f"  {coverage.ruleset.file}:{gap.line}  {gap.rule}: {condition}{_GAPS[gap.gap].say(language)}"


def _plural(count: int, one: str, few: str, many: str) -> str:
    """The Russian form that goes with a number."""
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many
