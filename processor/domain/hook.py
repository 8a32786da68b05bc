"""The address that a person pastes at a sender."""

from __future__ import annotations

from processor.domain.sender import Sender
from processor.domain.source import Source
from processor.text import Text

TOKEN_SHOWN = Text("ВАШ_ТОКЕН", "YOUR_TOKEN")


def hook_address(public_url: str, name: str) -> str:
    """Where a source's deliveries are taken, without anything secret."""
    return f"{public_url.rstrip('/')}/hooks/{name}"


def pasted_address(public_url: str, source: Source, sender: Sender) -> Text:
    """The same with what the sender needs behind it; a placeholder stands for the token, which is never shown."""
    address = hook_address(public_url, source.name)
    query = sender.query if source.tokens or "TOKEN" not in sender.query else ""
    if not query:
        return Text(address, address)
    if source.key_name:
        query = query.replace("token=TOKEN", f"{source.key_name}=TOKEN")
    return Text(*(f"{address}?{query.replace('TOKEN', shown)}" for shown in (TOKEN_SHOWN.ru, TOKEN_SHOWN.en)))


def proof_told(source: Source) -> Text:
    """What proves a source, in a person's words."""
    if source.proof == "none":
        return Text("НИЧЕМ (proof: none)", "NOTHING (proof: none)")
    kinds = (
        (len(source.secrets), Text("секрет", "secret")),
        (len(source.tokens), Text("токен", "token")),
        (len(source.addresses), Text("адреса", "addresses")),
    )
    told = [(f"{kind.ru} ×{n}", f"{kind.en} ×{n}") if n > 1 else (kind.ru, kind.en) for n, kind in kinds if n]
    return Text(" + ".join(ru for ru, _ in told), " + ".join(en for _, en in told))
