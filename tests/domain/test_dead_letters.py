"""What is said of dead letters, what a person may put in their place, and what retrying them costs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from processor.domain.advice import ADVICE, advice_for
from processor.domain.contact import ContactId
from processor.domain.edit import Edit, edit_of
from processor.domain.known import Account, Known
from processor.domain.policy import Policy
from processor.domain.price import calls_more, calls_needed
from processor.domain.wish import Wish
from processor.errors import StoreUnavailable
from processor.rate import duration_ms, parse_rate
from processor.text import Text
from workers.verdict import Learn, Refuse, Retry, verdict
from workers.watbot.errors import (
    BadCall,
    NonsenseKind,
    UnavailableKind,
    WatbotContactUnknown,
    WatbotNonsense,
    WatbotRefused,
    WatbotUnavailable,
)

ROOT = Path(__file__).parents[2]
ANNA = ContactId(1, "whatsapp", "+79000000001")
ERRORS = [
    *(WatbotUnavailable(kind) for kind in get_args(UnavailableKind)),
    *(WatbotNonsense(kind) for kind in get_args(NonsenseKind)),
    WatbotRefused(422, fields={}),
    WatbotContactUnknown(404),
    BadCall("phone", Text("", "")),
    StoreUnavailable(Text("", "")),
    KeyError("anything"),
]
KNOWN = Known(watbot_id=7, fields={"name": "Анна"}, tags=("a",), seen_ms=1_000)


def _wish(element: str, value: Any) -> Wish:
    return Wish(element=element, value=value, stamp="1", event="e", rule="r")


def _wanted(**values: Any) -> dict[str, Wish]:
    return {element: _wish(element, value) for element, value in values.items()}


def _written_reasons() -> Iterator[str]:
    """Reasons that the code gives by itself: `Failure("…")`, `(wish, "…")` and Lua's `reason = '…'`."""
    for path in (ROOT / "workers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and ast.unparse(node.func) == "Failure"
            paired = isinstance(node, ast.Tuple) and len(node.elts) == 2 and ast.unparse(node.elts[0]) == "wish"
            parts: list[ast.expr] = node.args if named else node.elts[1:] if paired else []  # type: ignore[attr-defined]
            yield from (p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
    sweep = (ROOT / "processor/store/scripts/sweep.lua").read_text("utf-8")
    yield from (part.partition("'")[0] for part in sweep.split("reason = '")[1:])


def test_every_reason_the_code_can_give_has_advice_in_both_languages() -> None:
    judged = [verdict(error, 1, 0.5) for error in ERRORS]
    reasons = {one.reason for one in judged if isinstance(one, Refuse | Retry | Learn)} | set(_written_reasons())
    assert {"refused", "kills_its_holder", "utm_not_kept", "without_call", "nonsense_html"} <= reasons
    assert reasons <= set(ADVICE), reasons - set(ADVICE)
    for advice in ADVICE.values():
        for text in (advice.why, advice.todo):
            assert text.ru
            assert text.en
    assert set(ADVICE) <= reasons, "no advice for what never happens"


def test_an_unknown_reason_is_told_by_its_name() -> None:
    assert advice_for("of_another_version").why.en == "of_another_version"


@pytest.mark.parametrize(
    ("element", "text", "edit"),
    [
        ("status", " Новый ", Edit("status", "status", "Новый")),
        ("field:email", "anna@example.com", Edit("field:email", "field:email", "anna@example.com")),
        ("field:phone", "8 (900) 000-00-01", Edit("field:phone", "field:phone", "+79000000001")),
        ("tag:Плохой", "Хороший", Edit("tag:Плохой", "tag:Хороший", "Хороший")),
        ("variable:Сумма", "", Edit("variable:Сумма", "variable:Сумма", "")),
        ("utm:last", "utm_source=vk&medium=cpc", Edit("utm:last", "utm:last", {"source": "vk", "medium": "cpc"})),
    ],
)
def test_a_new_value_is_read_as_a_rule_would_write_it(element: str, text: str, edit: Edit) -> None:
    assert edit_of(element, text) == edit


@pytest.mark.parametrize(
    ("element", "text", "said"),
    [
        ("status", "я" * 65, "65 characters, at most 64"),
        ("status:0001:0001", "я" * 65, "at most 64"),
        ("tag:a", "я" * 256, "at most 255"),
        ("tag:a", "a", "the same value"),
        ("variable:a", "я" * 4097, "at most 4096"),
        ("field:phone", "нет", "is not a phone"),
        ("field:email", "я" * 256, "longer than"),
        ("field:colour", "red", "no field colour"),
        ("status", "  ", "empty"),
        ("utm:last", "vk", "expected: utm_source"),
        ("utm:last", "utm_sorce=vk", "did you mean utm_source?"),
    ],
)
def test_a_new_value_keeps_to_the_limits_of_rules(element: str, text: str, said: str) -> None:
    found = edit_of(element, text)
    assert isinstance(found, Text)
    assert said in found.en
    assert found.ru


@pytest.mark.parametrize(
    ("account", "known", "wanted", "calls"),
    [
        (Account(), Known(), {}, 0),
        (Account(), Known(), {"field:name": "Анна", "tag:a": True, "status": "Новый"}, 3),
        (Account(tags="add"), Known(), {"field:name": "Анна", "tag:a": True, "status": "Новый"}, 2),
        (Account(), KNOWN, {"field:name": "Анна", "tag:a": True}, 0),
        (Account(), KNOWN, {"field:email": "a@example.com"}, 1),
        (Account(), KNOWN, {"status": "Новый", "variable:Сумма": "5"}, 2),
        (Account(utm="ignored"), KNOWN, {"utm:last": {"source": "vk", "medium": "cpc"}}, 2),
    ],
)
def test_a_price_is_the_number_of_calls_that_the_difference_makes(
    account: Account, known: Known, wanted: dict[str, Any], calls: int
) -> None:
    assert calls_needed(ANNA, _wanted(**wanted), known, account, Policy(), now_ms=1_001) == calls


def test_what_waits_anyway_is_no_part_of_the_price() -> None:
    waiting, again = _wanted(**{"field:email": "a@example.com"}), [_wish("field:address", "Казань")]
    assert calls_more(ANNA, waiting, again, KNOWN, Account(), Policy(), now_ms=1_001) == 0
    assert calls_more(ANNA, {}, again, KNOWN, Account(), Policy(), now_ms=1_001) == 1


def test_the_slowest_limit_says_how_long_calls_take() -> None:
    assert duration_ms(120, parse_rate("2/s,120/m")) == 60_000
    assert duration_ms(120, parse_rate("2/s,60/m")) == 120_000
    assert duration_ms(0, parse_rate("2/s")) == 0
