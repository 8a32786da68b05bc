"""Good deliveries of form builders, quizzes and VK."""

from __future__ import annotations

import json
from dataclasses import replace

from processor.domain.delivery import Inbound
from tests.harness.deliveries import multipart, standard_webhook_headers
from tests.harness.deliveries_forms import (
    FORM,
    JSON,
    YANDEX_ANSWERS,
    YANDEX_HEADERS,
    as_json,
    flexbe,
    flexbe_pay,
    getcourse_query,
    google_response,
    jotform,
    marquiz,
    taplink,
    taplink_headers,
    taplink_payment,
    typeform_headers,
    typeform_response,
    vk,
    yandex_all,
    yandex_call,
)
from tests.sources.sample import SECRET, TOKEN, Sample, request, signed, with_header, with_parameter

BY_TOKEN = with_parameter("token", TOKEN)


def getcourse_sample() -> Sample:
    """A call, by GET and by POST."""
    query = getcourse_query(token="").replace("token=&", "")
    good = (request(b"", {}, query, "GET"), request(b"", FORM, query))
    return Sample(f"{{preset: getcourse, token: {TOKEN}}}", good, BY_TOKEN)


def typeform_sample() -> Sample:
    """A filled form, whole and in part."""
    good = (request(typeform_response(), JSON), request(typeform_response(event_type="form_response_partial"), JSON))
    return Sample(
        f"{{preset: typeform, secret: {SECRET}}}", good, signed(lambda body, _: typeform_headers(body, SECRET))
    )


def jotform_sample() -> Sample:
    """A submission."""
    return Sample(f"{{preset: jotform, token: {TOKEN}}}", (request(*jotform()),), BY_TOKEN)


def google_forms_sample() -> Sample:
    """What our script posts, and what a sheet's script posts, called a form."""
    sheet = as_json({"namedValues": {"Ваше имя": ["Анна Примерова"], "Телефон": ["+7 900 000-00-01"]}})
    body = as_json(google_response())
    good = (request(body, {**JSON, "webhook-id": "response-1"}), request(sheet, {**FORM, "webhook-id": "row-5"}))

    def sign(inbound: Inbound, now_s: int) -> Inbound:
        id_ = inbound.headers.get("webhook-id", "response-1")
        return signed(lambda told, ts: standard_webhook_headers(told, SECRET, id_, ts))(inbound, now_s)

    return Sample(f"{{preset: google_forms, secret: {SECRET}}}", good, sign)


def yandex_forms_sample() -> Sample:
    """A call of JSON-RPC, all answers as JSON, each answer as a part."""
    parts = [(f"field_{n}", json.dumps(told, ensure_ascii=False)) for n, told in enumerate(YANDEX_ANSWERS.values(), 1)]
    body, headers = multipart(parts)
    good = (
        request(yandex_call(), YANDEX_HEADERS),
        request(as_json(yandex_all()), YANDEX_HEADERS),
        request(body, {**YANDEX_HEADERS, **headers}),
    )
    return Sample(f"{{preset: yandex_forms, token: {TOKEN}}}", good, with_header("x-token", TOKEN))


def vk_sample() -> Sample:
    """A filled form, a message, a newcomer: the secret stands in the body."""
    message = {"message": {"from_id": 5005, "id": 1, "text": "Здравствуйте"}}
    bodies = (vk(secret=None), vk("message_new", message, secret=None), vk("group_join", {"user_id": 5}, secret=None))
    entry = f"{{preset: vk, secret: {SECRET}, confirmation: a1b2c3}}"
    return Sample(entry, tuple(request(body, JSON) for body in bodies), _with_secret)


def _with_secret(inbound: Inbound, _: int) -> Inbound:
    """The secret among the fields, when the body still has fields."""
    try:
        tree = json.loads(inbound.body)
    except (ValueError, RecursionError):
        return inbound
    if not isinstance(tree, dict):
        return inbound
    return replace(inbound, body=json.dumps({**tree, "secret": SECRET}, ensure_ascii=False).encode(errors="replace"))


def marquiz_sample() -> Sample:
    """A finished quiz."""
    return Sample(f"{{preset: marquiz, token: {TOKEN}}}", (request(as_json(marquiz()), JSON),), BY_TOKEN)


def flexbe_sample() -> Sample:
    """A lead, a payment."""
    return Sample(
        f"{{preset: flexbe, token: {TOKEN}}}", (request(flexbe(), FORM), request(flexbe_pay(), FORM)), BY_TOKEN
    )


def taplink_sample() -> Sample:
    """A lead, a payment."""
    good = (request(taplink(), JSON), request(taplink_payment(), JSON))
    return Sample(f"{{preset: taplink, secret: {SECRET}}}", good, signed(lambda body, _: taplink_headers(body, SECRET)))
