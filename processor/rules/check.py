"""Whether a rules file is right and means what it says, without running it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.rules.compile import compile_rules
from processor.rules.file import read_rules
from processor.rules.hygiene import warnings_of


def check_file(path: Path, environ: Mapping[str, str], demo: bool = False) -> tuple[Fault, ...]:
    """Every fault of the file, in the order of their places; when it is right, what it deserves to be warned of.

    Raises NotFound.
    """
    try:
        return warnings_of(compile_rules(read_rules(path), path.name, environ, demo=demo))
    except FaultsFound as error:
        return error.faults
