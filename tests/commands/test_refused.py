"""`refused`: who was refused, why, and what to do."""

from __future__ import annotations

import json
import time
from pathlib import Path

import msgspec
import redis

from processor.domain.refusal import NOBODY
from processor.store.keys import DAY_MS
from processor.store.refused import Counted
from tests.commands.running import Ran, run
from tests.harness.store import StoreProcess
from tests.harness.stored import REFUSAL, refuse

NOW_MS = time.time_ns() // 1_000_000
TODAY = NOW_MS // DAY_MS


def _remembered(process: StoreProcess) -> None:
    one = msgspec.structs.replace(
        REFUSAL,
        preset="generic",
        method="POST",
        size_bytes=512,
        times=4,
        first_ms=NOW_MS - 60_000,
        last_ms=NOW_MS,
        agent="Hook/1",
        headers=("host", "x-key"),
        hint_ru="Верный ключ пришёл, но не туда.",
        hint_en="The right key did come, but to the wrong place.",
    )
    stranger = msgspec.structs.replace(
        REFUSAL, source=NOBODY, code="unknown_source", asked="shpo", first_ms=NOW_MS - 9, last_ms=NOW_MS - 9, client=""
    )
    counts = {
        Counted(TODAY, "shop", "token_missing"): 4,
        Counted(TODAY - 20, "shop", "token_missing"): 7,
        Counted(TODAY, NOBODY, "unknown_source"): 1,
    }
    refuse(process.settings, counts, [one, stranger])


def _refused(process: StoreProcess, folder: Path, *arguments: str, **environ: str) -> Ran:
    return run(folder, "refused", *arguments, DATA_DIR=str(process.folder), **environ)


def test_refusals_are_told_with_cause_and_what_to_do(
    store_process: StoreProcess, store: redis.Redis, tmp_path: Path
) -> None:
    _remembered(store_process)
    shown = _refused(store_process, tmp_path)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0] == "Refused by day (UTC)"
    assert [line.split("  ")[2:] for line in lines[1:3]] == [["?", "unknown_source: 1"], ["shop", "token_missing: 4"]]
    assert ": 7" not in shown.out, "of days long past programs are told"
    for part in (
        "shop (generic)  token_missing  203.0.113.7  POST, 512 B  ×4 since ",
        "    No key.",
        "    besides: The right key did come",
        "    → add the key in the sender's settings",
        "    headers: host, x-key",
        "    user-agent: Hook/1",
        "? /hooks/shpo  unknown_source  —",
    ):
        assert part in shown.out
    russian = _refused(store_process, tmp_path, LANGUAGE="ru").out
    for part in ("Отказано по дням", "Нет ключа.", "к тому же: Верный ключ", "→ добавьте ключ", "×4 с "):
        assert part in russian


def test_refusals_are_told_to_programs_and_by_source(
    store_process: StoreProcess, store: redis.Redis, tmp_path: Path
) -> None:
    _remembered(store_process)
    whole = json.loads(_refused(store_process, tmp_path, "--json").out)
    assert [row["refused"] for row in whole["days"]] == [1, 4, 7]
    assert [row["source"] for row in whole["last"]] == ["shop", "?"]
    assert whole["last"][0]["why"] == {"ru": "Нет ключа.", "en": "No key."}
    assert set(whole["last"][0]["todo"]) == {"ru", "en"}
    assert (whole["last"][0]["times"], whole["last"][1]["asked"]) == (4, "shpo")
    one = json.loads(_refused(store_process, tmp_path, "--json", "--limit", "1").out)
    assert len(one["last"]) == 1
    own = json.loads(_refused(store_process, tmp_path, "--json", "--source", "?").out)
    assert ([row["source"] for row in own["last"]], len(own["days"])) == (["?"], 1)
    assert _refused(store_process, tmp_path, "--source", "shp").out.strip() == "nothing was refused: shop?"


def test_nothing_refused_is_said(store_process: StoreProcess, store: redis.Redis, tmp_path: Path) -> None:
    assert _refused(store_process, tmp_path).out.strip() == "nothing was refused"
    assert json.loads(_refused(store_process, tmp_path, "--json").out) == {"days": [], "last": []}
