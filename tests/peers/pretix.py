"""pretix, the ticket shop, as a sender: `uv run python -m tests.peers.pretix [--installed FOLDER]`.

Its web server, task worker and database run here; the organizer adds webhooks by the API, somebody orders tickets
and pays. pretix's own tasks send every delivery and repeat those that we did not take. A delivery only names the order;
the rest is fetched from the running pretix with the organizer's token. Exit code 1 when something differs.
"""

from __future__ import annotations

from typing import Any

from tests.harness.line import Line
from tests.harness.waiting import wait_until
from tests.peers.findings import Findings, end
from tests.peers.pretix_shop import Pretix
from tests.peers.workplace import Workplace, installed_of

TOKEN = "tickets-token-1"
ANNA, PETR, TRIAL = "79000000051", "79000000052", "79000000053"
# pretix tries again 5 s after the first failure, then after 30 s and after 60 s.
REPEATED_WITHIN_S = 150.0
SENT_WITHIN_S = 90.0
RULES = """\
version: 1
bot: 1
sources:
  tickets:
    preset: pretix
    token: {token}
    api: {{url: "{url}", token: {api_token}}}
rules:
  - name: Ordered
    when: {{event: order.created}}
    then: {{tags: ["Ticket", "Order {{{{ order.number }}}}"], status: "Owes {{{{ order.total }}}}"}}
  - name: Paid
    when: {{event: order.paid}}
    then: {{tags: Paid, status: Comes}}
  - name: Cancelled
    when: {{event: order.cancelled}}
    then: {{remove_tags: [Ticket, Paid], status: Does not come}}
"""


def _address(line: Line, token: str) -> str:
    """As pretix's own documents advise: the proof as Basic authentication within the address."""
    return line.url.replace("http://", f"http://hooks:{token}@") + "/hooks/tickets"


def _arrive(line: Line, count: int, within_s: float = SENT_WITHIN_S) -> None:
    """Wait until so many events came in altogether, and all is done."""
    wait_until(lambda: len(line.events()) == count, timeout_s=within_s, every_s=0.5, what=f"{count} events arrived")
    line.wait_until_quiet()


def _answers(shop: Pretix, action: str, count: int) -> list[int]:
    """The statuses that pretix was answered with, its webhooks for one action, once there are `count` at least.

    It notes them only after the answer, when we may be done already.
    """

    def noted() -> list[int]:
        found = [status for told, status, _ in shop.sent() if told == f"pretix.event.order.{action}"]
        return found if len(found) >= count else []

    return wait_until(noted, timeout_s=SENT_WITHIN_S, every_s=0.5, what=f"pretix sent {count} webhooks: {action}")


def _repeats(line: Line) -> int:
    return sum(int(row["repeats"]) for row in line.events())


def _taken(shop: Pretix, line: Line, action: str, repeats: int) -> list[int]:
    """How pretix's webhook for one action was answered; `repeats`: how many repetitions we had counted before it.

    pretix keeps its notes in the transaction in which it sends. When another one wrote meanwhile (we ask its API for
    the order at that very moment), SQLite rolls the note of our 202 back, and pretix sends again a minute later.
    """
    answers = _answers(shop, action, 1)
    forgotten = answers == [200] and _repeats(line) == repeats + 1
    return [202] if forgotten else answers


def _contact(line: Line, phone: str, *fields: str) -> list[Any] | None:
    """These fields of a contact; None when there is no such contact."""
    contact = line.contacts().get(phone)
    return [contact[field] for field in fields] if contact else None


def _ordered(shop: Pretix, line: Line, findings: Findings) -> str:
    findings.step("Anna orders a ticket")
    code = shop.order(name="Анна Примерова", phone="+79000000051", email="anna@example.com")
    _arrive(line, 1)
    findings.same("pretix was answered", _taken(shop, line, "placed", 0), [202])
    findings.told("and was told", shop.sent()[-1][2])
    findings.same("event", [row["event"] for row in line.events()], ["order.created"])
    findings.same("name, e-mail", _contact(line, ANNA, "name", "email"), ["Анна Примерова", "anna@example.com"])
    story = line.cli("events", "show", line.events()[0]["id"], "--json")
    findings.same("secrets of order and ticket that we keep", [one for one in shop.secrets(code) if one in story], [])
    expected = [["Ticket", f"Order {code}"], "Owes 1500.00"]
    findings.same("tags, status", _contact(line, ANNA, "tags", "status"), expected)
    return code


