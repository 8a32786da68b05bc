"""Nothing that the receiver says holds a secret, a phone or an e-mail."""

from __future__ import annotations

import httpx
import pytest

from tests.harness.store import StoreProcess
from tests.web.asking import BEARER, form, http, lead, lead_body, order, signed
from tests.web.receiver import CRM_TOKEN, EMAIL, PHONE, SHOP_SECRET, SIGNED_SECRET, TILDA_KEY, Receiver

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
