"""Rules as somebody edits them who may not see secrets: each stands as a sign, and comes back when the text does."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from typing import Final

from processor.fault import Fault, Place
from processor.rules.lines import place_of
from processor.rules.mask import breaks_in, secret_spans
from processor.text import Text

_DIGITS: Final = 10
# No sign that YAML gives a meaning to, so that the text stays YAML, and none that anybody types.
_SIGN = re.compile(r"•••([0-9a-f]{10})•••")
_BREAK = re.compile(r"\r\n|[\r\n]")


def veil(text: str, key: str) -> str:
    """`text` with a sign in the place of each secret; line breaks are kept, so that line numbers are. Pure.

    `key` must not be known outside: by it a sign tells which secret it stands for, and nothing about that.
    """
    for start, end in reversed(secret_spans(text)):
        secret = text[start:end]
        text = text[:start] + _sign(secret, key) + breaks_in(secret) + text[end:]
    return text


def unveil(text: str, key: str, known: Iterable[str]) -> str:
    """`text` with the secrets back in their places, taken from the texts `known`; other signs stay. Pure.

    Only where a secret would be hidden again: a sign that was copied into a tag must not show what it stands for.
    """
    secrets = {_sign(one, key): one for one in _secrets_of(known)}
    shift, pieces, done = 0, [], 0
    spans: list[tuple[int, int]] = []
    for found in _SIGN.finditer(text):
        secret = secrets.get(found[0])
        if secret is None:
            continue
        end = _behind(text, found.end(), len(_BREAK.findall(secret)))
        pieces += [text[done : found.start()], secret]
        start = found.start() + shift
        spans.append((start, start + len(secret)))
        shift += len(secret) - (end - found.start())
        done = end
    whole = "".join([*pieces, text[done:]])
    hidden = secret_spans(whole)
    if all(any(start <= one and other <= end for start, end in hidden) for one, other in spans):
        return whole
    return _few(text, secrets)


def uncovers(before: str, after: str) -> bool:
    """Whether a change made here, and not by whoever typed, would show a secret that was hidden. Pure."""
    secrets = set(_secrets_of([before]))
    olds, news = veil(before, ""), veil(after, "")
    return any(news.count(secret) > olds.count(secret) for secret in secrets)


def signs_in(text: str, file: str) -> Iterator[Fault]:
    """A fault for each sign whose secret is not known: published, the sign itself would be the secret."""
    for found in _SIGN.finditer(text):
        line, column = place_of(text, found.start())
        message = Text("скрытый секрет здесь не восстановить", "the hidden secret cannot be put back here")
        expected = Text("сам секрет или ${ИМЯ}", "the secret itself, or ${NAME}")
        yield Fault("secret.hidden", message, Place(file, line, column, len(found[0])), expected)


def _few(text: str, secrets: dict[str, str]) -> str:
    """The signs one by one, each only where its secret would be hidden."""
    position = 0
    while found := _SIGN.search(text, position):
        secret = secrets.get(found[0])
        position = found.end()
        if secret is None:
            continue
        end = _behind(text, found.end(), len(_BREAK.findall(secret)))
        tried = text[: found.start()] + secret + text[end:]
        reach = found.start() + len(secret)
        if any(start <= found.start() and reach <= stop for start, stop in secret_spans(tried)):
            text, position = tried, reach
    return text


def _behind(text: str, position: int, most: int) -> int:
    """Past at most so many line breaks, which stand for those within the secret."""
    while most and (found := _BREAK.match(text, position)):
        position, most = found.end(), most - 1
    return position


def _secrets_of(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (text[start:end] for start, end in secret_spans(text))


def _sign(secret: str, key: str) -> str:
    digest = hmac.new(key.encode(), secret.encode("utf-8", "replace"), "sha256").hexdigest()
    return f"•••{digest[:_DIGITS]}•••"
