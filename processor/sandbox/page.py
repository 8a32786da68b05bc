"""The page at `/`: what this is, and the contacts that arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

from processor.sandbox.contact import IDENTIFIED_BY, Contact

ROWS_MAX = 200

# The page is refreshed by itself and may load, run and send nothing.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_PAGE = """<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Песочница Watbot</title>
<style>body{{font:15px/1.45 system-ui,sans-serif;margin:2rem;max-width:75rem}}h1{{color:#a40}}
table{{border-collapse:collapse;width:100%}}th,td{{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}}th{{background:#f3f3f3}}</style></head><body>
<h1>Песочница, а не Watbot</h1>
<p>Эта программа отвечает так, как описан API Watbot, но никому ничего не отправляет. Сюда попадают контакты, пока
не задан ключ настоящего Watbot. Адрес API: <code>{api}</code></p>
<p lang="en">A sandbox, not Watbot: it answers as Watbot's API is described and sends nothing to anybody.</p>
<h2>Контакты: {count}</h2>
{table}
</body></html>
"""
_COLUMNS = ("№", "Бот", "Контакт", "Имя", "Метки", "UTM", "Переменные", "Статус")


def page(contacts: Sequence[Contact], api: str) -> str:
    """The whole page: the newest ROWS_MAX contacts first; `api` is the address of the API."""
    return _PAGE.format(api=escape(api), count=len(contacts), table=_table(contacts))


def _table(contacts: Sequence[Contact]) -> str:
    if not contacts:
        return "<p>Пока ни одного. Отправьте вебхук, и контакт появится здесь.</p>"
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    rows = "\n".join(_row(contact) for contact in islice(reversed(contacts), ROWS_MAX))
    more = f"<p>Показаны последние {ROWS_MAX}.</p>" if len(contacts) > ROWS_MAX else ""
    return f"<table><tr>{head}</tr>\n{rows}</table>{more}"


def _row(contact: Contact) -> str:
    known = f"{contact.messenger}: {getattr(contact, IDENTIFIED_BY[contact.messenger])}"
    utm = _lines(f"{key}={value}" for key, value in contact.utm.items())
    variables = _lines(f"{variable.name}: {variable.value}" for variable in contact.variables)
    cells = [str(contact.id), str(contact.bot_id), known, contact.name, _lines(contact.tags), utm, variables]
    shown = (escape(cell).replace("\n", "<br>") for cell in [*cells, contact.status or ""])
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in shown) + "</tr>"


def _lines(items: Iterable[str]) -> str:
    return "\n".join(items)
