"""What `check` says of the examples: mistakes of the file beside the rules, and examples that do not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from processor.domain.example import Example
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound
from processor.examples.compare import Difference
from processor.examples.run import Result, run_examples
from processor.fault import Fault
from processor.rules.examples.beside import examples_beside
from processor.rules.examples.whole import compile_examples, examples_path
from processor.rules.file import read_rules
from processor.text import Text

_RUN = Text("watbot-hooks test скажет всё", "watbot-hooks test tells the whole")


def failing_beside(rules: Ruleset, folder: Path) -> tuple[Fault, ...]:
    """A warning for each example beside a rule that does not hold."""
    return tuple(_failing(rules, examples_beside(rules), folder))


def example_faults(path: Path, rules: Ruleset) -> tuple[str, tuple[Fault, ...]]:
    """The text of a file of examples and what is wrong with it; examples that do not hold are warnings.

    Raises NotFound.
    """
    text = ""
    try:
        text = read_rules(path)
        return text, tuple(_failing(rules, compile_examples(text, path.name, rules), path.parent))
    except FaultsFound as error:
        return text, error.faults


def rules_path(path: Path) -> Path | None:
    """The rules that a file of examples belongs to; None when it is no such file, or there are none."""
    rules = path.with_name(path.stem.removesuffix(".examples") + path.suffix)
    return rules if rules != path and examples_path(rules) == path and rules.is_file() else None


def _failing(rules: Ruleset, examples: Iterable[Example], folder: Path) -> Iterator[Fault]:
    for result, _ in run_examples(rules, examples, folder):
        yield from result.faults
        if result.differences:
            yield _failed(result)


def _failed(result: Result) -> Fault:
    differences = result.differences
    more = len(differences) - 1
    ru, en = ("; ".join(_told(one, language) for one in differences[:1]) for language in ("ru", "en"))
    text = Text(
        f"пример «{result.title}» не проходит: {ru}" + (f" и ещё {more}" if more else ""),
        f'example "{result.title}" fails: {en}' + (f" and {more} more" if more else ""),
    )
    return Fault("example.failed", text, result.example.place, _RUN, severity="warning")


def _told(one: Difference, language: str) -> str:
    expected, got = one.expected, one.got
    if language == "ru":
        return f"{one.element}: ждали {_shown(expected, 'ничего')}, вышло {_shown(got, 'ничего')}"
    return f"{one.element}: expected {_shown(expected, 'nothing')}, got {_shown(got, 'nothing')}"


def _shown(value: str | None, nothing: str) -> str:
    return nothing if value is None else value[:80]
