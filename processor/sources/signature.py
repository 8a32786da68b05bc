"""Prove a body by its HMAC, and say why it does not fit when the cause can be found cheaply."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from processor.errors import ProofRefused
from processor.sources.token import not_configured
from processor.text import Text

Encoding = Literal["base64", "hex"]
Algorithm = Literal["sha256", "sha1", "sha512"]

# Looking for a cause costs several more HMACs; a stranger must not buy that work with a large body.
EXPLAINED_BYTES_MAX: Final = 64 * 1024
GIVEN_CHARACTERS_MAX: Final = 512
_ALGORITHMS: Final[tuple[Algorithm, ...]] = ("sha256", "sha1", "sha512")
# `sha256=...`, `v1,...`: what some senders write before the digest.
_LABEL = re.compile(r"^(?:hmac[-_ ]?)?(?:sha-?[0-9]{1,3}|v[0-9])[=:, ]\s*", re.I)
QUOTES: Final = " \t\r\n\"'`«»"

WRITERS: Final[dict[Encoding, Callable[[bytes], bytes]]] = {
    "base64": base64.b64encode,
    "hex": lambda digest: digest.hex().encode(),
}


def sign(secret: str | bytes, message: bytes, algorithm: Algorithm = "sha256") -> bytes:
    """The HMAC of `message`, raw."""
    key = secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, algorithm)


def is_written(given: str, digest: bytes, encoding: Encoding) -> bool:
    """Whether `given` writes `digest`; constant time. Hex may be in capitals."""
    octets = (given.lower() if encoding == "hex" else given).encode("utf-8", "surrogatepass")
    return hmac.compare_digest(octets, WRITERS[encoding](digest))


def require_signature(
    given: str | None,
    secrets: Sequence[str],
    message: bytes,
    *,
    header: str,
    encoding: Encoding = "base64",
    algorithm: Algorithm = "sha256",
) -> None:
    """Raises ProofRefused unless `given` is the HMAC of `message` by one of `secrets`; `header` is for the message."""
    known = [secret for secret in secrets if secret]
    if not known:
        raise not_configured()
    given = (given or "").strip()
    if not given:
        raise signature_missing(header)
    fits = False
    for secret in known:
        fits |= is_written(given, sign(secret, message, algorithm), encoding)
    if not fits:
        raise ProofRefused("signature_mismatch", explain_mismatch(given, known, message, encoding, algorithm))


def signature_missing(header: str) -> ProofRefused:
    """The refusal of a request that is not signed."""
    return ProofRefused(
        "signature_missing",
        Text(
            f"Нет подписи: заголовок {header} пуст или не дошёл. Проверьте, что у отправителя задан секрет и что "
            "прокси перед нами не отбрасывает этот заголовок.",
            f"No signature: the header {header} is empty or did not arrive. See that the sender has a secret and that "
            "no proxy in front of us drops this header.",
        ),
    )


def explain_mismatch(
    given: str, secrets: Sequence[str], message: bytes, encoding: Encoding, algorithm: Algorithm = "sha256"
) -> Text:
    """The likely cause of a signature that does not fit; tells nothing to who does not know the secret."""
    if len(message) <= EXPLAINED_BYTES_MAX and len(given) <= GIVEN_CHARACTERS_MAX:
        for cause, key, signed, written in _slips(secrets, message, encoding):
            if is_written(given, sign(key, signed, algorithm), written):
                return cause
        return _miswritten(given, secrets, message, encoding, algorithm) or UNEXPLAINED
    return UNEXPLAINED


def _miswritten(
    given: str, secrets: Sequence[str], message: bytes, encoding: Encoding, algorithm: Algorithm
) -> Text | None:
    """What is wrong with a signature by the right secret: something before it, hex written in base64, another hash."""
    bare = _LABEL.sub("", given)
    for secret in secrets:
        digest = sign(secret, message, algorithm)
        if bare != given and is_written(bare, digest, encoding):
            return LABEL_GIVEN
        if hmac.compare_digest(given.encode("utf-8", "surrogatepass"), base64.b64encode(digest.hex().encode())):
            return HEX_IN_BASE64
        for other in _ALGORITHMS:
            if other != algorithm and is_written(bare, sign(secret, message, other), encoding):
                return Text(
                    f"Подпись верна, но посчитана через {other}, а нужна через {algorithm}.",
                    f"The signature is right but made with {other}; {algorithm} is expected.",
                )
    return None


def _slips(
    secrets: Sequence[str], message: bytes, encoding: Encoding
) -> Iterator[tuple[Text, str | bytes, bytes, Encoding]]:
    other: Encoding = "hex" if encoding == "base64" else "base64"
    for secret in secrets:
        yield WRONG_ENCODING[encoding], secret, message, other
        trimmed = secret.strip(QUOTES)
        if trimmed and trimmed != secret:
            yield SECRET_UNTRIMMED, trimmed, message, encoding
        for escaped in {html.escape(secret), html.unescape(secret)} - {secret}:
            yield SECRET_ESCAPED, escaped, message, encoding
        decoded = decode_base64(secret.removeprefix("whsec_"))
        if decoded:
            yield SECRET_BASE64, decoded, message, encoding
        if message != message.strip():
            yield BODY_TRIMMED, secret, message.strip(), encoding


def decode_base64(text: str) -> bytes | None:
    """The bytes that `text` writes in base64, padded or not; None when it is no base64."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None


