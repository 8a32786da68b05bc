"""`sources:` of a rules file: who may send, and how each proves itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal
from zoneinfo import available_timezones

from processor.domain.path import split_path
from processor.domain.phone import REGIONS
from processor.domain.source import Source
from processor.fault import Place
from processor.rules.reading import Field, choice_of, fields, missing, text_of, whole_of
from processor.rules.report import Report, named, near
from processor.rules.secrets import secrets_of
from processor.rules.tree import Scalar, Table, Tree
from processor.rules.vocabulary import PRESET_NAMES, kind_of, nearest_path, slip_of
from processor.text import Text

Preset = Literal["woocommerce", "tilda", "generic"]

KEYS = ("preset", "secret", "token", "key_name", "proof", "bot", "region", "timezone", "fields", "event", "events")
SOURCES_MAX = 500

PROOFS: Mapping[str, tuple[str, ...]] = {
    "woocommerce": ("secret",),
    "tilda": ("secret", "token"),
    "generic": ("token", "secret"),
}
"""What can prove a preset's sender; any one of them suffices."""

_ONLY: Mapping[str, tuple[str, ...]] = {
    "key_name": ("tilda",),
    "event": ("generic",),
    "events": ("generic",),
    "fields": ("generic",),
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FIRST_TARGETS = ("customer", "order", "payment", "form", "utm", "page", "occurred_at")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A source under way: its name and preset are known to be right."""

    name: Scalar
    preset: str
    found: dict[str, Field]
    environ: Mapping[str, str]
    report: Report
    demo: bool


def sources_of(tree: Tree, environ: Mapping[str, str], report: Report, *, demo: bool) -> Mapping[str, Source]:
    """The sources by name; those with faults are left out and reported."""
    sources: dict[str, Source] = {}
    if not isinstance(tree, Table):
        fields(tree, (), report)
        return sources
    if len(tree.entries) > SOURCES_MAX:
        text = Text("слишком много источников", "too many sources")
        report.add("source.too_many", text, tree.place, Text(f"не больше {SOURCES_MAX}", f"at most {SOURCES_MAX}"))
        return sources
    for name, value in tree.entries:
        if not _NAME.fullmatch(name.text):
            text = Text(f"имя источника «{named(name.text)}» не годится", f'source name "{named(name.text)}" is wrong')
            letters = Text("латинские буквы, цифры, . _ -; имя стоит в адресе", "a-z, 0-9, . _ -; it is in the address")
            report.add("source.name", text, name.place, letters)
        found = fields(value, KEYS, report)
        if isinstance(value, Table):
            source = _source(name, found, environ, report, demo=demo)
            if source is not None:
                sources[name.text] = source
    return MappingProxyType(sources)


def _source(
    name: Scalar, found: dict[str, Field], environ: Mapping[str, str], report: Report, *, demo: bool
) -> Source | None:
    if "preset" not in found:
        listed = ", ".join(PRESET_NAMES)
        missing("preset", name.place, Text(f"одно из: {listed}", f"one of: {listed}"), report)
        return None
    preset = choice_of(found["preset"].value, PRESET_NAMES, report)
    if preset is None:
        return None
    draft = _Draft(name, preset, found, environ, report, demo)
    _refuse_foreign(draft)
    secrets, tokens = _secrets(draft, "secret"), _secrets(draft, "token")
    proof = _proof(draft)
    return Source(
        name=name.text,
        preset=preset,
        secrets=secrets,
        tokens=tokens,
        key_name=_key_name(draft),
        proof=proof,
        bot=whole_of(found["bot"].value, report) if "bot" in found else None,
        region=_region(draft),
        timezone=_timezone(draft),
        fields=_field_paths(draft),
        event_field=_path(found["event"].value, report) if "event" in found else None,
        event_types=_event_types(draft),
    )


def _refuse_foreign(draft: _Draft) -> None:
    """A name that this preset would silently pass over is a fault."""
    for name, presets in _ONLY.items():
        if name in draft.found and draft.preset not in presets:
            listed = ", ".join(presets)
            text = Text(f"«{name}» не для {draft.preset}", f'"{name}" is not for {draft.preset}')
            only = Text(f"только при preset: {listed}", f"only with preset: {listed}")
            draft.report.add("source.foreign", text, draft.found[name].key.place, only)
    for name in ("secret", "token"):
        if name in draft.found and name not in PROOFS[draft.preset]:
            text = Text(f"«{name}» не для {draft.preset}", f'"{name}" is not for {draft.preset}')
            draft.report.add("source.foreign", text, draft.found[name].key.place, _proof_expected(draft.preset))


def _secrets(draft: _Draft, name: str) -> tuple[str, ...]:
    if name not in draft.found:
        return ()
    return secrets_of(draft.found[name].value, draft.environ, draft.report, demo=draft.demo)


def _proof(draft: _Draft) -> Literal["preset", "none"]:
    given = [name for name in PROOFS[draft.preset] if name in draft.found]
    if "proof" not in draft.found:
        if not given:
            text = Text(
                f"источник «{draft.name.text}» принимал бы события от кого угодно",
                f'source "{draft.name.text}" would take events from anybody',
            )
            draft.report.add("source.no_proof", text, draft.name.place, _proof_expected(draft.preset))
        return "preset"
    if choice_of(draft.found["proof"].value, ("none",), draft.report) is not None and given:
        text = Text(f"«proof: none» спорит с «{given[0]}»", f'"proof: none" contradicts "{given[0]}"')
        draft.report.add("source.two_proofs", text, draft.found["proof"].key.place, _proof_expected(draft.preset))
    return "none"


def _proof_expected(preset: str) -> Text:
    ru, en = " или ".join(PROOFS[preset]), " or ".join(PROOFS[preset])
    return Text(f"{ru}; без проверки — только явно: proof: none", f"{en}; unproven only on purpose: proof: none")


def _key_name(draft: _Draft) -> str | None:
    if "key_name" not in draft.found:
        return None
    tree = draft.found["key_name"].value
    name = text_of(tree, draft.report)
    if name is not None and not _KEY_NAME.fullmatch(name):
        text = Text("имя ключа не годится", "the key's name is wrong")
        draft.report.add("source.key_name", text, tree.place, Text("латиница, цифры, . _ -", "a-z, 0-9, . _ -"))
    return name


def _region(draft: _Draft) -> str:
    if "region" not in draft.found:
        return "RU"
    tree = draft.found["region"].value
    region = text_of(tree, draft.report)
    if region is not None and region.upper() in REGIONS:
        return region.upper()
    if region is not None:
        text = Text(f"неизвестная страна «{named(region)}»", f'unknown country "{named(region)}"')
        codes = Text("двухбуквенный код: RU, KZ, BY, UZ…", "a code of two letters: RU, KZ, BY, UZ…")
        draft.report.add("source.region", text, tree.place, codes)
    return "RU"


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _timezone(draft: _Draft) -> str:
    if "timezone" not in draft.found:
        return "Europe/Moscow"
    tree = draft.found["timezone"].value
    zone = text_of(tree, draft.report)
    # A machine without time zone data cannot tell a wrong name: the name is taken as it is.
    if zone is None or zone in _zones() or not _zones():
        return zone or "Europe/Moscow"
    text = Text(f"неизвестный часовой пояс «{named(zone)}»", f'unknown time zone "{named(zone)}"')
    example = Text("например Europe/Moscow или Asia/Almaty", "such as Europe/Moscow or Asia/Almaty")
    draft.report.add("source.timezone", text, tree.place, example, near(zone, _zones()))
    return zone


def _field_paths(draft: _Draft) -> Mapping[str, str]:
    """Our path -> the sender's, both checked."""
    paths: dict[str, str] = {}
    if "fields" not in draft.found:
        return MappingProxyType(paths)
    tree = draft.found["fields"].value
    if not isinstance(tree, Table):
        fields(tree, (), draft.report)
        return MappingProxyType(paths)
    for key, value in tree.entries:
        theirs = _path(value, draft.report)
        if _is_target(key, draft.report) and theirs is not None:
            paths[key.text.strip()] = theirs
    return MappingProxyType(paths)


def _is_target(key: Scalar, report: Report) -> bool:
    parts = _split(key.text, key.place, report)
    if parts is None:
        return False
    kind = kind_of(parts)
    if parts[0] in _FIRST_TARGETS and kind not in (None, "part") and parts != ("form", "fields"):
        return True
    text = Text(f"в событии нет поля «{named(key.text)}»", f'an event has no field "{named(key.text)}"')
    example = Text("путь вроде customer.phone или order.total", "a path such as customer.phone or order.total")
    report.add("path.unknown", text, key.place, example, nearest_path(key.text))
    return False


def _path(tree: Tree, report: Report) -> str | None:
    """A path in the sender's own body."""
    path = text_of(tree, report)
    return path if path is not None and _split(path, tree.place, report) is not None else None


def _split(path: str, place: Place, report: Report) -> tuple[str, ...] | None:
    try:
        return split_path(path.strip())
    except ValueError:
        text = Text(f"путь «{named(path)}» записан неверно", f'path "{named(path)}" is not written right')
        example = Text('имена через точку: a.b, имя с точкой в кавычках: a."b.c"', 'names with dots: a.b, or a."b.c"')
        report.add("path.written", text, place, example)
        return None


def _event_types(draft: _Draft) -> Mapping[str, str]:
    """The sender's type -> ours; a type mapped to itself declares an own word that looks like one of ours."""
    types: dict[str, str] = {}
    if "events" not in draft.found:
        return MappingProxyType(types)
    tree = draft.found["events"].value
    if not isinstance(tree, Table):
        fields(tree, (), draft.report)
        return MappingProxyType(types)
    for key, value in tree.entries:
        ours = text_of(value, draft.report)
        if ours is None:
            continue
        slip = slip_of(ours) if ours != key.text.strip() else None
        if slip is not None:
            text = Text(f"неизвестный тип события «{named(ours)}»", f'unknown type of event "{named(ours)}"')
            draft.report.add("event.unknown", text, value.place, None, slip)
        types[key.text.strip()] = ours
    return MappingProxyType(types)
