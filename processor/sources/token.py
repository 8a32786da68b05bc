"""Find the key that a request carries, and compare it without telling how much of it was right."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from processor.errors import ProofRefused
from processor.text import Text

# The names under which senders put a key when its owner chose no other.
KEY_NAMES: Final = ("api-key", "api_key", "apikey", "key", "secret", "token", "x-api-key")
BEARER: Final = "bearer "
KEYS_COMPARED_MAX: Final = 20

_QUOTES: Final = " \t\r\n\"'`«»"


def is_known(presented: Iterable[str], accepted: Sequence[str]) -> bool:
    """Whether one of `presented` is one of `accepted`; every pair is compared, each in constant time."""
    known = [_octets(secret) for secret in accepted if secret]
    found = False
    for key in presented:
        octets = _octets(key)
        for secret in known:
            found |= hmac.compare_digest(octets, secret)
    return found


def bearer_of(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The token of `Authorization: Bearer ...`, if there is one."""
    value = headers.get("authorization", "").strip()
    return (value[len(BEARER) :].strip(),) if value[: len(BEARER)].lower() == BEARER else ()


def named_in(pairs: Iterable[tuple[str, Any]], names: Sequence[str]) -> tuple[str, ...]:
    """The values whose name is one of `names` (lower case), compared in any case; numbers count as text."""
    return tuple(
        str(value)
        for name, value in pairs
        if isinstance(value, str | int | float) and name.strip().lower() in names and value != ""
    )


def require_known(presented: Sequence[str], accepted: Sequence[str], where: Text) -> None:
    """Raises ProofRefused unless one of `presented` is accepted; `where` says where a key is looked for."""
    if not any(accepted):
        raise not_configured()
    if not presented:
        raise ProofRefused(
            "token_missing", Text(f"Нет ключа: ищем его {where.ru}.", f"No key: it is expected {where.en}.")
        )
    keys = presented[:KEYS_COMPARED_MAX]
    if is_known(keys, accepted):
        return
    if is_known([key.strip(_QUOTES) for key in keys], [secret.strip(_QUOTES) for secret in accepted]):
        cause = Text(
            "Ключ подошёл бы без пробелов и кавычек по краям: сотрите их в настройках отправителя или у нас.",
            "The key would fit without the spaces or quotes around it: delete them, there or in our settings.",
        )
    elif is_known([key.casefold() for key in keys], [secret.casefold() for secret in accepted]):
        cause = Text("Ключ отличается только регистром букв.", "The key differs only in the case of its letters.")
    else:
        cause = Text(
            "Ключ не совпадает с тем, что указан для этого источника.", "The key is not the one given for this source."
        )
    raise ProofRefused("token_mismatch", cause)


def not_configured() -> ProofRefused:
    """The refusal of a source for which nobody gave a key."""
    return ProofRefused(
        "proof_not_configured",
        Text(
            "Для этого источника не задан ни секрет, ни токен: проверить отправителя нечем.",
            "This source has neither a secret nor a token: there is nothing to prove the sender with.",
        ),
    )


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