def digest_of(*parts: bytes) -> str:
    """A short name for these very bytes, 40 hex digits; no two lists of parts share one."""
    hashing = hashlib.blake2b(digest_size=20)
    for part in parts:
        hashing.update(len(part).to_bytes(8, "big"))
        hashing.update(part)
    return hashing.hexdigest()


WRONG_ENCODING: Final[dict[Encoding, Text]] = {
    "base64": Text(
        "Подпись верна, но записана в hex, а нужна в base64.",
        "The signature is right but written in hex; base64 is expected.",
    ),
    "hex": Text(
        "Подпись верна, но записана в base64, а нужна в hex.",
        "The signature is right but written in base64; hex is expected.",
    ),
}
LABEL_GIVEN: Final = Text(
    "Подпись верна, но перед ней стоит название алгоритма («sha256=»), а нужна одна подпись.",
    'The signature is right but the name of the algorithm ("sha256=") stands before it; it alone is expected.',
)
HEX_IN_BASE64: Final = Text(
    "Подпись верна, но её шестнадцатеричный вид ещё раз записан в base64: кодировать нужно сами байты.",
    "The signature is right but its hex was written in base64 once more; the bytes themselves must be encoded.",
)
SECRET_UNTRIMMED: Final = Text(
    "Подпись подошла бы, если убрать пробелы, переводы строк или кавычки по краям нашего секрета.",
    "The signature would fit if the spaces, line breaks or quotes around our secret were removed.",
)
SECRET_ESCAPED: Final = Text(
    "Подпись подошла бы, если знаки &, <, > и кавычки в секрете записать иначе (&amp; вместо & или наоборот).",
    "The signature would fit if &, <, > and quotes in the secret were written the other way (&amp; for & or back).",
)
SECRET_BASE64: Final = Text(
    "Подпись подошла бы, если раскодировать наш секрет из base64.",
    "The signature would fit if our secret were decoded from base64.",
)
BODY_TRIMMED: Final = Text(
    "Подписано тело без пробелов и переводов строк по краям: по дороге к нам его изменили.",
    "The body was signed without the white space around it: something on the way changed it.",
)
UNEXPLAINED: Final = Text(
    "Подпись не подходит: у отправителя другой секрет, или тело изменили по дороге (например, прокси).",
    "The signature does not fit: the sender has another secret, or the body was changed on its way (by a proxy).",
)
