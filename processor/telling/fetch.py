"""What came of asking a sender's API, in a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from processor.text import Text

FETCHING = ("thin", "fetched", "fetch_failed", "not_fetched")
KINDS: Mapping[str, Text] = {
    "lead": Text("лид", "lead"),
    "deal": Text("сделка", "deal"),
    "contact": Text("контакт", "contact"),
    "order": Text("заказ", "order"),
    "customer": Text("покупатель", "customer"),
    "cart": Text("корзина", "cart"),
}
REASONS: Mapping[str, Text] = {
    "busy": Text("API отправителя просит подождать", "the sender's API asks to wait"),
    "server": Text("ошибка на стороне отправителя", "an error on the sender's side"),
    "timeout": Text("API отправителя не ответил вовремя", "the sender's API did not answer in time"),
    "connect": Text("не удалось соединиться с API отправителя", "could not connect to the sender's API"),
    "nonsense": Text(
        "ответ API отправителя непонятен: проверьте api.url", "the sender's API answered oddly: check api.url"
    ),
    "redirect": Text(
        "API отправителя направляет на другой адрес: укажите его в api.url",
        "the sender's API redirects: put the final address into api.url",
    ),
    "refused": Text(
        "API отправителя отказал: токен или его права не подходят",
        "the sender's API refused: the token or its rights will not do",
    ),
    "rejected": Text("API отправителя не принял запрос", "the sender's API did not accept the request"),
    "no_address": Text(
        "неизвестно, где спрашивать: в api не хватает url или token", "nowhere to ask: api lacks its url or token"
    ),
    "no_api": Text("у источника больше нет api", "the source has no api any more"),
    "resting": Text("API отправителя не отвечает слишком долго", "the sender's API has been silent for too long"),
    "tried_enough": Text("попыток было достаточно", "it was tried often enough"),
    "crashed": Text("запрос упал", "the request crashed"),
}


def tell_fetching(entry: Mapping[str, Any]) -> Text:
    """One entry of a story whose `what` is one of FETCHING."""
    match entry["what"]:
        case "thin":
            wants = wanted(entry["wants"])
            return Text(f"спрашиваем у отправителя: {wants.ru}", f"the sender is asked for: {wants.en}")
        case "fetched":
            found, absent = wanted(entry["documents"]), wanted(entry["absent"])
            said = Text(f"отправитель рассказал: {found.ru}", f"the sender told: {found.en}")
            if not entry["absent"]:
                return said
            unknown = Text(f"отправитель не знает: {absent.ru}", f"not known to the sender: {absent.en}")
            return _joined("; ", said, unknown) if entry["documents"] else unknown
        case "fetch_failed":
            again = entry["again_ms"] / 1000
            later = Text(f"спросим снова через {again:g} с", f"asked again in {again:g} s")
            return _joined("; ", _reason(entry), later)
        case _:
            thin = Text("событие осталось неполным", "the event stays thin")
            return _joined("; ", _reason(entry), thin)


def wanted(keys: Iterable[str]) -> Text:
    """`lead:7` as "lead 7"."""
    named = [(KINDS.get(kind, Text(kind, kind)), id) for kind, _, id in (key.partition(":") for key in keys)]
    return Text(", ".join(f"{kind.ru} {id}" for kind, id in named), ", ".join(f"{kind.en} {id}" for kind, id in named))


def _reason(entry: Mapping[str, Any]) -> Text:
    name = entry["reason"]
    said = REASONS.get(name, Text(name, name))
    status = f" (HTTP {entry['status']})" if "status" in entry else ""
    return Text(said.ru + status, said.en + status)


def _joined(sign: str, one: Text, other: Text) -> Text:
    return Text(one.ru + sign + other.ru, one.en + sign + other.en)
