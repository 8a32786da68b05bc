"""`schema`: a JSON Schema of the rules file, for completion and underlining in editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processor.commands.context import say
from processor.errors import NotFound
from processor.rules.schema import examples_schema, rules_schema, schema_text
from processor.text import Text


def schema(
    examples: Annotated[bool, typer.Option("--examples", help="файла примеров / of a file of examples")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="в файл / into a file", show_default=False)
    ] = None,
) -> int:
    """JSON Schema правил для редактора / JSON Schema of the rules, for an editor."""
    text = schema_text(examples_schema() if examples else rules_schema())
    if output is None:
        typer.echo(text, nl=False)
        return 0
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotFound(Text(f"файл {output} не записать: {why}", f"cannot write {output}: {why}")) from None
    first = f"# yaml-language-server: $schema={output.name}"
    typer.echo(say(Text(f"{output}; первая строка правил: {first}", f"{output}; first line of the rules: {first}")))
    return 0
