"""Bitrix24's REST through an inbound webhook: its address, which holds the key, is `api.url`."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from processor.domain.delivery import Want
from processor.domain.source import Api
from workers.senders.answer import Ask, Failed, Result, Told, below, failure_of

METHODS: Final = {"lead": "crm.lead.get", "deal": "crm.deal.get", "contact": "crm.contact.get"}
# What a command of the batch may use of an earlier one.
CONTACT_OF_DEAL: Final = "$result[deal][CONTACT_ID]"
BUSY: Final = frozenset({"QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT"})
REFUSED: Final = frozenset(
    {
        "ACCESS_DENIED",
        "INVALID_CREDENTIALS",
        "NO_AUTH_FOUND",
        "EXPIRED_TOKEN",
        "INSUFFICIENT_SCOPE",
        "PAYMENT_REQUIRED",
        "USER_ACCESS_ERROR",
        "APPLICATION_NOT_FOUND",
    }
)


class Bitrix24Api:
    """`crm.lead.get` and its like. A deal and its contact are read by one call of `batch`."""

    calls_per_s = 2.0

    def ask(self, want: Want, api: Api) -> Ask | None:
        """POST, so that no id stands in anybody's log."""
        method = METHODS.get(want.kind)
        if not api.url or method is None:
            return None
        if want.kind != "deal":
            return Ask("POST", below(api.url, method), json={"ID": want.id})
        commands = {
            "deal": f"{method}?ID={quote(want.id, safe='')}",
            "contact": f"{METHODS['contact']}?ID={quote(CONTACT_OF_DEAL, safe='')}",
        }
        return Ask("POST", below(api.url, "batch"), json={"halt": 0, "cmd": commands})

    def read(self, want: Want, status: int, tree: Any) -> Result:
        """The record stands in `result`; errors have a code of their own beside the status."""
        tree = tree if isinstance(tree, dict) else {}
        if "error" in tree or status >= 300:
            return _error(want, status, tree)
        result = tree.get("result")
        if not isinstance(result, dict):
            return Failed("nonsense", status)
        return _batch(want, status, result) if want.kind == "deal" else Told({want.key: result})


def _batch(want: Want, status: int, told: dict[str, Any]) -> Result:
    results, errors = (told.get(name) for name in ("result", "result_error"))
    deal = results.get("deal") if isinstance(results, dict) else None
    if not isinstance(deal, dict):
        error = errors.get("deal") if isinstance(errors, dict) else None
        return _error(want, 400, error) if isinstance(error, dict) else Failed("nonsense", status)
    documents = {want.key: deal}
    contact = results.get("contact") if isinstance(results, dict) else None
    if isinstance(contact, dict) and contact.get("ID") and str(contact["ID"]) == str(deal.get("CONTACT_ID")):
        documents[Want("contact", str(contact["ID"])).key] = contact
    return Told(documents)


def _error(want: Want, status: int, told: dict[str, Any]) -> Result:
    code = str(told.get("error") or "").upper()
    said = str(told.get("error_description") or "").casefold()
    if code in BUSY:
        return Failed("busy", status)
    if code in REFUSED:
        return Failed("refused", status)
    if code == "NOT_FOUND" or (status < 500 and said.startswith("not found")):
        return Told({want.key: None})
    if status == 404 or code == "ERROR_METHOD_NOT_FOUND":
        # Of a record it says so in words: here the webhook itself is gone, or cannot do this.
        return Failed("refused", status)
    return failure_of(status) or Failed("nonsense", status)
