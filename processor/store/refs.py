"""Names of contacts that may stand in an address and show no phone.

Whoever lacks the store's own secret can neither read nor make one; they need no room in the store.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

import redis

from processor.store.connection import translated
from processor.store.keys import name_of

TAG_BYTES: Final = 12
# It begins with a letter, so that nothing in it is taken for a phone.
_REF = re.compile(r"c((?:[0-9a-f]{2}){13,300})")


class Refs:
    """Makes and reads them."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, key: str) -> str:
        """The name of a contact's key, always the same one."""
        plain = key.encode()
        tag = self._tag(plain)
        return "c" + (tag + self._mixed(plain, tag)).hex()

    def key(self, ref: str) -> str | None:
        """The reverse; None for a name that we did not make."""
        found = _REF.fullmatch(ref)
        if not found:
            return None
        whole = bytes.fromhex(found[1])
        tag, plain = whole[:TAG_BYTES], self._mixed(whole[TAG_BYTES:], whole[:TAG_BYTES])
        return plain.decode() if hmac.compare_digest(tag, self._tag(plain)) else None

    def _tag(self, plain: bytes) -> bytes:
        return hmac.new(self._secret, b"tag " + plain, hashlib.sha256).digest()[:TAG_BYTES]

    def _mixed(self, text: bytes, tag: bytes) -> bytes:
        # The tag depends on all of the text: two keys never share a stream.
        key = hmac.new(self._secret, b"stream " + tag, hashlib.sha256).digest()
        stream = hashlib.shake_256(key).digest(len(text))
        return bytes(one ^ other for one, other in zip(text, stream, strict=True))


def refs(client: redis.Redis) -> Refs:
    """With the store's secret, which is made when there is none yet. Raises StoreError."""
    name = name_of("pepper")
    with translated():
        held = client.get(name)
        if held is None:
            client.set(name_of("pepper"), secrets.token_hex(16), nx=True)
            held = client.get(name)
    return Refs(held if isinstance(held, bytes) else b"")
