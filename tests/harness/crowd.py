"""People who are in Watbot before us: a state file for the sandbox."""

from __future__ import annotations

import json
from pathlib import Path

CREATED_S = 1_700_000_000


def phone_of(number: int) -> str:
    """The phone (E.164) of the contact with this number."""
    return f"+7901{number:07}"


def write_crowd(path: Path, count: int) -> Path:
    """Write a state with `count` contacts of bot 1, numbered from 1; each third has UTM, each fourth an e-mail."""
    rows = [
        {
            "id": number,
            "bot_id": 1,
            "messenger": "whatsapp",
            "name": f"Имя {number}",
            "phone": phone_of(number).removeprefix("+"),
            "created_s": CREATED_S + number,
            "utm": {"utm_source": "yandex"} if number % 3 == 0 else {},
            "email": f"a{number}@example.com" if number % 4 == 0 else None,
        }
        for number in range(1, count + 1)
    ]
    path.write_text(json.dumps({"version": 1, "contacts": rows}), "utf-8")
    return path
