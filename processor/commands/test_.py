"""`test`: do the examples of the rules hold? Touches nothing but files beside them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from processor.commands.context import language_wanted, say
from processor.domain.example import Example
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, NotFound
from processor.examples.coverage import Coverage
from processor.examples.junit import junit
from processor.examples.plain import plain_results
from processor.examples.run import Result, run_examples
from processor.examples.telling import tell_coverage, tell_failure, tell_summary
from processor.fault import Fault
from processor.rules.examples.beside import examples_beside
from processor.rules.examples.whole import compile_examples, examples_path
from processor.rules.file import read_rules
from processor.settings import load_settings
from processor.story import rules_without_secrets
from processor.text import Text, nearest


def prove_examples(
    file: Annotated[Path | None, typer.Argument(show_default=False)] = None,
    examples: Annotated[
        list[Path] | None, typer.Option("--examples", help="файл примеров / a file of examples", show_default=False)
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="только это правило / this rule only", show_default=False)
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="что не проверено / what is not tested")] = False,
    coverage_min: Annotated[int | None, typer.Option(min=0, max=100, help="%", show_default=False)] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="JUnit XML", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Проверить примеры правил / Run the examples of the rules."""
    path = file or load_settings(os.environ).rules_file
    text = read_rules(path)
    rules = rules_without_secrets(text, path.name)
    found = _found(rules, path, examples)
    selected = _selected(rules, found, rule or [])
    covered = Coverage(rules) if coverage or coverage_min is not None else None
    results: list[Result] = []
    for folder, listed in selected:
        for result, played in run_examples(rules, listed, folder):
            results.append(result)
            if covered is not None and played is not None:
                covered.note(played)
    if junit_file is not None:
        _write(junit_file, junit(results, path.name, language_wanted()))
    if as_json:
        typer.echo(
            msgspec.json.format(msgspec.json.encode(plain_results(results, covered, language_wanted()))).decode()
        )
    else:
        _tell(results, covered, path)
    short = coverage_min is not None and covered is not None and covered.percent < coverage_min
    if short and not as_json:
        typer.echo(say(Text(f"покрытие меньше {coverage_min} %", f"the coverage is below {coverage_min} %")), err=True)
    return 1 if short or not all(result.passed for result in results) else 0


def _found(rules: Ruleset, path: Path, named: list[Path] | None) -> list[tuple[Path, tuple[Example, ...]]]:
    """All examples with the folder of their file. Raises FaultsFound with the faults of all files."""
    beside = examples_path(path)
    files = named or ([beside] if beside.is_file() else [])
    found = [(path.parent, examples_beside(rules))]
    faults: list[Fault] = []
    for one in files:
        if not one.is_file():
            raise NotFound(Text(f"нет файла примеров {one}", f"there is no file of examples {one}"))
        try:
            found.append((one.parent, compile_examples(read_rules(one), one.name, rules)))
        except FaultsFound as error:
            faults.extend(error.faults)
    if faults:
        raise FaultsFound(faults)
    return found


def _selected(
    rules: Ruleset, found: Sequence[tuple[Path, tuple[Example, ...]]], names: list[str]
) -> Sequence[tuple[Path, tuple[Example, ...]]]:
    """The examples of the named rules: those beside them, and those of whole files that expect them."""
    if not names:
        return found
    positions = {one.name: one.position for one in rules.rules}
    for name in names:
        if name not in positions:
            close = nearest(name, positions)
            hint = Text(f"; может быть, «{close}»?", f'; did you mean "{close}"?') if close else Text("", "")
            raise NotFound(Text(f"правила «{name}» нет{hint.ru}", f'there is no rule "{name}"{hint.en}'))
    wanted = {positions[name] for name in names}

    def asked(example: Example) -> bool:
        return example.rule in wanted or not set(names).isdisjoint(example.expected.values.get("rules", ()))

    return [(folder, tuple(filter(asked, listed))) for folder, listed in found]


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotFound(Text(f"файл {path} не записать: {why}", f"cannot write {path}: {why}")) from None


def _tell(results: Sequence[Result], covered: Coverage | None, path: Path) -> None:
    language = language_wanted()
    for result in results:
        if not result.passed:
            typer.echo(f"✗ {result.example.place}  {result.title}")
            for line in tell_failure(result, language):
                typer.echo(line)
    if results:
        typer.echo(tell_summary(results, language))
    else:
        typer.echo(say(Text(f"{path}: примеров нет", f"{path}: there are no examples")))
    for line in tell_coverage(covered, language) if covered is not None else ():
        typer.echo(line)
