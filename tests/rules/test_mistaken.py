"""What is said of mistaken files, whole: in both languages, with the excerpt and the mend.

Each `mistaken/*.yaml` has its answer in the `.txt` of the same name; the rows of `mistakes.py` have theirs in
`mistaken/rows/`. After a change of words, `WRITE_MISTAKEN=1 uv run pytest tests/rules/test_mistaken.py` writes them
anew, and `git diff` shows what a reader would see.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.rules.check import check_file
from processor.rules.compile import compile_rules
from processor.rules.lines import edited
from processor.rules.told import counted, plain_text, told
from processor.text import LANGUAGES
from tests.rules.mistakes import MISTAKES
from tests.rules.mistakes_language import LANGUAGE
from tests.rules.mistakes_mapping import MAPPING

FOLDER: Final = Path(__file__).with_name("mistaken")
FILES: Final = sorted(FOLDER.glob("*.yaml"))
WRITE: Final = bool(os.environ.get("WRITE_MISTAKEN"))
ROW_CHARACTERS_MAX: Final = 2_000
MENDS_MAX: Final = 200


def _rows() -> Iterator[tuple[str, str]]:
    """Name and text of each row that a person could have written."""
    seen: Counter[str] = Counter()
    for mistake in (*MISTAKES, *MAPPING, *LANGUAGE):
        name = f"{mistake.code}-{mistake.place.replace(':', '-')}"
        seen[name] += 1
        if len(mistake.text) <= ROW_CHARACTERS_MAX:
            yield f"{name}-{seen[name]}", mistake.text


ROWS: Final = dict(_rows())
TEXTS: Final = {**{path.stem: path.read_text("utf-8") for path in FILES}, **ROWS}


def faults_of(text: str, *, demo: bool = True) -> tuple[Fault, ...]:
    """What is wrong with `text`, if anything; `demo` accepts example secrets."""
    try:
        compile_rules(text, "rules.yaml", {}, demo=demo)
    except FaultsFound as error:
        return error.faults
    return ()


def answer(text: str) -> str:
    """All that `check` says of it, in each language."""
    faults = faults_of(text) or faults_of(text, demo=False)
    assert faults
    shown = [plain_text(told(faults, text, language)) + counted(faults, language) + "\n" for language in LANGUAGES]
    return ("-" * 78 + "\n").join(shown)


def _judge(expected: Path, text: str) -> None:
    said = answer(text)
    if WRITE:
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


def test_there_are_at_least_150_mistaken_files() -> None:
    assert len(TEXTS) == len(FILES) + len(ROWS)
    assert len(TEXTS) >= 150


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistaken_file_is_answered_as_written_beside_it(path: Path) -> None:
    assert faults_of(TEXTS[path.stem])
    _judge(path.with_suffix(".txt"), TEXTS[path.stem])


@pytest.mark.parametrize("name", ROWS)
def test_a_mistaken_row_is_answered_as_written_beside_it(name: str) -> None:
    _judge(FOLDER / "rows" / f"{name}.txt", ROWS[name])


def test_no_answer_is_left_of_a_mistake_that_is_gone() -> None:
    answers = {path.stem for path in FOLDER.glob("*.txt")} | {path.stem for path in FOLDER.glob("rows/*.txt")}
    assert answers == set(TEXTS)


def _kinds(faults: tuple[Fault, ...]) -> Counter[tuple[str, str]]:
    return Counter((fault.code, fault.text.en) for fault in faults)


@pytest.mark.parametrize("name", TEXTS)
def test_every_mend_removes_its_fault(name: str) -> None:
    """Each by itself, in the file as it was."""
    before = faults_of(TEXTS[name])
    for fault in before:
        if fault.mend:
            after = _kinds(faults_of(edited(TEXTS[name], fault.mend)))
            kind = (fault.code, fault.text.en)
            assert after[kind] < _kinds(before)[kind], (str(fault.place), fault.mend)


@pytest.mark.parametrize("name", TEXTS)
def test_mending_one_by_one_comes_to_an_end(name: str) -> None:
    """No mend makes what another mend undoes."""
    text = TEXTS[name]
    for _ in range(MENDS_MAX):
        fault = next((one for one in faults_of(text) if one.mend), None)
        if fault is None:
            return
        text = edited(text, fault.mend)
    pytest.fail(f"still mending:\n{text}")


def test_a_file_that_is_mended_is_right() -> None:
    """Nothing is left of a file whose mistakes are all of the kind that can be mended."""
    for path in FILES:
        if path.stem.startswith("whole-"):
            text = TEXTS[path.stem]
            while faults := faults_of(text):
                assert faults[0].mend, faults[0].say("en")
                text = edited(text, faults[0].mend)


def test_check_says_of_a_file_what_compiling_says(tmp_path: Path) -> None:
    """The file is read as it lies on the disk."""
    path = tmp_path / "rules.yaml"
    for text in TEXTS.values():
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        assert check_file(path, {}, demo=True) == faults_of(text)
