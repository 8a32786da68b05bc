"""An export is whole or not there, holds a page at a time, and does no harm in a spreadsheet."""

import csv
import io
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import httpx
import pytest

from tests.harness.sandbox import SandboxProcess
from workers.export import ATTEMPTS_MAX, COLUMNS, csv_row, export_contacts, write_export
from workers.watbot.client import WatbotClient
from workers.watbot.contact import Contact
from workers.watbot.errors import BadCall, WatbotThrottled, WatbotTokenRefused, WatbotUnavailable


def service(*statuses: int, total: int = 5, per_page: int = 2) -> WatbotClient:
    """A service of `total` contacts whose first calls end in `statuses`."""
    pending = list(statuses)

    def answer(request: httpx.Request) -> httpx.Response:
        status = pending.pop(0) if pending else 200
        if status != 200:
            return httpx.Response(status, headers={"Retry-After": "3"} if status == 429 else {})
        page = int(request.url.params["page"])
        rows = [{"id": i + 1, "name": f"Анна {i + 1}"} for i in range(total)][(page - 1) * per_page : page * per_page]
        meta = {"last_page": -(-total // per_page), "total": total}
        return httpx.Response(200, json={"data": rows, "meta": meta})

    return WatbotClient("https://watbot.example", "very-secret", transport=httpx.MockTransport(answer))


def test_an_export_from_the_sandbox_holds_every_contact(tmp_path: Path) -> None:
    """As CSV with a header and as JSON lines with exact values."""
    with SandboxProcess() as sandbox, WatbotClient(sandbox.url, "very-secret") as client:
        client.create_or_update_contact(
            bot_id=1,
            messenger="whatsapp",
            name="=1+1",
            phone="+79000000001",
            email="a@example.com",
            utm={"source": "vk"},
        )
        client.create_or_update_contact(bot_id=1, messenger="telegram", name="Ян; «Я»\n", telegram_id=500)
        table, lines = tmp_path / "contacts.csv", tmp_path / "contacts.jsonl"
        slots: list[int] = []
        shown: list[tuple[int, int | None]] = []
        for path, form in ((table, "csv"), (lines, "jsonl")):

            def write(out: TextIO, form: Any = form) -> int:
                return export_contacts(
                    client,
                    bot_id=1,
                    form=form,
                    out=out,
                    before_page=lambda: slots.append(1),
                    on_page=lambda done, total: shown.append((done, total)),
                )

            assert write_export(path, write) == 2
    with table.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    exact = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["name"], rows[0]["phone"], rows[0]["utm_source"]) == ("'=1+1", "+79000000001", "vk")
    assert rows[1]["telegram_id"] == "500"
    assert (exact[0]["name"], exact[0]["phone"], exact[0]["utm"]) == ("=1+1", "+79000000001", {"source": "vk"})
    assert exact[0]["tags"] is None  # getContacts does not tell them
    assert datetime.fromisoformat(exact[0]["created_at"]).tzinfo is not None
    assert (slots, shown) == ([1, 1], [(2, 2), (2, 2)])


CELLS = [
    ("=cmd()", "'=cmd()"),
    ("+1", "'+1"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("\nx", "'\nx"),
    ("＝1", "'＝1"),
    ("Анна", "Анна"),
    ("a=b", "a=b"),
    ("'x", "'x"),
    ("", ""),
]


@pytest.mark.parametrize(("value", "cell"), CELLS)
@pytest.mark.parametrize("column", ["email", "name", "address", "telegram_username", "viber_id", "messenger"])
def test_no_cell_is_a_formula(column: str, value: str, cell: str) -> None:
    """In any column of text."""
    given: dict[str, Any] = {column: value}
    row = dict(zip(COLUMNS, csv_row(Contact(id=1, **given)), strict=True))
    assert row[column] == cell


def test_tags_and_utm_are_guarded_too_and_a_phone_keeps_its_plus() -> None:
    """The phone is digits only by then, so it can be no formula."""
    contact = Contact(
        id=41,
        bot_id=1,
        phone="+79000000001",
        utm={"source": "=x"},
        tags=("@a", "b"),
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    row = dict(zip(COLUMNS, csv_row(contact), strict=True))
    assert row["phone"] == "+79000000001"
    assert (row["utm_source"], row["utm_medium"], row["tags"]) == ("'=x", "", "'@a; b")
    assert (row["id"], row["bot_id"], row["created_at"]) == ("41", "1", "2026-01-02T00:00:00+00:00")


def test_an_empty_account_exports_a_header_alone() -> None:
    """And no line of JSON."""
    table, lines = io.StringIO(newline=""), io.StringIO(newline="")
    assert export_contacts(service(total=0), bot_id=1, form="csv", out=table) == 0
    assert export_contacts(service(total=0), bot_id=1, form="jsonl", out=lines) == 0
    assert table.getvalue() == ",".join(COLUMNS) + "\r\n"
    assert lines.getvalue() == ""


def test_each_page_is_written_before_the_next_is_asked() -> None:
    """So no more than a page is held."""
    out = io.StringIO(newline="")
    lines_before_page: list[int] = []
    export_contacts(
        service(),
        bot_id=1,
        form="jsonl",
        out=out,
        before_page=lambda: lines_before_page.append(out.getvalue().count("\n")),
    )
    assert lines_before_page == [0, 2, 4]


@pytest.mark.parametrize(("limit", "written", "pages"), [(1, 1, 1), (2, 2, 1), (3, 3, 2), (5, 5, 3), (9, 5, 3)])
def test_a_limit_ends_the_export_and_spares_the_pages_behind_it(limit: int, written: int, pages: int) -> None:
    """What is shown as the total never exceeds it."""
    out, shown = io.StringIO(newline=""), list[tuple[int, int | None]]()
    done = export_contacts(
        service(), bot_id=1, form="jsonl", out=out, limit=limit, on_page=lambda *page: shown.append(page)
    )
    assert (done, out.getvalue().count("\n")) == (written, written)
    assert len(shown) == pages
    assert shown[-1] == (written, min(limit, 5))


def test_a_limit_below_one_is_our_own_fault() -> None:
    """Nothing is asked."""
    with pytest.raises(BadCall):
        export_contacts(service(), bot_id=1, form="jsonl", out=io.StringIO(), limit=0)


def test_without_patience_the_first_failure_ends_the_export() -> None:
    """The caller decides."""
    with pytest.raises(WatbotUnavailable):
        export_contacts(service(502), bot_id=1, form="csv", out=io.StringIO())


def test_with_patience_a_page_that_fails_is_asked_again_after_a_pause() -> None:
    """Nothing is written twice or left out, and Retry-After is kept to."""
    out, pauses_ms = io.StringIO(newline=""), list[int]()
    client = service(502, 429, 200, 200, 503)
    assert export_contacts(client, bot_id=1, form="jsonl", out=out, pause_ms=pauses_ms.append) == 5
    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == [1, 2, 3, 4, 5]
    assert pauses_ms == [750, 3_000, 750]


@pytest.mark.parametrize(
    ("statuses", "error", "pauses"),
    [([429] * 99, WatbotThrottled, ATTEMPTS_MAX - 1), ([502, 401], WatbotTokenRefused, 1)],
)
def test_patience_ends(statuses: list[int], error: type[Exception], pauses: int) -> None:
    """After so many failures in a row, and at once where waiting does not help."""
    pauses_ms: list[int] = []
    with pytest.raises(error):
        export_contacts(service(*statuses), bot_id=1, form="csv", out=io.StringIO(), pause_ms=pauses_ms.append)
    assert len(pauses_ms) == pauses


def half_then(failure: BaseException) -> Callable[[TextIO], int]:
    def write(out: TextIO) -> int:
        out.write("half of it")
        out.flush()
        raise failure

    return write


@pytest.mark.parametrize("failure", [WatbotUnavailable("cut"), KeyboardInterrupt(), OSError("disk full")])
def test_an_interrupted_export_leaves_nothing_behind(tmp_path: Path, failure: BaseException) -> None:
    """Neither under the final name nor beside it; an older export stays."""
    path = tmp_path / "contacts.csv"
    path.write_text("older")
    with pytest.raises(type(failure)):
        write_export(path, half_then(failure))
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    """Meanwhile it lies beside, in the same folder."""
    path = tmp_path / "contacts.csv"
    seen: list[bool] = []

    def write(out: TextIO) -> int:
        seen.append(path.exists())
        seen.append(len(list(tmp_path.iterdir())) == 1)
        out.write("строка\r\n")
        return 7

    assert write_export(path, write) == 7
    assert seen == [False, True]
    assert path.read_bytes() == "строка\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_for_excel_the_file_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Without it Excel misreads Cyrillic."""
    path = tmp_path / "contacts.csv"
    write_export(path, lambda out: out.write("строка"), for_excel=True)
    assert path.read_bytes() == b"\xef\xbb\xbf" + "строка".encode()


def test_a_link_is_written_through(tmp_path: Path) -> None:
    """It keeps pointing to the file."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "contacts.csv"
    link.symlink_to(tmp_path / "real" / "contacts.csv")
    write_export(link, lambda out: out.write("x"))
    assert link.is_symlink()
    assert (tmp_path / "real" / "contacts.csv").read_text() == "x"


def test_a_missing_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    """Which the command line words."""
    with pytest.raises(FileNotFoundError):
        write_export(tmp_path / "none" / "contacts.csv", lambda out: out.write("x"))