def _paid(shop: Pretix, line: Line, findings: Findings, code: str) -> None:
    findings.step("She pays")
    repeats = _repeats(line)
    shop.change(code, "mark_paid")
    _arrive(line, 2)
    findings.same("pretix was answered", _taken(shop, line, "paid", repeats), [202])
    expected = [["Ticket", f"Order {code}", "Paid"], "Comes"]
    findings.same("tags, status", _contact(line, ANNA, "tags", "status"), expected)


def _repeated(shop: Pretix, line: Line, findings: Findings) -> None:
    findings.step("pretix sends the first notification again")
    calls, repeats = len(line.calls()), _repeats(line)
    shop.send_again()
    wait_until(
        lambda: _repeats(line) == repeats + 1, timeout_s=SENT_WITHIN_S, every_s=0.5, what="the repetition arrived"
    )
    line.wait_until_quiet()
    findings.same("pretix was answered", _answers(shop, "placed", 2)[-1], 200)
    findings.same("new events, new calls", (len(line.events()) - 2, len(line.calls()) - calls), (0, 0))


def _down(shop: Pretix, line: Line, findings: Findings) -> None:
    findings.step("We are down while Petr orders; pretix tries again until we are up")
    line.stop()
    shop.order(name="Пётр Образцов", phone="+79000000052", email="petr@example.com")
    _answers(shop, "placed", 3)
    line.start()
    _arrive(line, 3, within_s=REPEATED_WITHIN_S)
    wait_until(lambda: _answers(shop, "placed", 3)[-1] == 202, timeout_s=SENT_WITHIN_S, every_s=0.5, what="it is noted")
    answers = _answers(shop, "placed", 3)[2:]
    findings.same("pretix was answered at first, at last", (answers[0], answers[-1]), (0, 202))
    findings.told("its tries", answers)
    findings.same("the contact's name", _contact(line, PETR, "name"), ["Пётр Образцов"])


def _cancelled(shop: Pretix, line: Line, findings: Findings, code: str) -> None:
    findings.step("Anna's order is cancelled; a second webhook has a wrong token")
    before = len(line.events())
    shop.hook(_address(line, "another-token"), "canceled")
    shop.change(code, "mark_canceled")
    answers = _answers(shop, "canceled", 2)
    line.wait_until_quiet()
    findings.same("pretix was answered", sorted(answers[:2]), [202, 401])
    findings.same("new events", len(line.events()) - before, 1)
    expected = [[f"Order {code}"], "Does not come"]
    findings.same("tags, status", _contact(line, ANNA, "tags", "status"), expected)


def _tried(shop: Pretix, line: Line, findings: Findings) -> None:
    findings.step("Somebody tries the shop: an order in test mode")
    before = len(line.events())
    shop.order(name="Проба", phone="+79000000053", email="trial@example.com", testmode=True)
    _arrive(line, before + 1)
    findings.same(
        "the event, a contact of it",
        (line.events()[0]["event"], TRIAL in line.contacts()),
        ("test.order.created", False),
    )


def main() -> None:
    """Run all of it."""
    findings = Findings()
    with Workplace("pretix", installed_of(__doc__)) as place:
        shop = Pretix(place)
        findings.step("pretix is installed, its database made, its programs started")
        findings.told("versions", shop.install())
        shop.start()
        shop.sell_tickets()
        with Line(rules=RULES.format(token=TOKEN, url=shop.url, api_token=shop.token)) as line:
            shop.hook(_address(line, TOKEN), "placed", "paid", "canceled")
            code = _ordered(shop, line, findings)
            _paid(shop, line, findings, code)
            _repeated(shop, line, findings)
            _down(shop, line, findings)
            _cancelled(shop, line, findings, code)
            _tried(shop, line, findings)
    end(findings)


if __name__ == "__main__":
    main()
