"""Contacts come page by page, each once, and the iteration ends whatever the service says of its pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from workers.watbot.client import WatbotClient
from workers.watbot.contact import ContactPage
from workers.watbot.errors import WatbotUnavailable

BASE_URL = "https://watbot.example/api/v1"


def answering(*answers: httpx.Response) -> tuple[WatbotClient, list[httpx.Request]]:
    """A client that gets these answers in order (the last one for ever), and the requests it makes."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers[min(len(asked), len(answers)) - 1]

    return WatbotClient(BASE_URL, "very-secret", transport=httpx.MockTransport(answer)), asked


def paging(total: int, per_page: int, *, meta: Any = None, obey: bool = True) -> tuple[WatbotClient, list[int]]:
    """A service with `total` contacts; `meta` replaces what it says of pages; without `obey` it always gives page 1."""
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        asked.append(number)
        shown = number if obey else 1
        rows = [{"id": i + 1} for i in range(total)][(shown - 1) * per_page : shown * per_page]
        return httpx.Response(200, json={"data": rows} | (meta(number) if meta else {}))

    return WatbotClient(BASE_URL, "very-secret", transport=httpx.MockTransport(answer)), asked


def ids(pages: Iterator[ContactPage]) -> list[int]:
    return [contact.id for page in pages for contact in page.contacts]


PAGINGS: list[tuple[str, Any, bool, list[int], int]] = [
    ("meta", lambda _: {"meta": {"last_page": 3, "total": 5}}, True, [1, 2, 3], 5),
    ("links", lambda n: {"links": {"next": None if n == 3 else "x"}}, True, [1, 2, 3], 5),
    ("nothing", None, True, [1, 2, 3, 4], 5),
    ("meta that promises too much", lambda _: {"meta": {"last_page": 99}}, True, [1, 2, 3, 4], 5),
    ("meta that is garbage", lambda _: {"meta": "x", "links": 5}, True, [1, 2, 3, 4], 5),
    ("links that never end", lambda _: {"links": {"next": "x"}}, True, [1, 2, 3, 4], 5),
    ("no notice of the page", lambda _: {"links": {"next": "x"}}, False, [1, 2], 2),
]


@pytest.mark.parametrize(
    ("meta", "obey", "asked_pages", "found"), [case[1:] for case in PAGINGS], ids=[case[0] for case in PAGINGS]
)
def test_pages_end_whatever_the_service_says_of_them(meta: Any, obey: bool, asked_pages: list[int], found: int) -> None:
    """Every contact once, and never for ever."""
    client, asked = paging(5, 2, meta=meta, obey=obey)
    assert ids(client.contacts(bot_id=1)) == list(range(1, found + 1))
    assert asked == asked_pages


def test_a_slot_is_taken_before_each_page_and_pages_are_asked_one_by_one() -> None:
    """A caller that stops early has spent nothing on the rest."""
    client, asked = paging(10, 2)
    slots: list[int] = []
    pages = client.contacts(bot_id=1, page=2, before_page=lambda: slots.append(len(asked)))
    assert asked == []
    assert next(pages).contacts[0].id == 3
    assert (asked, slots) == ([2], [0])


def test_all_parameters_of_contacts_are_sent() -> None:
    """Dates as Unix seconds, whichever way they were given."""
    client, asked = answering(httpx.Response(200, json={"data": []}))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert list(client.contacts(bot_id=1, date_from=5, date_to=moment, count=10, page=3)) == []
    assert dict(asked[0].url.params) == {
        "api_token": "very-secret",
        "bot_id": "1",
        "date_from": "5",
        "date_to": "1767225600",
        "count": "10",
        "page": "3",
    }


def test_a_page_that_fails_raises_from_the_iteration() -> None:
    """The pages before it were given already."""
    good = httpx.Response(200, json={"data": [{"id": 1}]})
    client, _ = answering(good, httpx.Response(502))
    pages = client.contacts(bot_id=1)
    assert next(pages).page == 1
    with pytest.raises(WatbotUnavailable):
        next(pages)
