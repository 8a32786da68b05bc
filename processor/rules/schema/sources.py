"""`sources:` in JSON Schema: the settings of a source, and which of them its sender has a use for."""

from __future__ import annotations

from typing import Final

from processor.domain.phone import REGIONS
from processor.domain.sender import SENDERS, Sender
from processor.rules.schema import values
from processor.rules.schema.conditions import FREE, SPELLED
from processor.rules.schema.values import Schema, ref, said, table, worded
from processor.rules.schema.words import SOURCE
from processor.rules.schema.words_events import PATHS as PATH_WORDS
from processor.rules.source_fields import FIRST_TARGETS
from processor.rules.source_options import ACCOUNT_CHARACTERS_MAX
from processor.rules.source_proof import OPTIONS, PROOFS
from processor.rules.sources import KEYS, SOURCE_NAME, SOURCES_MAX
from processor.rules.vocabulary import DOTTED, PATHS
from processor.text import Text

_ADDRESS: Final = {"type": "string", "pattern": r"^\s*[0-9A-Fa-f:.]+(?:/[0-9.]{1,15})?\s*$"}
_KEY_NAME: Final = r"^\s*[A-Za-z0-9._-]{1,64}\s*$"


def sources() -> Schema:
    """All sources by their names."""
    return {
        "type": "object",
        "maxProperties": SOURCES_MAX,
        "propertyNames": {"pattern": f"^{SOURCE_NAME.pattern}$"},
        "additionalProperties": ref("source"),
    }


def source() -> Schema:
    """One source: its fields, and by its preset those that are not for it."""
    settings = _settings()
    fields = table(worded(SOURCE, {name: settings[name] for name in KEYS}), required=["preset"])
    proven: Schema = {"anyOf": [{"required": [name]} for name in PROOFS]}
    return {**fields, "dependencies": {"account": proven}, "allOf": [_of(sender) for sender in SENDERS.values()]}


def _settings() -> dict[str, Schema]:
    secret = values.texts()
    api = table({name: said(SOURCE[f"api.{name}"], secret) for name in ("url", "token")})
    return {
        "preset": _preset(),
        "secret": secret,
        "token": secret,
        "key_name": {"type": "string", "pattern": _KEY_NAME},
        "proof": {"enum": ["none"]},
        "addresses": values.one_or_list(_ADDRESS),
        "account": values.texts(ACCOUNT_CHARACTERS_MAX),
        "confirmation": secret,
        "api": {**api, "minProperties": 1},
        "bot": values.whole(),
        "region": values.word(REGIONS, sorted(REGIONS)),
        "timezone": values.text(),
        "fields": _fields(),
        "event": values.text(),
        "events": {"type": "object", "additionalProperties": ref("event-type")},
    }


def _preset() -> Schema:
    """The senders by name, each with what people call it."""
    shown = [f"`{sender.name}`: {sender.title.ru} / {sender.title.en}" for sender in SENDERS.values()]
    return {
        "type": "string",
        "enum": list(SENDERS),
        "enumDescriptions": [line.partition(": ")[2] for line in shown],
        "markdownEnumDescriptions": shown,
    }


def _fields() -> Schema:
    """Our field -> the sender's."""
    place = values.text()
    targets = [name for name in DOTTED if name.partition(".")[0] in FIRST_TARGETS and _is_leaf(name)]
    lists = r"^order\.items\.[0-9]+(?:\.[a-z]+)?$"
    patterns = {lists: place, FREE.replace("|raw", ""): place, SPELLED: place}
    return table({name: said(PATH_WORDS[name], place) for name in targets}, patterns=patterns)


def _is_leaf(name: str) -> bool:
    return PATHS[tuple(name.split("."))] != "part" and name != "form.fields"


def _of(sender: Sender) -> Schema:
    """What holds when the source is this sender's."""
    foreign = [option for option in OPTIONS if option not in sender.options]
    foreign_proofs = [proof for proof in PROOFS if proof not in sender.proofs]
    given = [*sender.proofs, *(() if "addresses" in sender.proofs else ("addresses",))]
    then: Schema = {"properties": {name: _refused(name, sender) for name in (*foreign, *foreign_proofs)}}
    none: Schema = {"required": ["proof"], "not": {"anyOf": [{"required": [name]} for name in given]}}
    proven: list[Schema] = [{"required": [name], "not": {"required": ["proof"]}} for name in given]
    if sender.addresses:
        proven.append({"not": {"required": ["proof"]}})
    expected = ", ".join((*given, "proof: none"))
    then["anyOf"] = [*proven, none]
    then["errorMessage"] = f"Одно из / one of: {expected}"
    preset: Schema = {"required": ["preset"], "properties": {"preset": {"const": sender.name}}}
    return {"if": preset, "then": then}


def _refused(name: str, sender: Sender) -> Schema:
    text = Text(f"«{name}» не для {sender.name}", f'"{name}" is not for {sender.name}')
    return {"not": {}, "errorMessage": f"{text.ru} / {text.en}"}
