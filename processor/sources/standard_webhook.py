"""Prove a request by Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature).

Svix, where the scheme comes from, and the senders built on it write svix-id and so on instead, or both.

The library `standardwebhooks` reads the clock itself, wants the body as text and takes one secret, so the few lines are
ours; tests hold them against the library's own signatures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from processor.errors import ProofRefused
from processor.sources.fresh import require_fresh
from processor.sources.key import octets_of, write_key
from processor.sources.signature import EXPLAINED_BYTES_MAX, QUOTES, decode_base64, is_written, sign, signature_missing
from processor.sources.token import not_configured
from processor.text import Text


@dataclass(frozen=True, slots=True)
class Names:
    """What one family of senders calls its three headers."""

    id: str
    timestamp: str
    signature: str


STANDARD: Final = Names("webhook-id", "webhook-timestamp", "webhook-signature")
SVIX: Final = Names("svix-id", "svix-timestamp", "svix-signature")

SIGNATURES_MAX: Final = 16
PREFIX: Final = "whsec_"
VERSION: Final = "v1,"

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_MILLISECONDS = re.compile(r"[0-9]{13}", re.ASCII)


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether the request says that it is signed this way."""
    return any(name in headers for names in (STANDARD, SVIX) for name in (names.signature, names.timestamp))


def names_in(headers: Mapping[str, str]) -> Names:
    """Which names the proof goes by. The delivery's id must be read by these: the other is not signed."""
    if headers.get(STANDARD.signature, "").strip():
        return STANDARD
    return SVIX if any(name in headers for name in (SVIX.signature, SVIX.timestamp)) else STANDARD


def require_standard_webhook(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now_ms: int) -> None:
    """Raises ProofRefused unless one of `secrets` signed the body, at most TOLERANCE_S before or after `now_ms`."""
    if not any(secrets):
        raise not_configured()
    names = names_in(headers)
    signed_at = _timestamp(headers, names)
    message = _message(headers, body, names)
    given = _signatures(headers, names)
    fits = False
    for key in (key_of(secret) for secret in secrets if secret):
        digest = sign(key, message)
        for signature in given:
            fits |= is_written(signature, digest, "base64")
    if not fits:
        raise ProofRefused("signature_mismatch", _explain(given, [secret for secret in secrets if secret], message))
    require_fresh(signed_at, now_ms // 1000)


def key_of(secret: str) -> bytes:
    """The key in a secret: what follows `whsec_` decoded; the very text when it has no such prefix or is no base64."""
    if secret.startswith(PREFIX):
        decoded = decode_base64(secret.removeprefix(PREFIX))
        if decoded:
            return decoded
    return secret.encode("utf-8", "surrogatepass")


def signed_key(headers: Mapping[str, str]) -> str | None:
    """The delivery's key by the id that the signature covers; None when the request is not signed or has no id."""
    given = headers.get(names_in(headers).id, "").strip() if is_signed(headers) else ""
    return write_key(STANDARD.id, given, digested=(octets_of(given),)) if given else None


def _message(headers: Mapping[str, str], body: bytes, names: Names) -> bytes:
    delivery = headers.get(names.id, "").strip()
    if not delivery:
        raise signature_missing(names.id)
    stamp = headers[names.timestamp].strip()
    return b".".join((delivery.encode("utf-8", "surrogatepass"), stamp.encode(), body))


def _timestamp(headers: Mapping[str, str], names: Names) -> int:
    """When the request was signed, Unix seconds."""
    if not headers.get(names.signature, "").strip():
        raise signature_missing(names.signature)
    stamp = headers.get(names.timestamp, "").strip()
    if not stamp:
        raise signature_missing(names.timestamp)
    if _SECONDS.fullmatch(stamp):
        return int(stamp)
    if _MILLISECONDS.fullmatch(stamp):
        text = Text(
            f"{names.timestamp} дан в миллисекундах, а нужен в секундах.",
            f"{names.timestamp} is given in milliseconds; seconds are expected.",
        )
    else:
        text = Text(
            f"{names.timestamp} не число: нужно время Unix в секундах.",
            f"{names.timestamp} is no number: Unix time in seconds is expected.",
        )
    raise ProofRefused("timestamp_malformed", text)


def _signatures(headers: Mapping[str, str], names: Names) -> list[str]:
    """The signatures of version 1 among those given."""
    listed = headers[names.signature].split()[:SIGNATURES_MAX]
    given = [one.removeprefix(VERSION) for one in listed if one.startswith(VERSION)]
    if given:
        return given
    if listed and not any("," in one for one in listed):
        raise ProofRefused(
            "signature_unsupported",
            Text(
                "В webhook-signature нет «v1,» перед подписью: нужно «v1,<base64>».",
                'webhook-signature has no "v1," before the signature: "v1,<base64>" is expected.',
            ),
        )
    raise ProofRefused(
        "signature_unsupported",
        Text(
            f"В {names.signature} нет подписи вида «v1,<base64>»: другие виды (v1a и прочие) мы не проверяем.",
            f'{names.signature} has no signature "v1,<base64>"; other kinds (v1a and so on) are not checked here.',
        ),
    )


def _explain(given: Sequence[str], secrets: Sequence[str], message: bytes) -> Text:
    if len(message) <= EXPLAINED_BYTES_MAX:
        for text, key in _slips(secrets):
            digest = sign(key, message)
            if any(is_written(signature, digest, "base64") for signature in given):
                return text
        for secret in secrets:
            digest = sign(key_of(secret), message)
            if any(is_written(signature, digest, "hex") for signature in given):
                return Text(
                    "Подпись верна, но записана в hex, а нужна в base64.",
                    "The signature is right but written in hex; base64 is expected.",
                )
    return Text(
        "Подпись не подходит: у отправителя другой секрет, или тело изменили по дороге. "
        "Подписывается «webhook-id.webhook-timestamp.тело», тело как есть.",
        "The signature does not fit: the sender has another secret, or the body was changed on its way. "
        'What is signed is "webhook-id.webhook-timestamp.body", the body as it is.',
    )


def _slips(secrets: Sequence[str]) -> Iterator[tuple[Text, bytes]]:
    for secret in secrets:
        trimmed = secret.strip(QUOTES)
        if trimmed != secret:
            yield SECRET_UNTRIMMED, key_of(trimmed)
        if secret.startswith(PREFIX):
            yield SECRET_LITERAL, secret.encode("utf-8", "surrogatepass")
            yield SECRET_LITERAL, secret.removeprefix(PREFIX).encode("utf-8", "surrogatepass")
        else:
            yield SECRET_UNPREFIXED, key_of(PREFIX + trimmed)


SECRET_UNTRIMMED: Final = Text(
    "Подпись подошла бы, если убрать пробелы, переводы строк или кавычки по краям нашего секрета.",
    "The signature would fit if the spaces, line breaks or quotes around our secret were removed.",
)
SECRET_LITERAL: Final = Text(
    "Отправитель подписал секретом как текстом; после «whsec_» его нужно раскодировать из base64.",
    'The sender signed with the secret as text; what follows "whsec_" must be decoded from base64.',
)
SECRET_UNPREFIXED: Final = Text(
    "Отправитель раскодировал секрет из base64: запишите у нас секрет с «whsec_» впереди.",
    'The sender decoded the secret from base64: write our secret with "whsec_" before it.',
)
