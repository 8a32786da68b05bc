"""The signing libraries of Standard Webhooks and Stripe sign; a running `up` believes what their verifiers believe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
import stripe
from standardwebhooks import Webhook, WebhookVerificationError

from tests.harness.line import Line
from tests.peers.posts import (
    BELIEVED,
    KEY,
    OLD_KEY,
    OLD_STRIPE_SECRET,
    POSTS,
    RULES,
    STRIPE_SECRET,
    Post,
    Source,
    Unsigned,
    deliver,
    headers_of,
    phone_of,
    unsigned,
)

EACH = [(source, post) for source, posts in POSTS.items() for post in posts]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A running `up`."""
    with Line(rules=RULES) as running:
        yield running


def _signature(source: Source, given: Unsigned) -> str:
    """As the sender's own library makes it."""
    if source == "payments":
        return str(stripe.WebhookSignature.generate_signature_header(given.body, given.secret, given.at_s))
    return Webhook(given.secret).sign(given.name, datetime.fromtimestamp(given.at_s, UTC), given.body)


def _verified(source: Source, body: str, headers: Mapping[str, str]) -> bool:
    """Whether the library's own verifier believes a delivery, with one of our secrets."""
    if source == "payments":
        return any(_verified_by_stripe(body, headers, secret) for secret in (STRIPE_SECRET, OLD_STRIPE_SECRET))
    return any(_verified_as_standard(body, headers, secret) for secret in (KEY, OLD_KEY))


def _verified_by_stripe(body: str, headers: Mapping[str, str], secret: str) -> bool:
    try:
        stripe.Webhook.construct_event(body, headers["stripe-signature"], secret)
    except stripe.SignatureVerificationError:
        return False
    return True


def _verified_as_standard(body: str, headers: Mapping[str, str], secret: str) -> bool:
    try:
        Webhook(secret).verify(body, dict(headers))
    except WebhookVerificationError:
        return False
    return True


@pytest.mark.parametrize(("source", "post"), EACH, ids=lambda one: one.why if isinstance(one, Post) else one)
def test_we_believe_what_the_senders_own_library_believes(line: Line, source: Source, post: Post) -> None:
    """What the library signs is taken and makes a contact; what its verifier refuses is refused and makes none."""
    given = unsigned(source, post, f"evt_{POSTS[source].index(post)}")
    body, headers = given.body + post.added, headers_of(source, post, given, _signature(source, given))
    assert _verified(source, body, headers) is post.believed
    answer = deliver(line, source, body, headers)
    if post.believed:
        assert (answer.is_success, answer.json()["status"]) == (True, "queued")
    else:
        assert answer.status_code == 401
    line.wait_until_quiet()
    assert (phone_of(source, post) in line.contacts()) is post.believed


def test_a_delivery_that_is_sent_again_is_signed_anew_and_counts_once(line: Line) -> None:
    """The id stays, the time and the signature change."""
    posts = [Post("a retry", True, KEY, aged_s=aged_s) for aged_s in (60, 0)]
    answers, signatures = [], []
    for post in posts:
        given = unsigned("signed", post, "msg_again")
        signatures.append(_signature("signed", given))
        answers.append(deliver(line, "signed", given.body, headers_of("signed", post, given, signatures[-1])))
    assert signatures[0] != signatures[1]
    assert [answer.json()["status"] for answer in answers] == ["queued", "duplicate"]
    line.wait_until_quiet()
    assert line.contacts()[BELIEVED["signed"]]["tags"] == ["Proven"]
