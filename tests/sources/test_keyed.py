"""A key in the address or a header, the addresses a sender may use, the accounts it may be of."""

from __future__ import annotations

from base64 import b64encode

import pytest

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import ProofRefused
from processor.sources.address import require_address
from processor.sources.keyed import Keyed, require_account
from tests.sources.asking import NOW_MS, inbound


class Shop(Keyed):
    """A sender with nothing of its own."""

    name = "shop"

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """Not asked here."""
        return ""

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:  # noqa: ARG002
        """Not asked here."""
        return ()


SOURCE = Source("s", "generic", tokens=("new-key", "old-key"))
NAMED = Source("s", "generic", tokens=("new-key",), key_name="Pass-Word")


def basic(text: str) -> dict[str, str]:
    """Authorization: Basic."""
    return {"authorization": f"Basic {b64encode(text.encode()).decode()}"}


PROVEN = [
    (SOURCE, inbound(query="token=new-key")),
    (SOURCE, inbound(query="topic=x&TOKEN=old-key")),
    (SOURCE, inbound(query="token=new%2Dkey")),
    (SOURCE, inbound(headers={"authorization": "Bearer old-key"})),
    (SOURCE, inbound(headers={"authorization": "bearer  old-key "})),
    (SOURCE, inbound(headers=basic("hooks:new-key"))),
    (SOURCE, inbound(headers=basic("new-key:"))),
    (SOURCE, inbound(headers={"x-token": "new-key"})),
    (SOURCE, inbound(headers={"x-api-key": "old-key"})),
    (NAMED, inbound(query="pass-word=new-key")),
    (NAMED, inbound(headers={"pass-word": "new-key"})),
]
REFUSED = [
    (SOURCE, inbound(), "token_missing"),
    (SOURCE, inbound(body=b"token=new-key"), "token_missing"),
    (SOURCE, inbound(query="token="), "token_missing"),
    (SOURCE, inbound(query="other=new-key"), "token_missing"),
    (SOURCE, inbound(query="token=new-ke"), "token_mismatch"),
    (SOURCE, inbound(headers=basic("new-key")), "token_missing"),
    (SOURCE, inbound(headers={"authorization": "Basic ключ"}), "token_missing"),
    (SOURCE, inbound(headers={"authorization": "Basic " + "A" * 9000}), "token_missing"),
    (NAMED, inbound(query="token=new-key"), "token_missing"),
    (Source("s", "generic"), inbound(query="token="), "proof_not_configured"),
]


@pytest.mark.parametrize(("source", "request_"), PROVEN)
def test_a_key_proves_wherever_senders_can_put_one(source: Source, request_: Inbound) -> None:
    """Query, Bearer, Basic, X-Token; any of the keys while they are changed."""
    Shop().verify(request_, source, NOW_MS)


@pytest.mark.parametrize(("source", "request_", "code"), REFUSED)
def test_anything_else_is_refused(source: Source, request_: Inbound, code: str) -> None:
    """With a reason."""
    with pytest.raises(ProofRefused) as refused:
        Shop().verify(request_, source, NOW_MS)
    assert refused.value.code == code


def test_the_key_is_not_kept() -> None:
    """Neither under its own name nor under another."""
    query = "topic=orders/create&token=wrong&other=new-key"
    assert Shop().kept_query(inbound(query=query), SOURCE) == "topic=orders/create"
    assert Shop().kept_query(inbound(query="pass-word=a&token=b"), NAMED) == "token=b"


NETWORKS = ("185.71.76.0/27", "77.75.156.11/32", "2a02:5180::/32")


@pytest.mark.parametrize("client", ["185.71.76.1", "77.75.156.11", "::ffff:77.75.156.11", "2a02:5180:0:1509::1"])
def test_an_address_of_the_list_proves(client: str) -> None:
    """IPv4, IPv6, IPv4 written as IPv6."""
    require_address(client, NETWORKS)


@pytest.mark.parametrize(
    ("client", "told"),
    [
        ("185.71.76.33", "185.71.76.33"),
        ("10.0.0.7", "TRUSTED_PROXIES"),
        ("::1", "TRUSTED_PROXIES"),
        ("", r"\?"),
        ("x", "x"),
    ],
)
def test_another_address_is_refused_with_its_likely_cause(client: str, told: str) -> None:
    """An inner address means a proxy in front of us."""
    with pytest.raises(ProofRefused, match=told) as refused:
        require_address(client, NETWORKS)
    assert refused.value.code == "address_unknown"


def test_only_the_named_accounts_are_taken() -> None:
    """By id or by domain, in any case; without a list any is."""
    require_account(Source("s", "generic"), None)
    shop = Source("s", "generic", tokens=("secret-key",), accounts=("shop.example.ru", "77"))
    require_account(shop, None, "Shop.Example.RU")
    require_account(shop, 77)
    with pytest.raises(ProofRefused) as refused:
        require_account(shop, "other.example.ru", None, "secret-key")
    assert refused.value.code == "account_unknown"
    assert "other.example.ru" in str(refused.value)
    assert "secret-key" not in str(refused.value)
