"""Prove a request by where it comes from: for senders that sign nothing and publish their addresses."""

from __future__ import annotations

from collections.abc import Sequence

from processor.errors import ProofRefused
from processor.networks import ADDRESS_CHARACTERS_MAX, PRIVATE, address_of, networks_of
from processor.text import Text


def require_address(client: str, networks: Sequence[str]) -> None:
    """Raises ProofRefused unless `client` is in one of `networks` (addresses, networks in CIDR, or their words).

    `client` is `Inbound.client`. Raises ValueError for networks that cannot be read: check them when the rules load.
    """
    if not networks:
        raise ProofRefused(
            "proof_not_configured",
            Text(
                "Для этого источника не заданы адреса отправителя: сравнивать не с чем.",
                "This source has no addresses of its sender: there is nothing to compare with.",
            ),
        )
    address = address_of(client)
    if address is None or address not in networks_of(tuple(networks)):
        raise ProofRefused("address_unknown", _explain(client))


def _explain(client: str) -> Text:
    """Whom we saw; a private address is a proxy of our own."""
    address = address_of(client)
    if address is None:
        seen = client[:ADDRESS_CHARACTERS_MAX] or "?"
        return Text(
            f"Адрес отправителя не виден ({seen}): прокси перед нами пишет в X-Forwarded-For не адрес, или соединение "
            "пришло не по сети (сокет Unix).",
            f"The sender's address is not seen ({seen}): a proxy before us writes no address into X-Forwarded-For, or "
            "the connection did not come over the network (a Unix socket).",
        )
    if address in PRIVATE:
        return Text(
            f"Запрос пришёл с адреса {address}: это адрес нашей сети, похоже, прокси перед нами. "
            "Назовите его в TRUSTED_PROXIES, чтобы был виден настоящий отправитель.",
            f"The request came from {address}: an address of our own network, probably a proxy in front of us. "
            "Name it in TRUSTED_PROXIES, so that the real sender is seen.",
        )
    return Text(
        f"Запрос пришёл с адреса {address}, а его нет среди адресов этого отправителя. Если это прокси или CDN перед "
        "нами, назовите его в TRUSTED_PROXIES.",
        f"The request came from {address}, which is not among this sender's addresses. If it is a proxy or a CDN in "
        "front of us, name it in TRUSTED_PROXIES.",
    )
