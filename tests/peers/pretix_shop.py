"""A running pretix: its web server, its task worker, their broker, and the organizer who sells tickets with it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import httpx

from processor.embedded import server_command
from tests.harness.ports import free_port
from tests.peers.workplace import Workplace

PACKAGES = ("pretix==2026.8.0", "gunicorn==23.0.0")
PYTHON = "3.11"
ORGANIZER, EVENT = "peer", "concert"
PRICE = "1500.00"
# What its first admin does in the browser; all the rest goes by the API.
FOUND = """\
from django_scopes import scopes_disabled
from pretix.base.models import Organizer, Team
with scopes_disabled():
    organizer = Organizer.objects.create(name="Peer", slug="peer")
    rights = dict(all_events=True, all_event_permissions=True, all_organizer_permissions=True)
    team = Team.objects.create(organizer=organizer, name="Admins", **rights)
    print("TOKEN", team.tokens.create(name="peer").token)
"""
# Sends a notification anew, as its own task does when it does not know whether we heard it.
AGAIN = """\
from pretix.api.models import WebHookCall
from pretix.api.webhooks import send_webhook
import json
call = WebHookCall.objects.filter(success=True).order_by("id").first()
send_webhook.apply_async(args=(json.loads(call.payload)["notification_id"], call.action_type, call.webhook_id))
"""


class Pretix:
    """Installed, set up and started in a workplace; `url` is where its API answers, `token` opens it."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._environment = place.installed / "environment"
        self._port, self._broker_port = free_port(), free_port()
        self._folder = place.folder / "pretix"
        self.url = f"http://127.0.0.1:{self._port}"
        self.token = ""
        self._api = httpx.Client(base_url=f"{self.url}/api/v1/organizers/{ORGANIZER}/", trust_env=False, timeout=60)
        self._item = 0

    def install(self) -> str:
        """The packages, in an environment of their own; their versions."""
        python = self._environment / "bin" / "python"
        if not python.exists():
            self._place.run("uv", "venv", "--python", PYTHON, self._environment)
        self._place.run("uv", "pip", "install", "--python", python, *PACKAGES)
        listed = self._place.run("uv", "pip", "freeze", "--python", python).splitlines()
        return ", ".join(line for line in listed if line.startswith(("pretix==", "django==", "celery==")))

    def start(self) -> None:
        """An empty database, an organizer with an API token, then the programs."""
        self._folder.mkdir()
        (self._folder / "pretix.cfg").write_text(self._config(), "utf-8")
        self._make_database()
        told = self._manage("shell", "--command", FOUND)
        self.token = told.rpartition("TOKEN ")[2].strip()
        self._api.headers["Authorization"] = f"Token {self.token}"
        valkey = self._folder / "broker.conf"
        valkey.write_text(f'bind 127.0.0.1\nport {self._broker_port}\nsave ""\n', "utf-8")
        self._start("broker", *server_command(valkey))
        programs = self._environment / "bin"
        # Two tasks at once would lock each other out of SQLite, and pretix tries such a task again after a minute.
        self._start("tasks", programs / "celery", "-A", "pretix.celery_app", "worker", "--pool=threads", "-c", "1")
        bind = f"--bind=127.0.0.1:{self._port}"
        self._start("web", programs / "gunicorn", "pretix.wsgi", bind, "--threads=4", "--timeout=120")
        self._place.wait_for("web", f"{self.url}/api/v1/organizers/")

    def _make_database(self) -> None:
        """Its hundreds of migrations take minutes: what is kept between runs includes an empty database."""
        empty, database = self._place.installed / "empty.sqlite3", self._folder / "data" / "db.sqlite3"
        if not empty.exists():
            self._manage("migrate")
            shutil.copyfile(database, empty)
        database.parent.mkdir(exist_ok=True)
        shutil.copyfile(empty, database)

    def sell_tickets(self) -> None:
        """An event with one product and a hundred seats."""
        named = {"name": {"en": "Concert"}, "slug": EVENT, "currency": "RUB", "date_from": "2030-01-01T18:00:00Z"}
        self._ask("events/", named | {"live": False, "testmode": False, "plugins": []})
        item = {"name": {"en": "Ticket"}, "default_price": PRICE, "tax_rule": None}
        self._item = self._ask(f"events/{EVENT}/items/", item)["id"]
        self._ask(f"events/{EVENT}/quotas/", {"name": "Seats", "size": 100, "items": [self._item], "variations": []})

    def hook(self, url: str, *actions: str) -> None:
        """A webhook for these actions on orders (`placed`, `paid`, ...)."""
        actions = tuple(f"pretix.event.order.{action}" for action in actions)
        every = {"all_events": True, "limit_events": []}
        self._ask("webhooks/", {"enabled": True, "target_url": url, "action_types": actions} | every)

    def order(self, *, name: str, phone: str, email: str, testmode: bool = False) -> str:
        """Somebody orders a ticket and has not paid yet; the order's code."""
        named = {"_scheme": "full", "full_name": name}
        invoice = {"is_business": False, "name_parts": named, "city": "Казань", "country": "RU"}
        position: dict[str, object] = {
            "positionid": 1,
            "item": self._item,
            "variation": None,
            "price": PRICE,
            "answers": [],
        }
        asked = {
            "status": "n",
            "email": email,
            "phone": phone,
            "locale": "en",
            "sales_channel": "web",
            "testmode": testmode,
            "send_email": False,
            "invoice_address": invoice | {"street": "", "zipcode": ""},
            "positions": [position | {"attendee_name_parts": named, "attendee_email": None}],
        }
        return str(self._ask(f"events/{EVENT}/orders/", asked)["code"])

    def secrets(self, code: str) -> list[str]:
        """What opens an order's page and its tickets."""
        answer = self._api.get(f"events/{EVENT}/orders/{code}/").raise_for_status().json()
        return [answer["secret"], *(position["secret"] for position in answer["positions"])]

    def change(self, code: str, action: str) -> None:
        """Do something to an order: `mark_paid`, `mark_canceled`."""
        self._ask(f"events/{EVENT}/orders/{code}/{action}/", {"send_email": False})

    def send_again(self) -> None:
        """Let pretix send the first notification that we took once more."""
        self._manage("shell", "--command", AGAIN)

    def sent(self) -> list[tuple[str, int, str]]:
        """What pretix notes of every webhook that it sent: the action, the status (0: no answer) and the answer."""
        asked = "SELECT action_type, return_code, response_body FROM pretixapi_webhookcall ORDER BY id"
        with sqlite3.connect(self._folder / "data" / "db.sqlite3", timeout=30) as database:
            rows = database.execute(asked).fetchall()
        database.close()
        return [(str(action), int(status), str(answer)) for action, status, answer in rows]

    def _config(self) -> str:
        """Its documented settings; the one that matters to us lets it send to a private address."""
        broker = f"redis://127.0.0.1:{self._broker_port}"
        return (
            f"[pretix]\nurl={self.url}\ndatadir={self._folder / 'data'}\necb_rates=off\n"
            "allow_http_to_private_networks=on\n"
            f"[database]\nbackend=sqlite3\n[celery]\nbroker={broker}/1\nbackend={broker}/2\n"
        )

    def _manage(self, *arguments: str) -> str:
        python = self._environment / "bin" / "python"
        return self._place.run(python, "-m", "pretix", *arguments, at=self._folder, **self._environ())

    def _start(self, name: str, *command: str | Path) -> None:
        self._place.start(name, command, self._folder, **self._environ())

    def _environ(self) -> dict[str, str]:
        config = str(self._folder / "pretix.cfg")
        return {"PRETIX_CONFIG_FILE": config, "DJANGO_SETTINGS_MODULE": "pretix.settings"}

    def _ask(self, path: str, json: object) -> dict[str, Any]:
        answer = self._api.post(path, json=json)
        if not answer.is_success:
            raise RuntimeError(f"pretix answered {answer.status_code} to {path}: {answer.text}")
        told: dict[str, Any] = answer.json()
        return told
