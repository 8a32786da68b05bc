"""`queue`: the line beside a running `up`; what was set aside is listed, priced, retried and given up."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands.running import Ran, command, environ_of, run
from tests.harness.deliveries import woo_headers, woo_order
from tests.harness.line import Line

RULES = """\
version: 1
bot: 1
tags_as: add
sources:
  shop: {preset: woocommerce, secret: "${SHOP_SECRET:-demo-shop-secret}"}
rules:
  - name: Заказ
    when: {event: order.created}
    then: {tags: [Покупатель], status: Новый}
"""
REFUSAL = '{"message":"The given data was invalid.","errors":{"email":["Неверный адрес."]}}'
PHONES = ("79000000401", "79000000402", "79000000403")


def _order(line: Line, phone: str, number: int, *, refused: bool = True) -> None:
    """An order whose e-mail Watbot refuses."""
    if refused:
        fault = {"status": 422, "body": REFUSAL, "path": "createOrUpdateContact"}
        httpx.post(f"{line.sandbox}/_sandbox/faults", json=fault).raise_for_status()
    body = woo_order(number=number, phone=f"+{phone}", email=f"anna{number}@example.com")
    headers = woo_headers(body, "demo-shop-secret")
    httpx.post(f"{line.url}/hooks/shop", content=body, headers=headers).raise_for_status()
    line.wait_until_quiet()


@pytest.fixture
def line() -> Iterator[Line]:
    """A running `up` with three refused e-mails."""
    with Line(rules=RULES) as running:
        for number, phone in enumerate(PHONES, 1):
            _order(running, phone, number)
        yield running


def _beside(line: Line, *arguments: str, **environ: str) -> Ran:
    return run(line.folder, *arguments, **{"DATA_DIR": str(line.folder / "data"), **environ})


def _letters(line: Line, *filters: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(_beside(line, "queue", "dead", "--json", *filters).out)
    return found


def _asked(line: Line, answer: str, *arguments: str) -> tuple[int, str]:
    """The command on a terminal, where a person answers its question: exit code and all that was shown."""
    ours, theirs = pty.openpty()
    environ = environ_of({"DATA_DIR": str(line.folder / "data")})
    process = subprocess.Popen(
        command(*arguments),
        cwd=line.folder,
        env=environ,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    shown, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, shown.decode()


def test_the_queue_and_its_dead_letters_are_shown_priced_retried_and_given_up(line: Line) -> None:
    whole = json.loads(_beside(line, "queue", "--json").out)
    assert (whole["contacts"], whole["calls"], whole["parked"], whole["refused"]) == (0, 0, 0, 3)
    assert whole["resting_until_ms"] is None
    assert whole["spent"]["allowed"] == 120
    assert 0 < whole["spent"]["calls"] <= 120
    shown = _beside(line, "queue").out
    assert "refused values: 3" in shown
    assert "working" in shown
    assert "calls needed: 0, 0 s" in shown
    assert "вызовов нужно: 0" in _beside(line, "queue", LANGUAGE="ru").out
    assert httpx.get(f"{line.url}/readyz").json()["checks"]["line"]["dead"] == 3

    letters = _letters(line)
    assert [letter["contact"] for letter in letters] == [f"1:whatsapp:+{phone}" for phone in reversed(PHONES)]
    assert {letter["element"] for letter in letters} == {"field:email"}
    assert len(_letters(line, "--limit", "1")) == 1
    assert _letters(line, "--reason", "nonsense") == []
    shown = _beside(line, "queue", "dead", f"1:whatsapp:+{PHONES[0]}").out
    for part in ("field:email = anna1@example.com  ← Заказ", "Неверный адрес.", "→ mend the value"):
        assert part in shown

    _nothing_happens_unasked(line)
    _one_is_mended(line)
    _one_is_given_up(line)
    _the_rest_is_retried(line)


def _nothing_happens_unasked(line: Line) -> None:
    ran = _beside(line, "queue", "retry", "--all")
    assert ran.code == 2
    assert "add --yes" in ran.err
    assert "Price in calls: 3, 2 s" in ran.out
    assert "The line now, in calls: 0, 0 s" in ran.out
    code, shown = _asked(line, "n\n", "queue", "retry", "--all")
    assert code == 1
    assert "Retry?" in shown
    assert len(_letters(line)) == 3


def _one_is_mended(line: Line) -> None:
    contact = f"1:whatsapp:+{PHONES[0]}"
    mend = ("queue", "retry", contact, "--element", "field:email", "--value", "mended@example.com")
    code, shown = _asked(line, "y\n", *mend)
    assert code == 0, shown
    assert "Price in calls: 1, 1 s" in shown
    assert "in line again: 1" in shown
    line.wait_until_quiet()
    assert line.contacts()[PHONES[0]]["email"] == "mended@example.com"
    event = next(row for row in line.events() if row["contact"] == contact)
    assert event["state"] == "done"
    story = _beside(line, "events", "show", str(event["id"])).out
    assert "was anna1@example.com, is mended@example.com" in story
    assert "retried by" in story


def _one_is_given_up(line: Line) -> None:
    contact = f"1:whatsapp:+{PHONES[1]}"
    ran = _beside(line, "queue", "drop", contact, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "changes given up: 1" in ran.out
    event = next(row for row in line.events() if row["contact"] == contact)
    assert event["state"] == "refused"
    assert "given up" in _beside(line, "events", "show", str(event["id"])).out
    again = _beside(line, "queue", "drop", contact, "--yes")
    assert again.code == 1
    assert "nothing was set aside" in again.err


def _the_rest_is_retried(line: Line) -> None:
    ran = _beside(line, "queue", "retry", "--reason", "refused", "--yes")
    assert ran.code == 0, ran.err
    line.wait_until_quiet()
    assert line.contacts()[PHONES[2]]["email"] == "anna3@example.com"
    assert _letters(line) == []
    ran = _beside(line, "queue", "retry", "--all", "--yes")
    assert (ran.code, ran.out.strip()) == (0, "nothing was set aside")
    assert _beside(line, "queue", "dead").out.strip() == "nothing was set aside"


def test_wrong_use_is_told_before_anything_is_asked_of_the_store(tmp_path: Path) -> None:
    wrong = {
        ("retry",): "--all",
        ("retry", "someone", "--all"): "--all",
        ("drop",): "--all",
        ("retry", "--value", "x", "--reason", "refused"): "--element",
        ("retry", "someone", "--element", "status", "--value", "x" * 65): "at most 64",
    }
    for arguments, said in wrong.items():
        ran = run(tmp_path, "queue", *arguments)
        assert ran.code == 2, arguments
        assert said in ran.err
        assert "Traceback" not in ran.err
    assert run(tmp_path, "queue").code == 1
    assert "cannot be reached" in run(tmp_path, "queue").err


def test_the_calls_of_a_day_are_told_by_rule(line: Line) -> None:
    (today,) = json.loads(_beside(line, "queue", "counts", "--days", "1", "--json").out)
    assert today["rules"] == {"Заказ": {"asked": 6, "made": 9, "already_so": 0, "merged": 0}}, (
        "three upserts were refused"
    )
    assert today["outcomes"] == {"ok": 7, "answered": 3}, "and the first sync read a page"
    shown = _beside(line, "queue", "counts", LANGUAGE="en").out
    assert "Заказ" in shown
    assert "calls today: 10 of the 172800 that a day allows" in shown
