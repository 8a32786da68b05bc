"""A source is added, tried, changed and removed in the console; what the rules file held otherwise stays as it was."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator

import httpx
import pytest
import redis

from processor.domain.sender import SENDERS
from processor.rules.version import version_of
from processor.store.audit import deeds
from processor.store.versions import newest
from tests.console.added import kept_of, rules_of, shown_once, told
from tests.harness.deliveries import tilda_form
from tests.harness.store import StoreProcess
from tests.harness.visitor import Visitor, person
from tests.harness.waiting import wait_until
from tests.web.receiver import PHONE, RULES, Receiver

BASE = "http://hooks.example.com"
COMMENT = "# a remark of somebody else's, with a  double blank\n"
"""Kept to the byte."""
FORM = {"preset": "shopify", "name": "my-name", "account": "mine.example", "how": "make"}


@pytest.fixture(scope="module")
def own_process(store_process: StoreProcess) -> Iterator[Receiver]:
    """A receiver whose rules file nobody else uses."""
    with Receiver(store_process, rules=COMMENT + RULES, PUBLIC_URL=BASE) as running:
        yield running


@pytest.fixture
def own(own_process: Receiver, store: redis.Redis) -> Receiver:
    """The same with the rules of the beginning in force and no secrets beside them."""
    rules, kept = own_process.folder / "rules.yaml", own_process.folder / ".env"
    kept.unlink(missing_ok=True)
    rules.chmod(0o644)
    rules.write_text(COMMENT + RULES, "utf-8")
    version = version_of(COMMENT + RULES)
    wait_until(lambda: version in httpx.get(f"{own_process.url}/readyz", timeout=20).text, timeout_s=60)
    return own_process


@pytest.fixture
def olga(own: Receiver, store: redis.Redis) -> Iterator[Visitor]:
    """An owner there."""
    person(store, "Olga", "owner")
    with Visitor(f"{own.url}/console") as visitor:
        visitor.log_in("olga")
        yield visitor


def lead(own: Receiver, name: str, key: str) -> int:
    body, headers = tilda_form({"Phone": PHONE}, key=key)
    return httpx.post(f"{own.url}/hooks/{name}", content=body, headers=headers).status_code


def test_every_sender_can_be_picked_in_either_language(own: Receiver, olga: Visitor) -> None:
    page = olga.see("/sources/new")
    for sender in SENDERS.values():
        assert f"?preset={sender.name}" in page
        form = olga.see(f"/sources/new?preset={sender.name}")
        assert f'value="{sender.name}"' in form
        for proof in sender.proofs:
            assert f'name="proof" value="{proof}"' in form
    assert "preset=tilda" in olga.see("/sources/new?q=тильд")
    assert "preset=tilda" in olga.see("/sources/new?q=TILD")
    assert "preset=vk" not in olga.see("/sources/new?q=tilda")
    assert "guide=opencart" in olga.see("/sources/new?q=opencart")
    assert "preset=generic" in olga.see("/sources/new?q=no+such+sender")
    assert olga.get("/sources/new?preset=nothing").status_code == 404


def test_a_source_is_added_with_a_secret_of_ours(own: Receiver, olga: Visitor, store: redis.Redis) -> None:
    before = rules_of(own)
    page = olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="make", timezone="Asia/Omsk")
    secret = shown_once(page)
    assert len(secret) >= 43
    assert f"{BASE}/hooks/lp-2" in page.text
    assert "form with a cart" in page.text or "API key" in page.text, "where to click there"
    assert "What this sender never repeats" in page.text
    assert kept_of(own) == f"LP_2_SECRET={secret}\n"
    assert stat.S_IMODE((own.folder / ".env").stat().st_mode) == 0o600
    after = rules_of(own)
    assert secret not in after
    assert "${LP_2_SECRET}" in after
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line for line in after.splitlines() if line not in added] == before.splitlines()
    assert lead(own, "lp-2", secret) == 200
    assert lead(own, "lp-2", "another") == 401
    entry = newest(store)
    assert entry is not None
    assert (entry.author, entry.note, entry.sort) == ("Olga", "Source lp-2: Tilda", "published")
    assert [(deed.who, deed.said.en) for deed in deeds(store, limit=1)] == [("Olga", "The source lp-2 was added.")]
    assert secret not in olga.see("/sources/lp-2")
    assert secret not in own.log()


def test_a_token_stands_in_the_address_once(own: Receiver, olga: Visitor) -> None:
    page = olga.post("/sources/new", preset="marquiz", name="quiz", proof="token", how="own", own="a b&c/д")
    assert shown_once(page) == "a b&c/д"
    assert f"{BASE}/hooks/quiz?token=a%20b%26c%2F%D0%B4" in page.text
    assert kept_of(own) == "QUIZ_TOKEN='a b&c/д'\n"
    again = olga.see("/sources/quiz")
    assert "YOUR_TOKEN" in again
    assert "%26c" not in again


def test_every_sender_can_be_added_and_tried(own: Receiver, olga: Visitor, store: redis.Redis) -> None:
    for sender in SENDERS.values():
        for proof in sender.proofs:
            name = f"{sender.name}-{proof}"
            more = {"confirmation": "a$b"} if "confirmation" in sender.options else {}
            page = olga.post(
                "/sources/new", preset=sender.name, name=name, proof=proof, how="make", bot="7", headers=None, **more
            )
            assert page.status_code == 200, f"{name}: {told(page)}"
            tried = olga.post(f"/sources/{name}/try")
            assert tried.status_code == 200
            assert "The proof was accepted" in tried.text, name
            assert "Understood as" in tried.text, name
    assert rules_of(own).count("bot: 7") == sum(len(sender.proofs) for sender in SENDERS.values())
    assert not store.keys("wh:event:*"), "a test delivery is never stored"
    assert not store.keys("wh:*queue*")


def test_a_test_delivery_shows_what_rules_make_of_it(own: Receiver, olga: Visitor) -> None:
    page = olga.post("/sources/shop/try").text
    assert "order.created" in page
    assert "Каждый" in page
    assert "tag:Покупатель" in page
    assert "None: such events change nothing yet" in olga.post("/sources/landing/try").text


def test_settings_of_a_sender_go_where_the_rules_have_them(own: Receiver, olga: Visitor) -> None:
    page = olga.post(
        "/sources/new",
        preset="amocrm",
        name="crm-2",
        how="make",
        account="primer.amocrm.ru, 2001",
        ask_url="https://primer.amocrm.ru",
        ask_token="api token's",
        region="kz",
        addresses="203.0.113.0/24 198.51.100.7",
    )
    shown_once(page)
    text = rules_of(own)
    assert "${CRM_2_TOKEN}" in text
    assert "${CRM_2_API_TOKEN}" in text
    assert "api token" not in text
    assert "CRM_2_API_TOKEN='api token\\'s'" in kept_of(own)
    form = olga.see("/sources/crm-2")
    assert 'value="primer.amocrm.ru, 2001"' in form
    assert 'value="203.0.113.0/24, 198.51.100.7"' in form


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "shop"}, "another source has the name shop"),
        ({"name": "new"}, "the name of a source"),
        ({"name": "с пробелом"}, "the name of a source"),
        ({"name": ""}, "the name of a source"),
        ({"proof": "none"}, "by its own tick"),
        ({"proof": "token"}, "choose what proves"),
        ({"how": "own", "own": "  "}, "paste the sender's secret"),
        ({"how": "own", "own": "two\nlines"}, "one line"),
        ({"bot": "x"}, "a whole number"),
        ({"region": "ZZ"}, "unknown country"),
        ({"timezone": "Europe/Moskow"}, "unknown time zone"),
        ({"addresses": "nowhere"}, "neither an address"),
    ],
)
def test_a_wrong_form_comes_back_filled_in_and_nothing_is_written(
    own: Receiver, olga: Visitor, fields: dict[str, str], wrong: str
) -> None:
    before = rules_of(own)
    page = olga.post("/sources/new", headers=None, **(FORM | fields))
    assert page.status_code == 422
    assert wrong in told(page)
    assert 'value="mine.example"' in page.text
    assert rules_of(own) == before
    assert kept_of(own) == ""


def test_taking_events_from_anybody_is_confirmed_and_shown_in_red(own: Receiver, olga: Visitor) -> None:
    page = olga.post("/sources/new", preset="generic", name="open", proof="none", sure="yes")
    assert page.status_code == 200
    assert "proof: none" in rules_of(own)
    assert '<strong class="bad">NOTHING' in page.text
    assert '<strong class="bad">NOTHING' in olga.see("/sources")
    secret = shown_once(olga.post("/sources/open/secret", how="make"))
    assert "proof: none" not in rules_of(own)
    assert httpx.post(f"{own.url}/hooks/open", json={"a": 1}).status_code == 401
    assert httpx.post(f"{own.url}/hooks/open?token={secret}", json={"a": 1}).status_code == 202


def test_rules_that_are_wrong_already_are_not_touched(own: Receiver, olga: Visitor) -> None:
    faulty = rules_of(own).replace("tags: Покупатель", "tagz: Покупатель")
    (own.folder / "rules.yaml").write_text(faulty, "utf-8")
    page = olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="make")
    assert page.status_code == 422
    assert "the rules file has a fault already, so it was not touched" in told(page)
    assert rules_of(own) == faulty
    assert kept_of(own) == ""


def test_rules_that_cannot_be_written_are_told(own: Receiver, olga: Visitor) -> None:
    (own.folder / "rules.yaml").chmod(0o444)
    page = olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="make")
    assert page.status_code == 422
    assert "cannot write the rules file" in told(page)
    assert kept_of(own) == "", "the secret that nothing names was taken back"


def test_without_a_place_of_its_own_the_secret_stands_in_the_rules(own: Receiver, olga: Visitor) -> None:
    (own.folder / ".env").symlink_to(own.folder / "nowhere")
    assert "goes into the rules file itself" in olga.see("/sources/new?preset=tilda")
    page = olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="own", own="with $ign")
    assert shown_once(page) == "with $ign"
    assert "written into the rules file itself" in page.text
    assert "with $$ign" in rules_of(own)
    assert lead(own, "lp-2", "with $ign") == 200


def test_a_secret_is_rotated_without_a_gap(own: Receiver, olga: Visitor) -> None:
    first = shown_once(olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="make"))
    second = shown_once(olga.post("/sources/lp-2/secret", how="make"))
    assert first != second
    assert (lead(own, "lp-2", first), lead(own, "lp-2", second)) == (200, 200)
    assert "secret ×2" in olga.see("/sources/lp-2")
    assert olga.post("/sources/lp-2/old").status_code == 303
    wait_until(lambda: lead(own, "lp-2", first) == 401, timeout_s=10)
    assert lead(own, "lp-2", second) == 200
    assert "LP_2_SECRET_2" in rules_of(own)
    assert olga.post("/sources/lp-2/old").status_code == 422
    assert "one secret only" in told(olga.post("/sources/lp-2/old"))


def test_settings_are_changed_and_a_source_is_removed_on_purpose_only(own: Receiver, olga: Visitor) -> None:
    before = rules_of(own)
    assert olga.post("/sources/landing/change", region="KZ", bot="3").status_code == 303
    text = rules_of(own)
    assert "region: KZ" in text
    assert "bot: 3" in text
    assert "unknown country" in told(olga.post("/sources/landing/change", region="ZZ", bot="3"))
    assert olga.post("/sources/landing/change", region="", bot="").status_code == 303
    assert rules_of(own) == before
    assert "nothing was changed" in told(olga.post("/sources/landing/change"))
    assert "confirm the removal" in told(olga.post("/sources/landing/remove"))
    assert rules_of(own) == before
    assert olga.post("/sources/landing/remove", sure="yes").status_code == 303
    assert "landing" not in rules_of(own)
    assert olga.get("/sources/landing").status_code == 404


def test_waiting_turns_into_the_refusal_and_then_into_the_delivery(own: Receiver, olga: Visitor) -> None:
    secret = shown_once(olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="make"))
    assert "Waiting for the first delivery" in olga.see("/sources/lp-2?part=live")
    assert lead(own, "lp-2", "wrong") == 401
    wait_until(lambda: "It came, but was refused" in olga.see("/sources/lp-2?part=live"), timeout_s=10)
    assert lead(own, "lp-2", secret) == 200
    page = olga.see("/sources/lp-2?part=live")
    assert "A delivery arrived" in page
    (link,) = re.findall(r'href="[^"]*/console(/events/[0-9a-f]+)"', page)
    assert olga.get(link).status_code == 200


def test_both_languages_speak(own: Receiver, olga: Visitor) -> None:
    olga.post("/look", language="ru")
    assert "Откуда приходят события?" in olga.see("/sources/new")
    page = olga.post("/sources/new", preset="tilda", name="lp-2", proof="secret", how="make")
    assert "больше он показан не будет" in page.text
    assert "Ждём первую доставку" in page.text
    assert "Настройки сайта → Формы → Webhook" in page.text
    assert "вымышленным человеком" in olga.post("/sources/lp-2/try").text
