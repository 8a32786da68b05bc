"""`sources:` of a rules file: who may send, and how each proves itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from processor.domain.sender import SENDERS
from processor.domain.source import Source
from processor.rules.meant import said
from processor.rules.mends import put_first
from processor.rules.reading import Field, choice_of, fields, missing, whole_of
from processor.rules.report import Report, named
from processor.rules.source_draft import Draft
from processor.rules.source_fields import event_types, field_paths, place_written
from processor.rules.source_options import accounts_of, api_of, confirmation_of, key_name_of, region_of, timezone_of
from processor.rules.source_proof import addresses_of, proof_of, refuse_foreign
from processor.rules.tree import Scalar, Table, Tree
from processor.text import Text

KEYS = (
    "preset",
    "secret",
    "token",
    "key_name",
    "proof",
    "addresses",
    "account",
    "confirmation",
    "api",
    "bot",
    "region",
    "timezone",
    "fields",
    "event",
    "events",
)
SOURCES_MAX = 500

SOURCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def sources_of(
    tree: Tree, environ: Mapping[str, str], report: Report, *, demo: bool, timezone: str
) -> Mapping[str, Source]:
    """The sources by name; those with faults are left out and reported. `timezone` is of those that name none."""
    sources: dict[str, Source] = {}
    if not isinstance(tree, Table):
        fields(tree, (), report)
        return sources
    if len(tree.entries) > SOURCES_MAX:
        text = Text("слишком много источников", "too many sources")
        report.add("source.too_many", text, tree.place, Text(f"не больше {SOURCES_MAX}", f"at most {SOURCES_MAX}"))
        return sources
    for name, value in tree.entries:
        if not SOURCE_NAME.fullmatch(name.text):
            text = Text(f"имя источника «{named(name.text)}» не годится", f'source name "{named(name.text)}" is wrong')
            letters = Text("латинские буквы, цифры, . _ -; имя стоит в адресе", "a-z, 0-9, . _ -; it is in the address")
            report.add("source.name", text, name.place, letters)
        found = fields(value, KEYS, report)
        if isinstance(value, Table):
            source = _source(name, value, found, environ, report, demo=demo, timezone=timezone)
            if source is not None:
                sources[name.text] = source
    return MappingProxyType(sources)


def _likely_preset(name: str, found: Mapping[str, Field]) -> str | None:
    """The sender that the source is called after; the generic one if it maps its fields or proves itself by a token."""
    called = said(name, tuple(SENDERS)) or next((one for one in SENDERS if one in name.casefold()), None)
    return called or ("generic" if found.keys() & {"token", "fields", "event", "events"} else None)


def _source(
    name: Scalar,
    tree: Table,
    found: dict[str, Field],
    environ: Mapping[str, str],
    report: Report,
    *,
    demo: bool,
    timezone: str,
) -> Source | None:
    if "preset" not in found:
        listed = ", ".join(SENDERS)
        likely = _likely_preset(name.text, found)
        edits = put_first(tree, f"preset: {likely}") if likely else ()
        missing("preset", name.place, Text(f"одно из: {listed}", f"one of: {listed}"), report, edits)
        return None
    preset = choice_of(found["preset"].value, tuple(SENDERS), report)
    if preset is None:
        return None
    draft = Draft(name, tree, SENDERS[preset], found, environ, report, demo, timezone)
    refuse_foreign(draft)
    secrets, tokens = draft.secrets("secret"), draft.secrets("token")
    proof = proof_of(draft)
    return Source(
        name=name.text,
        preset=preset,
        secrets=secrets,
        tokens=tokens,
        key_name=key_name_of(draft),
        proof=proof,
        bot=whole_of(found["bot"].value, report) if "bot" in found else None,
        region=region_of(draft),
        timezone=timezone_of(draft),
        fields=field_paths(draft),
        event_field=place_written(found["event"].value, report) if "event" in found else None,
        event_types=event_types(draft),
        addresses=() if proof == "none" else addresses_of(draft),
        accounts=accounts_of(draft),
        confirmation=confirmation_of(draft),
        api=api_of(draft),
    )
