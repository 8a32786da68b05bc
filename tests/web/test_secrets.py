"""Nothing that the receiver says holds a secret, a phone or an e-mail."""

from __future__ import annotations

import httpx
import pytest

from processor.store.keys import KEYS
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.web.asking import BEARER, form, http, lead, lead_body, order, signed
from tests.web.receiver import CRM_TOKEN, EMAIL, PHONE, SHOP_SECRET, SIGNED_SECRET, TILDA_KEY, Receiver
from tests.web.remembered import counted

SECRETS = (SHOP_SECRET, TILDA_KEY, CRM_TOKEN, SIGNED_SECRET)
PEOPLE = (PHONE, PHONE[1:], "900 000-00-77", EMAIL, EMAIL.replace("@", "%40"))


def _everything(to: Receiver) -> list[httpx.Response]:
    """Right and wrong requests of every sender, with secrets and people where they do not belong."""
    url = f"{to.url}/hooks"
    strangely = {"User-Agent": CRM_TOKEN, "X-Phone": PHONE, "Referer": f"https://example.com/?token={CRM_TOKEN}"}
    return [
        *(ask(to) for ask in (order, form, lead, signed)),
        *(ask(to) for ask in (order, form, lead, signed)),
        order(to, secret="another"),
        form(to, key=TILDA_KEY.upper()),
        form(to, key_name=f"my-{TILDA_KEY}"),
        form(to, key=f" {TILDA_KEY}."),
        signed(to, secret=f"{SIGNED_SECRET}x"),
        signed(to, age_s=9_000),
        http.post(f"{url}/crm?token={CRM_TOKEN}&phone={PHONE}", content=b"{", headers=strangely),
        http.post(f"{url}/crm?token={CRM_TOKEN}x&email={EMAIL}", content=lead_body(2)),
        http.post(f"{url}/{CRM_TOKEN}", content=lead_body(3), headers=BEARER),
        http.post(f"{url}/{PHONE}/{EMAIL}", content=lead_body(4), headers=BEARER),
        http.post(f"{url}/shop", content=SHOP_SECRET.encode(), headers={"X-WC-Webhook-Signature": SHOP_SECRET}),
        http.delete(f"{url}/crm?token={CRM_TOKEN}", headers=BEARER),
        http.post(f"{url}/crm", content=b"x" * 70_000, headers=BEARER),
        http.get(f"{to.url}/elsewhere?token={CRM_TOKEN}&phone={PHONE}"),
    ]


@pytest.mark.parametrize("form_of_log", ["text", "json"])
def test_no_secret_and_nobodys_phone_or_email_is_logged_or_answered(form_of_log: str) -> None:
    with (
        StoreProcess() as store,
        Receiver(store, BODY_BYTES_MAX="65536", INTAKE_WAIT_MS="100", LOG_FORMAT=form_of_log) as receiver,
    ):
        answers = _everything(receiver)
        receiver.raw(f"POST /hooks/crm?token={CRM_TOKEN} HTTP/1.1\r\nX: {PHONE}\rX\r\n\r\n".encode())
        store.kill()
        answers += _everything(receiver)
        receiver.terminate()
        receiver.wait()
        log = receiver.log()
        said = "\n".join(answer.text for answer in answers if answer.status_code < 500)
    assert "signature_mismatch" in log, "the log tells of refusals"
    assert "not stored" in log, "the log tells of the store's fault"
    assert [word for word in (*SECRETS, *PEOPLE) if word in log] == []
    # A name that the sender wrote into the address is read back to it; nothing else.
    named = said.replace(f"'{CRM_TOKEN}'", "").replace(f"'{PHONE}/{EMAIL}'", "")
    assert [word for word in (*SECRETS, *PEOPLE) if word in named] == []


def test_what_is_remembered_of_refusals_holds_no_secret_no_body_and_nobodys_phone_or_email() -> None:
    with StoreProcess() as store, Receiver(store, BODY_BYTES_MAX="65536") as receiver:
        client = store.client()
        odd = {
            f"X-{SHOP_SECRET}": "1",
            "Authorization": f"Basic {CRM_TOKEN}",
            "User-Agent": f"hook/{SIGNED_SECRET}",
        }
        answers = [*_everything(receiver), http.post(f"{receiver.url}/hooks/landing", content=b"{}", headers=odd)]
        answers.append(http.post(f"{receiver.url}/hooks/shop/{TILDA_KEY}?email={EMAIL}", content=lead_body(5)))
        refused = sum(answer.status_code in (401, 404) for answer in answers) - 1  # one asked elsewhere
        wait_until(lambda: sum(counted(client).values()) == refused, what="all are written")
        names = [name for short in ("refused", "refused_counts") for name in client.scan_iter(f"{KEYS[short].name}*")]
        kept = b"\n".join(client.dump(name) or b"" for name in names).decode("latin-1")
        rows = [str(row) for name in names if client.type(name) == b"zset" for row in client.zrange(name, 0, -1)]
    told = "\n".join(rows)
    assert "hook/***" in told
    assert "x-***" in told
    assert "lead.created" not in told
    for text in (told, kept):
        assert [word for word in (*SECRETS, *(secret.lower() for secret in SECRETS), *PEOPLE) if word in text] == []
