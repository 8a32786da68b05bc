"""Every error has one verdict, and every field one element."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workers.watbot.client  # noqa: F401 - so that every subclass of the error tree exists
from processor.domain.call import Call, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.errors import NotFound, StoreError, StoreFull, StoreUnavailable
from processor.text import Text
from workers.verdict import (
    RETRY_FIRST_MS,
    RETRY_MAX_MS,
    STOP_MS,
    TABLE,
    WAIT_MAX_MS,
    WAIT_MIN_MS,
    Done,
    Learn,
    Refuse,
    Retry,
    Stop,
    Verdict,
    Wait,
    elements_of,
    growing_ms,
    verdict,
)
from workers.watbot.errors import (
    BadCall,
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)

TEXT = Text(ru="сбой", en="fault")
CASES: list[tuple[Exception | None, Verdict]] = [
    (None, Done()),
    (WatbotThrottled(7_000), Wait(7_000, "throttled")),
    (WatbotThrottled(0), Wait(WAIT_MIN_MS, "throttled")),
    (WatbotThrottled(), Wait(1_000, "throttled")),
    (WatbotUnavailable("timeout"), Retry(1_000, "unavailable_timeout")),
    (WatbotUnavailable("server", status=503, retry_after_ms=9_000), Retry(9_000, "unavailable_server")),
    (WatbotUnavailable("server", status=503, retry_after_ms=10), Retry(1_000, "unavailable_server")),
    (WatbotNonsense("html"), Retry(1_000, "nonsense_html")),
    (WatbotTokenRefused(401), Stop("token_refused", STOP_MS)),
    (WatbotRefused(422, fields={"name": ("?",), "tags.0": ("?",)}), Refuse("refused", ("name", "tags.0"))),
    (WatbotRefused(413, fields={}), Refuse("refused", ())),
    (WatbotContactUnknown(422), Learn("contact_unknown")),
    (BadCall("phone", TEXT), Refuse("bad_call", ("phone",))),
    (StoreUnavailable(TEXT), Retry(1_000, "store")),
    (StoreFull(TEXT), Retry(1_000, "store")),
    (NotFound(TEXT), Retry(1_000, "unexpected")),
    (WatbotError(TEXT), Retry(1_000, "unexpected")),
    (ValueError("a bug of ours"), Retry(1_000, "unexpected")),
    (httpx.ReadTimeout("it should have been translated"), Retry(1_000, "unexpected")),
]


@pytest.mark.parametrize(("error", "expected"), CASES, ids=[type(case[0]).__name__ for case in CASES])
def test_each_error_has_its_verdict(error: Exception | None, expected: Verdict) -> None:
    """With the whole of the jitter, after the first failure."""
    assert verdict(error, 1, 1.0) == expected


def descendants(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from descendants(child)


def test_every_class_of_our_errors_about_watbot_has_a_row_of_its_own() -> None:
    """A new class without a verdict fails here."""
    assert set(descendants(WatbotError)) <= set(TABLE)


OTHERS = sorted(
    (
        kind
        for kind in set(descendants(Exception)) - set(descendants(WatbotError))
        if kind.__module__.split(".")[0] in {"builtins", "processor", "httpx", "redis", "msgspec"}
        and not issubclass(kind, ExceptionGroup)
    ),
    key=lambda kind: (kind.__module__, kind.__name__),
)


@pytest.mark.parametrize("kind", OTHERS)
def test_any_other_exception_is_tried_again(kind: type[Exception]) -> None:
    """Even one that lacks its own attributes; none is taken for a success."""
    decided = verdict(kind.__new__(kind), 1, 0.0)
    assert isinstance(decided, Retry)
    assert decided.reason == ("store" if issubclass(kind, StoreError) else "unexpected")


def test_delays_double_up_to_ten_minutes() -> None:
    """The first is a second."""
    delays_ms = [growing_ms(attempts, 1.0) for attempts in range(1, 13)]
    assert delays_ms[:4] == [1_000, 2_000, 4_000, 8_000]
    assert delays_ms[-2:] == [RETRY_MAX_MS, RETRY_MAX_MS] == [600_000, 600_000]
    assert delays_ms == sorted(delays_ms)


@given(st.integers(), st.floats())
def test_a_delay_is_bounded_whatever_it_is_made_of(attempts: int, jitter: float) -> None:
    """Half of the first at least, ten minutes at most."""
    assert RETRY_FIRST_MS / 2 <= growing_ms(attempts, jitter) <= RETRY_MAX_MS


def test_a_throttle_that_names_no_time_never_stops_the_account_for_long() -> None:
    """The limit is counted over a minute."""
    assert verdict(WatbotThrottled(), 50, 1.0) == Wait(WAIT_MAX_MS, "throttled")


ANNA = ContactId(1, "whatsapp", "+79000000001")
UPSERT = Upsert(contact=ANNA, name="Анна", tags=("VIP", "Новый"))
TELEGRAM = Upsert(contact=ContactId(1, "telegram", "500"), name="Анна")
ELEMENTS: list[tuple[tuple[str, ...], Call | Any, tuple[str, ...]]] = [
    (("name", "email", "address"), None, ("field:name", "field:email", "field:address")),
    (("telegram_username",), None, ("field:telegram_username",)),
    (("phone",), None, ("field:phone",)),
    (("phone",), "telegram", ("field:phone",)),
    (("phone",), "whatsapp", ("identity",)),
    (("phone",), UPSERT, ("identity",)),
    (("phone",), TELEGRAM, ("field:phone",)),
    (("telegram_id", "vk_id", "viber_id", "bot_id", "messenger", "contact_id"), None, ("identity",)),
    (("tags", "tags.3"), None, ("tags",)),
    (("tags.1",), UPSERT, ("tag:Новый",)),
    (("tags.1.name",), UPSERT, ("tag:Новый",)),
    (("tags",), UPSERT, ("tag:VIP", "tag:Новый")),
    (("tags.9",), UPSERT, ("tag:VIP", "tag:Новый")),
    (("tags.0",), TELEGRAM, ("tags",)),
    (("utm", "utm.source", "utm_source", "utm.utm_term"), UPSERT, ("utm",)),
    (("status",), SetStatus(watbot_id=1, status="x"), ("status",)),
    (("name", "value"), SetVariable(watbot_id=1, name="utm_source", value="x"), ("utm",)),
    (("name", "value"), SetVariable(watbot_id=1, name="Город", value="x"), ("variable:Город",)),
    (("name",), DetachTag(watbot_id=1, name="VIP"), ("tag:VIP",)),
    (("Email", "EMAIL"), None, ("field:email",)),
    (("something_new",), UPSERT, ("call",)),
    ((), UPSERT, ("call",)),
]


@pytest.mark.parametrize(("fields", "about", "expected"), ELEMENTS)
def test_a_refused_field_is_laid_on_its_element(fields: tuple[str, ...], about: Any, expected: tuple[str, ...]) -> None:
    """Exactly, when it is known what the call was about."""
    assert elements_of(fields, about) == expected
