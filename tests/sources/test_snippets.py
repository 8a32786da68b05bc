"""What the pages give shops without webhooks: signed as we verify, in both languages the same code.

The signatures were made by running the pages: `watbot_hooks_signature` with PHP 8.2, `signature` with Node 20.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processor.domain.source import Source
from processor.errors import Unreadable
from tests.sources.asking import NOW_S, code, event, events, inbound

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("php", "opencart", "cs-cart", "1c-bitrix", "medusa", "vendure")
BODY = '{"type":"order.created","customer":{"name":"Анна"}}'.encode()
ID = "order-17-created"
MADE = {
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "v1,A2Ib8RpGkuGZanFgD+CJAH8ghDT2LJDypoWGXa29NPs=",
    "demo-shop-secret": "v1,NTKUxNF+7ITaD6sCJJOiPX7bjBxC9MfKi/6QawHDCHE=",
}
PHP_SIGNS = """\
    $key = strncmp($secret, 'whsec_', 6) === 0 ? base64_decode(substr($secret, 6)) : $secret;
    return 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
"""
NODE_SIGNS = """\
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : secret
  return "v1," + createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64")
"""


def blocks(path: Path) -> list[str]:
    """The code of a page, its comments apart."""
    found = re.findall(r"^```(?:php|ts|sql)\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub(r"//.*", "", block) for block in found]


@pytest.mark.parametrize("secret", MADE)
@pytest.mark.parametrize("preset", ["standard_webhooks", "generic"])
def test_what_the_snippets_sign_is_proven(secret: str, preset: str) -> None:
    """With a secret of the scheme, and with any text."""
    headers = {"webhook-id": ID, "webhook-timestamp": str(NOW_S), "webhook-signature": MADE[secret]}
    source = Source("shop", preset, secrets=(secret,))
    assert code(inbound(BODY, headers), source) == "proven"
    assert code(inbound(BODY + b"\n", headers), source) == "signature_mismatch"
    assert event(inbound(BODY, headers), source).event == "order.created"


@pytest.mark.parametrize("folder", [DOCS / "sources", DOCS / "ru" / "sources"])
def test_the_pages_sign_with_the_code_that_was_run(folder: Path) -> None:
    """Whoever changes it runs it again."""
    assert PHP_SIGNS in (folder / "php.md").read_text("utf-8")
    for page in ("medusa", "vendure"):
        assert NODE_SIGNS in (folder / f"{page}.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_show_the_same_code(page: str) -> None:
    """Comments apart."""
    english = blocks(DOCS / "sources" / f"{page}.md")
    assert english
    assert english == blocks(DOCS / "ru" / "sources" / f"{page}.md")


@pytest.mark.parametrize("preset", ["generic", "standard_webhooks", "strapi"])
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_body_is_refused_or_kept_as_unreadable(preset: str, body: bytes) -> None:
    """Vendure's plugin posts one until it has a transformer."""
    source = Source("shop", preset, secrets=("demo-shop-secret",), tokens=("demo-token",))
    assert code(inbound(body), source) in ("signature_missing", "token_missing")
    if preset == "strapi":
        assert event(inbound(body), source).event == "unknown"
        return
    with pytest.raises(Unreadable):
        events(inbound(body), source)
