"""2. A form on a landing page keeps the advertisement that brought the visitor."""

from __future__ import annotations

from tests.harness.line import Line
from tests.story.senders import Landing

VISITOR = {"Name": "Борис Образцов", "Phone": "8 (900) 000-02-01"}


def test_the_utm_is_found_in_tildas_cookie(line: Line, landing: Landing) -> None:
    """Tilda hides UTM data in the field COOKIES, and the phone is written the way people write phones."""
    cookie = "utm_source=vk|||utm_medium=cpc|||utm_campaign=osen|||"
    answer = landing.sends(VISITOR | {"tranid": "1:201"}, utm_cookie=cookie)
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")

    line.wait_until_quiet()
    boris = line.contacts()["79000000201"]
    assert boris["name"] == "Борис Образцов"
    assert boris["tags"] == ["Заявка", "Реклама: vk"]
    assert boris["utm"] == {"utm_source": "vk", "utm_medium": "cpc", "utm_campaign": "osen"}
    assert boris["status"] == "Новая заявка"


def test_the_first_advertisement_is_kept_when_the_visitor_comes_again(line: Line, landing: Landing) -> None:
    """The example rule says `utm: first`: a later campaign gets its tag but does not take the credit."""
    landing.sends(VISITOR | {"tranid": "1:202"}, utm_cookie="utm_source=telegram|||utm_campaign=zima|||")
    line.wait_until_quiet()
    boris = line.contacts()["79000000201"]
    assert boris["utm"]["utm_source"] == "vk"
    assert "Реклама: telegram" in boris["tags"]


def test_tilda_checks_a_new_address_without_any_key(landing: Landing) -> None:
    """When the owner adds the address, Tilda posts `test=test` and wants to hear 200."""
    answer = landing.sends_test()
    assert (answer.status_code, answer.text) == (200, "ok")
