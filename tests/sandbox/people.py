"""Invented people, as createOrUpdateContact takes them."""

from __future__ import annotations

from typing import Any

ANNA: dict[str, Any] = {"bot_id": 1, "messenger": "whatsapp", "name": "Анна", "phone": "+79000000001"}
BORIS: dict[str, Any] = {"bot_id": 1, "messenger": "telegram", "name": "Борис", "telegram_id": 700001}
VERA: dict[str, Any] = {"bot_id": 1, "messenger": "viber", "name": "Вера", "viber_id": "abc=="}
GLEB: dict[str, Any] = {"bot_id": 2, "messenger": "vk", "name": "Глеб", "vk_id": 500001}
