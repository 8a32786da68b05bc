"""A page of a list in the shape of Laravel's paginator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def page_of(rows: Sequence[Any], page: int, per_page: int, path: str) -> dict[str, Any]:
    """The rows of one page with `links` and `meta`; `path` is the address without a query, so links hold no token."""
    last = max(1, -(-len(rows) // per_page))
    start = (page - 1) * per_page
    shown = list(rows[start : start + per_page])

    def link(number: int) -> str | None:
        return f"{path}?page={number}" if 1 <= number <= last else None

    return {
        "data": shown,
        "links": {"first": link(1), "last": link(last), "prev": link(page - 1), "next": link(page + 1)},
        "meta": {
            "current_page": page,
            "from": start + 1 if shown else None,
            "last_page": last,
            "path": path,
            "per_page": per_page,
            "to": start + len(shown) if shown else None,
            "total": len(rows),
        },
    }
