"""Checks the parameters of a method against its fields and names everything that is wrong at once, as Laravel does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from processor.sandbox.readers import Read, Reader, said, trimmed, wrong

REQUIRED = "Поле {} обязательно для заполнения."
UNKNOWN = "Выбранное значение для {} некорректно."

Exists = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method.

    `required_when`: (another field, its value) that makes this one required; `required_without`: another field, one
    of the two must be there; `present`: the key must be sent but its value may be empty; `contact`: must be a known
    contact's id.
    """

    name: str
    read: Reader
    required: bool = False
    required_when: tuple[str, str] | None = None
    required_without: str | None = None
    present: bool = False
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """Either `values` (only the fields that were given) or `errors` by field; errors are empty when all is well."""

    values: Mapping[str, Any]
    errors: Mapping[str, list[str]]


def check(fields: tuple[Field, ...], params: Mapping[str, Any], exists: Exists) -> Checked:
    """Read every field of `params`; `exists` tells whether there is a contact with that id."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field in fields:
        read = _read(field, params, exists)
        if read is None:
            continue
        for name, text in read.faults:
            errors.setdefault(name, []).append(text)
        values[field.name] = read.value
    return Checked({} if errors else values, errors)


def _read(field: Field, params: Mapping[str, Any], exists: Exists) -> Read | None:
    value = trimmed(params.get(field.name))
    if value is None and not (field.present and field.name in params):
        missing = _missing(field, params)
        return wrong(field.name, missing) if missing else None
    read = field.read(field.name, value)
    if field.contact and not read.faults and not exists(read.value):
        return wrong(field.name, UNKNOWN)
    return read


def _missing(field: Field, params: Mapping[str, Any]) -> str | None:
    if field.required or field.present:
        return REQUIRED
    if field.required_when:
        other, value = field.required_when
        if trimmed(params.get(other)) == value:
            return f"Поле {{}} обязательно для заполнения, когда {said(other)} равно {value}."
    if field.required_without and trimmed(params.get(field.required_without)) is None:
        return f"Поле {{}} обязательно для заполнения, когда {said(field.required_without)} не указано."
    return None
