"""What senders without a signature have in common: a key of ours in the address or in a header."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Final

from processor.domain.delivery import Inbound
from processor.domain.source import Source
from processor.errors import ProofRefused, Unreadable
from processor.sources.form import read_pairs
from processor.sources.keep import encodable, keep_query
from processor.sources.preset import Preset
from processor.sources.token import KEY_NAMES, bearer_of, named_in, require_known
from processor.text import Text

BASIC: Final = "basic "
AUTHORIZATION_CHARACTERS_MAX: Final = 4096
HEADER_NAMES: Final = (
    "x-token",
    "x-api-key",
    "x-webhook-token",
    "x-webhook-secret",
    "x-auth-token",
    "x-access-token",
    "x-secret",
)
SEEN_CHARACTERS_MAX: Final = 60


class Keyed(Preset):
    """A sender that carries our token: `?token=` in the address, Authorization (Bearer or Basic) or X-Token."""

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """Raises ProofRefused unless one of the tokens came along."""
        require_token(inbound, source)

    def kept_query(self, inbound: Inbound, source: Source) -> str:
        """The query without the token, whatever it was called."""
        return keep_query(inbound.query, (source.key_name.lower() if source.key_name else "token",), source.keys)


def require_token(inbound: Inbound, source: Source) -> None:
    """Raises ProofRefused unless one of the source's tokens came in the address or in a header."""
    require_known(presented_tokens(inbound, source), source.keys, _where(source))


def presented_tokens(inbound: Inbound, source: Source) -> tuple[str, ...]:
    """What may be our token in the headers and the query."""
    names = key_names(source)
    return (
        *bearer_of(inbound.headers),
        *basic_of(inbound.headers),
        *bare_of(inbound.headers),
        *named_in(inbound.headers.items(), (*HEADER_NAMES, *names)),
        *named_in(pairs_of_query(inbound.query), names),
    )


def basic_of(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The password of `Authorization: Basic ...`, if there is one; an address `https://any:TOKEN@host/` sends it."""
    value = headers.get("authorization", "").strip()
    if value[: len(BASIC)].lower() != BASIC or len(value) > AUTHORIZATION_CHARACTERS_MAX:
        return ()
    try:
        user, colon, password = b64decode(value[len(BASIC) :].strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ()
    return tuple(part for part in (password, user) if part) if colon else ()


def bare_of(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The whole of `Authorization` when it names no scheme: a header that its owner filled in by hand."""
    value = headers.get("authorization", "").strip()
    return (value,) if value and len(value.split(maxsplit=1)) == 1 else ()


def key_names(source: Source) -> tuple[str, ...]:
    """The names under which a key may come, in lower case."""
    return (source.key_name.strip().lower(),) if source.key_name else KEY_NAMES


def pairs_of_query(query: str) -> Sequence[tuple[str, str]]:
    """The parameters of a query, none when it cannot be read."""
    try:
        return read_pairs(encodable(query))
    except Unreadable:
        return ()


def parameter_of(query: str, *names: str) -> str | None:
    """The first parameter with one of these names (lower case, compared in any case) that is not blank."""
    wanted = frozenset(names)
    found = (value.strip() for name, value in pairs_of_query(query) if name.strip().lower() in wanted)
    return next((value for value in found if value), None)


def require_account(source: Source, *seen: str | int | None) -> None:
    """Raises ProofRefused when the source names its accounts and the delivery is of none of them.

    `seen` are the ids and domains that the delivery gives itself; this is a check beside a proof, never a proof.
    """
    if not source.accounts:
        return
    told = [str(one).strip().lower() for one in seen if one not in (None, "")]
    if any(one in source.accounts for one in told):
        return
    shown = scrubbed(", ".join(told), source)
    raise ProofRefused(
        "account_unknown",
        Text(
            f"Доставка не от того, кто указан в account: она от «{shown}».",
            f'The delivery is not from the one named in account: it is from "{shown}".',
        ),
    )


def scrubbed(text: str, source: Source) -> str:
    """`text` short enough to be shown, without any of the source's keys."""
    for key in source.keys:
        text = text.replace(key, "***")
    return encodable(text)[:SEEN_CHARACTERS_MAX]


def _where(source: Source) -> Text:
    name = source.key_name or "token"
    return Text(
        f"в адресе (?{name}=…), в заголовке Authorization (Bearer или Basic) или X-Token",
        f"in the address (?{name}=…), the header Authorization (Bearer or Basic) or X-Token",
    )
