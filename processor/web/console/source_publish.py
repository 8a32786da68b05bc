"""Change the sources in the rules file and publish at once; their secrets go to `.env` beside it where they can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from processor.errors import (
    EditRefused,
    FaultsFound,
    NotFound,
    NotWritable,
    Refused,
    StoreError,
    WatbotHooksError,
)
from processor.rules.compile import compile_rules
from processor.rules.edit.edits import Edit, edit_rules
from processor.rules.file import read_rules
from processor.rules.secret_file import keep_secret, may_keep, name_for, take_back
from processor.rules.version import version_of
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.source_form import Path, escaped
from processor.web.console.visit import Visit


@dataclass(slots=True)
class Placed:
    """Secrets as the rules write them, by their place in the source; `variables`: those that went to `.env`."""

    written: dict[Path, str] = field(default_factory=dict, repr=False)
    variables: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def told(self) -> Text:
        """Where they are, for a person."""
        if not self.written:
            return Text("", "")
        if self.variables:
            names = ", ".join(self.variables)
            return Text(f"Секрет записан в .env: {names}.", f"The secret was written into .env: {names}.")
        return Text(
            "Секрет записан прямо в файл правил: .env рядом с ним этот процесс записать не может.",
            "The secret was written into the rules file itself: this process cannot write .env beside it.",
        )


@contextmanager
def placed(desk: Desk, source: str, secrets: Mapping[Path, str]) -> Iterator[Placed]:
    """Put secrets where the rules can name them; taken back when what follows fails for sure."""
    done = Placed()
    try:
        for path, value in secrets.items():
            _place(desk, source, path, value, done)
        yield done
    except StoreError:
        raise  # the rules that name them may have been written
    except WatbotHooksError:
        for name, value in reversed(done.variables.items()):
            with suppress(NotWritable):
                take_back(desk.known, name, value)
        raise


def _place(desk: Desk, source: str, path: Path, value: str, done: Placed) -> None:
    if may_keep(desk.known.kept_in):
        name = name_for(source, "_".join(path), desk.known)
        with suppress(NotWritable):
            keep_secret(desk.known, name, value)
            done.written[path], done.variables[name] = f"${{{name}}}", value
            return
    done.written[path] = escaped(value)


def publish(desk: Desk, visit: Visit, edits: Sequence[Edit], note: Text, text: str | None = None) -> None:
    """Publish `edits` of the rules file, or of `text`, which it held a moment ago.

    Raises Refused when the file is wrong already, FaultsFound when the edits make it wrong, EditRefused, Conflict,
    NotWritable, NotFound, StoreError.
    """
    publisher = desk.publisher
    text = read_rules(publisher.path) if text is None else text
    try:
        draft = edit_rules(text, edits, file=publisher.path.name, environ=publisher.environ, demo=publisher.demo)
    except (FaultsFound, EditRefused):
        refuse_faulty(desk, text)
        raise
    author = visit.user.name if visit.user else ""
    publisher.publish(draft, base=version_of(text), author=author, note=visit.say(note))
    with suppress(FaultsFound, NotFound):  # somebody was quicker: the next look tells
        desk.book.load()


def refuse_faulty(desk: Desk, text: str) -> None:
    """Raises Refused when the rules file is wrong before we touch it."""
    publisher = desk.publisher
    try:
        compile_rules(text, publisher.path.name, publisher.environ, demo=publisher.demo)
    except FaultsFound as error:
        first = error.faults[0]
        raise Refused(
            "rules_faulty",
            Text(
                f"в файле правил уже есть ошибка, поэтому он не тронут: {first.say('ru')}",
                f"the rules file has a fault already, so it was not touched: {first.say('en')}",
            ),
        ) from None
