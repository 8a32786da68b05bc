"""Good deliveries of senders that only name what changed."""

from __future__ import annotations

from tests.harness.deliveries_thin import (
    FORM,
    amo_contact_change,
    amo_hook,
    amo_lead_change,
    amo_unsorted,
    bitrix_hook,
    ecwid_headers,
    ecwid_hook,
    pretix_hook,
)
from tests.sources.sample import SECRET, TOKEN, Sample, request, signed, with_parameter

JSON = {"content-type": "application/json"}
BY_TOKEN = with_parameter("token", TOKEN)


def bitrix24_sample() -> Sample:
    """A lead, a deal."""
    good = (
        request(bitrix_hook(token=None), FORM),
        request(bitrix_hook("ONCRMDEALUPDATE", 9, token=None), FORM),
    )
    return Sample(f"{{preset: bitrix24, token: {TOKEN}}}", good, BY_TOKEN)


def amocrm_sample() -> Sample:
    """A lead that changed, a contact, a filled form, two at once."""
    lead, contact = ("leads", "status", amo_lead_change()), ("contacts", "add", amo_contact_change())
    form = ("unsorted", "add", amo_unsorted())
    good = tuple(request(amo_hook(*changes), FORM) for changes in ((lead,), (contact,), (form,), (contact, lead)))
    return Sample(f"{{preset: amocrm, token: {TOKEN}}}", good, BY_TOKEN)


def ecwid_sample() -> Sample:
    """An order, a customer."""
    bodies = (ecwid_hook(), ecwid_hook("customer.created", "evt-2", data={"customerEmail": "anna@example.com"}))
    return Sample(
        f"{{preset: ecwid, secret: {SECRET}}}", tuple(request(body, JSON) for body in bodies), signed(_ecwid_signature)
    )


def _ecwid_signature(body: bytes, _: int) -> dict[str, str]:
    """Over the two fields that are signed; none when they are no longer there."""
    try:
        return ecwid_headers(body, SECRET)
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def pretix_sample() -> Sample:
    """An order placed, an order paid."""
    good = (request(pretix_hook(), JSON), request(pretix_hook("pretix.event.order.paid", 7), JSON))
    return Sample(f"{{preset: pretix, token: {TOKEN}}}", good, BY_TOKEN)
