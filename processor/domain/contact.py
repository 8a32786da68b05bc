"""Who a wish is about: a contact = bot + messenger + that messenger's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Messenger = Literal["whatsapp", "telegram", "vk", "viber"]
MESSENGERS: tuple[Messenger, ...] = ("whatsapp", "telegram", "vk", "viber")


@dataclass(frozen=True, slots=True)
class ContactId:
    """`id` is the messenger's own: the phone in E.164 for whatsapp, else telegram_id, vk_id or viber_id as text."""

    bot: int
    messenger: Messenger
    id: str

    @property
    def key(self) -> str:
        """The contact's name in the store, such as `1:whatsapp:+79000000001`."""
        return f"{self.bot}:{self.messenger}:{self.id}"

    @classmethod
    def from_key(cls, key: str) -> ContactId:
        """The reverse of `key`. Raises ValueError for anything else."""
        bot, messenger, own_id = key.split(":", 2)
        for known in MESSENGERS:
            if messenger == known:
                return cls(int(bot), known, own_id)
        raise ValueError(f"not a contact key: unknown messenger {messenger!r}")
