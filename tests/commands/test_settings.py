"""`settings`: every setting and its value, secrets masked; all that is wrong at once."""

from __future__ import annotations

import json
from pathlib import Path

from processor.settings import NAMES
from tests.commands.running import run

TOKEN = "very-distinct-token-9000"
PASSWORD = "very-distinct-password-9001"


def test_every_setting_is_listed_and_secrets_are_masked(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"WATBOT_API_TOKEN={TOKEN}\nPORT=9123\n", "utf-8")
    url = f"redis://user:{PASSWORD}@127.0.0.1/0"
    ran = run(tmp_path, "settings", "--json", REDIS_URL=url, WATBOT_RATE="1/s", TRUSTED_PROXIES="loopback,10.0.0.0/8")
    rows = {row["name"]: row for row in json.loads(ran.out)}
    assert set(rows) == set(NAMES)
    assert (rows["WATBOT_API_TOKEN"]["value"], rows["REDIS_URL"]["value"]) == ("***", "***")
    assert (rows["PORT"]["value"], rows["PORT"]["default"]) == ("9123", "8000")
    assert rows["WATBOT_RATE"]["value"] == "1/s"
    assert (rows["TRUSTED_PROXIES"]["value"], rows["TRUSTED_PROXIES"]["default"]) == ("loopback, 10.0.0.0/8", "")
    assert all(row["about"] for row in rows.values())
    for shown in (ran.out, run(tmp_path, "settings", REDIS_URL=url).out):
        assert TOKEN not in shown
        assert PASSWORD not in shown


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WATBOT_TOKN=x\nWATBOT_API_TOKE=y\nSHOP_SECRET=fine\n", "utf-8")
    ran = run(
        tmp_path,
        "settings",
        PORT="eighty",
        WATBOT_RATE="fast",
        REDIS_URL=f"http://{PASSWORD}",
        TRUSTED_PROXIES="10.0.0.7/8",
    )
    assert ran.code == 1
    for name in ("PORT", "WATBOT_RATE", "REDIS_URL", "10.0.0.7/8: 10.0.0.7 | 10.0.0.0/8", "WATBOT_API_TOKE"):
        assert name in ran.err
    assert "SHOP_SECRET" not in ran.err
    assert PASSWORD not in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_the_language_of_faults_is_the_language_wanted(tmp_path: Path) -> None:
    assert "не подходит" in run(tmp_path, "settings", PORT="0", LANGUAGE="ru").err
    assert "is not valid" in run(tmp_path, "settings", PORT="0", LANGUAGE="en").err
