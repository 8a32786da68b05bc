"""A request that was refused at the door, as it is remembered: without body, query, or the value of any proof."""

from __future__ import annotations

import msgspec

NOBODY = "?"  # in place of a source's name, for addresses under which there is no source


class Refusal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last of `times` refusals of one kind from one client, `first_ms` to `last_ms` (Unix ms).

    `ru` and `en` say why, as the sender was told; `hint_ru` and `hint_en` what more we found, which no stranger may
    know. `asked` is the name in the address when no source has it. `size_bytes` is None where the body was not read.
    """

    source: str
    code: str
    ru: str
    en: str
    hint_ru: str = ""
    hint_en: str = ""
    preset: str = ""
    asked: str = ""
    client: str = ""
    method: str = ""
    agent: str = ""
    size_bytes: int | None = None
    headers: tuple[str, ...] = ()
    first_ms: int = 0
    last_ms: int = 0
    times: int = 1
