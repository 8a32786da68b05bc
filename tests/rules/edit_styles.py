"""Rules files in many hands' styles, made by seed; each knows where its rules stand and what it says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

TAGS = (
    "Покупатель",
    "a: b",
    "Заказ {{ order.number }}",
    "5000",
    "yes",
    "it's",
    'say "x"',
    "#1",
    "x # y",
    "C:\\d",
    "- d",
)
NAMES = ("Новый заказ", "Third: order", "Оплачен", "it's paid", "50 %", "Заявка №1")
KEYS = ("order.total", 'form.fields."Ваш телефон"', "utm.source")


@dataclass(frozen=True, slots=True)
class Styled:
    """A text; `spans`: from where to where each rule goes, its own comments included; `shared`: it has an alias."""

    text: str
    spans: tuple[tuple[int, int], ...]
    flow: bool
    shared: bool = False


@dataclass(slots=True)
class Writer:
    """Writes one file; every choice of style comes from `random`."""

    random: Random
    marks: Iterator[int] = field(default_factory=itertools.count)

    def file(self) -> Styled:
        """A whole file."""
        if self._maybe(0.15):
            return self._in_brackets()
        choose = self.random.choice
        indent, step, count = choose((0, 2, 4)), choose((2, 2, 4)), self.random.randint(1, 5)
        newline, between = choose(("\n", "\n", "\r\n")), choose((0, 1, 1, 2))
        lines = [*(["---"] if self._maybe(0.15) else []), *self._comments(0), "version: 1", f"bot: 1{self._beside()}"]
        lines += ["sources:", *(self._source(name, step) for name in ("shop", "crm")), *([""] if self._maybe() else [])]
        lines += [f"rules:{self._beside()}"]
        bounds = []
        shared = count > 1 and self._maybe(0.15)
        for number in range(count):
            if number:
                lines += [""] * between
                if between and self._maybe(0.2):
                    lines += [" " * indent + f"# Раздел {next(self.marks)}", ""]
            rule = self._rule(number, indent, step, shared and number)
            bounds.append((len(lines), len(lines) + len(rule)))
            lines += rule
        if self._maybe(0.3):
            lines += ["", f"# end {next(self.marks)}"]
        if self._maybe(0.1):
            lines += ["..."]
        text = newline.join(lines) + (newline if self._maybe(0.8) else "")
        starts = [0, *itertools.accumulate(len(line) + len(newline) for line in lines)]
        spans = [(starts[first], starts[behind] - len(newline)) for first, behind in bounds]
        if self._maybe(0.1):
            text, spans = "\ufeff" + text, [(start + 1, end + 1) for start, end in spans]
        return Styled(text, tuple(spans), flow=False, shared=bool(shared))

    def _in_brackets(self) -> Styled:
        """Rules in a list in brackets, on one line or on one each."""
        separator = self.random.choice((", ", ",\n  ", f", # c{next(self.marks)}\n  "))
        end = self.random.choice(("", ",")) if "\n" in separator else ""
        text = (
            "version: 1\nbot: 1\nsources: {shop: {preset: woocommerce, secret: s}, crm: {preset: generic, token: t}}\n"
        )
        text += "rules: [" + ("\n  " if "\n" in separator else "")
        spans = []
        for number in range(self.random.randint(1, 4)):
            text += separator if number else ""
            rule = f'{{name: "R{number}", when: {{event: order.created}}, then: {{tags: [{self._quoted("x")}, y]}}}}'
            spans.append((len(text), len(text) + len(rule)))
            text += rule
        text += end + ("\n" if "\n" in separator else "") + "]" + self._beside() + "\n"
        return Styled(text, tuple(spans), flow=True)

    def _source(self, name: str, step: int) -> str:
        preset, proof = {"shop": ("woocommerce", "secret"), "crm": ("generic", "token")}[name]
        return " " * step + f"{name}: {{preset: {preset}, {proof}: ${{{name.upper()}:-x}}}}{self._beside()}"

    def _rule(self, number: int, indent: int, step: int, aliased: object) -> list[str]:
        pad = self.random.choice((1, 1, 3))
        own_line = self._maybe(0.15)
        column = indent + (step if own_line else 1 + pad)
        fields = [self._name(number), *self._when(column, step, number, aliased), *self._then(column, step)]
        if self._maybe(0.3):
            fields.insert(1, self._note(column, step))
        if self._maybe(0.2):
            fields.insert(1, [f"enabled: {self.random.choice(('true', 'false'))}{self._beside()}"])
        lead = [*self._comments(indent)] if self._maybe(0.4) else []
        lines = [" " * indent + "-"] if own_line else []
        for place, one in enumerate(fields):
            if place and self._maybe(0.15):
                lines += self._comments(column)
            before = " " * column if place or own_line else " " * indent + "-" + " " * pad
            lines += [before + one[0], *one[1:]]
        if self._maybe(0.2):
            lines += [" " * (column + 1) + f"# below {next(self.marks)}"]
        return [*lead, *lines]

    def _name(self, number: int) -> list[str]:
        name = f"{self.random.choice(NAMES)} {number}"
        return [f"name: {self._quoted(name)}{self._beside()}"]

    def _when(self, column: int, step: int, number: int, aliased: object) -> list[list[str]]:
        if aliased:
            return [[f"when: *w{self._beside()}"]]
        anchor = " &w" if number == 0 else ""
        key = self.random.choice(KEYS)
        if self._maybe():
            return [[f"when:{anchor} {{event: order.created, {key}: {{exists: true}}}}{self._beside()}"]]
        inner = " " * (column + step)
        test = self.random.choice((f"{key}: 5", f"{key}: {{is: '5'}}", f"{key}:{self._beside()}\n{inner}  at_least: 7"))
        return [[f"when:{anchor}", f"{inner}event: order.created{self._beside()}", *f"{inner}{test}".split("\n")]]

    def _then(self, column: int, step: int) -> list[list[str]]:
        some = [self._quoted(tag) for tag in self.random.sample(TAGS, self.random.randint(1, 3))]
        inner = " " * (column + step)
        form = self.random.randrange(5)
        if form == 0:
            return [[f"then: {{tags: [{', '.join(some)}]}}{self._beside()}"]]
        if form == 1:
            return [["then:", f"{inner}tags: {some[0]}{self._beside()}"]]
        if form == 2:
            parts = f",\n{inner}  ".join(some)
            return [["then:", *f"{inner}tags: [{parts}]{self._beside()}".split("\n")]]
        dash = inner + " " * self.random.choice((0, 2))
        items = [f"{dash}- {tag}{self._beside()}" for tag in some]
        return [["then:", f"{inner}status: {self._quoted('Новый')}{self._beside()}", f"{inner}tags:", *items]]

    def _note(self, column: int, step: int) -> list[str]:
        inner = " " * (column + step)
        sign = self.random.choice(("|", ">-", "|+", ">"))
        if self._maybe():
            return [f"note: {sign}", f"{inner}first # no comment", "", f"{inner}second"]
        return ['note: "first', f'{inner}second"'] if self._maybe() else ["note: first", f"{inner}second"]

    def _quoted(self, text: str) -> str:
        if self._maybe(0.3):
            return "'" + text.replace("'", "''") + "'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def _comments(self, column: int) -> list[str]:
        many = self.random.randint(1, 2)
        return [" " * column + f"#\tc{next(self.marks)}: - name: [" for _ in range(many)]

    def _beside(self) -> str:
        return f"{self.random.choice((' ', '   '))}#\tb{next(self.marks)}" if self._maybe(0.25) else ""

    def _maybe(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance


def styled(seed: int) -> Styled:
    """The file of this seed."""
    return Writer(Random(seed)).file()
