"""Strapi, the content system, as a sender: `uv run python -m tests.peers.strapi [--installed FOLDER]`.

A site with one content type, "lead", runs on a SQLite file; its owner adds a webhook in the admin's API, tests it, and
fills in, changes, publishes and deletes a lead. Strapi itself sends every delivery. Exit code 1 when something differs.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from tests.harness.line import Line
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until
from tests.peers.findings import Findings, end
from tests.peers.workplace import Workplace, installed_of

SITE = Path(__file__).with_name("strapi_site")
TOKEN, SECRET, PASSWORD = "site-token-1", "peer-secret-not-secret", "Peer-password-1"
PHONE = "79000000041"
LEAD = {
    "name": "Анна Примерова",
    "phone": "8 (900) 000-00-41",
    "email": "anna@example.com",
    "utm_source": "vk",
    "note": "kept to ourselves",
}
EVENTS = ("entry.create", "entry.update", "entry.publish", "entry.delete")
RULES = f"""\
version: 1
bot: 1
sources:
  site: {{preset: strapi, token: {TOKEN}}}
rules:
  - name: Filled in
    when: {{event: entry.create}}
    then: {{tags: Lead, utm: first}}
  - name: Published
    when: {{event: entry.publish}}
    then: {{tags: Published}}
  - name: Deleted
    when: {{event: entry.delete}}
    then: {{remove_tags: Published, status: Gone}}
"""


class Site:
    """A running Strapi and its owner, who is the admin."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._folder = place.installed / "site"
        self._port = free_port()
        self._admin = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", trust_env=False, timeout=60)

    def install(self) -> None:
        """Strapi by npm, with SQLite's driver compiled here where npm has no binary of it."""
        shutil.copytree(SITE, self._folder, dirs_exist_ok=True)
        if not (self._folder / "node_modules" / ".package-lock.json").exists():
            self._place.run("npm", "install", "--no-audit", "--no-fund", at=self._folder)
        if not list(self._folder.glob("node_modules/better-sqlite3/build/Release/better_sqlite3.node")):
            self._place.run("npm", "rebuild", "better-sqlite3", "--foreground-scripts", at=self._folder)
        for path in ("data.db", "public/uploads", "database/migrations"):
            self._empty(self._folder / path)

    def start(self) -> None:
        """Start it and become its first admin. In production Strapi refuses webhooks to a private address."""
        strapi = self._folder / "node_modules" / ".bin" / "strapi"
        environ = {"PEER_PORT": str(self._port), "PEER_SECRET": SECRET, "NODE_ENV": "development"}
        self._place.start("strapi", [strapi, "start"], self._folder, STRAPI_TELEMETRY_DISABLED="true", **environ)
        self._place.wait_for("strapi", f"http://127.0.0.1:{self._port}/admin/init")
        person = {"firstname": "Peer", "lastname": "Peer", "email": "peer@example.com", "password": PASSWORD}
        token = self._ask("POST", "/admin/register-admin", person)["data"]["token"]
        self._admin.headers["Authorization"] = f"Bearer {token}"

    def hook(self, name: str, url: str, token: str, *events: str) -> str:
        """Add a webhook; its number."""
        asked = {"name": name, "url": url, "headers": {"Authorization": f"Bearer {token}"}, "events": events}
        return str(self._ask("POST", "/admin/webhooks", asked)["data"]["id"])

    def trigger(self, hook: str) -> dict[str, Any]:
        """The button that tests a webhook: what Strapi says of our answer."""
        answer: dict[str, Any] = self._ask("POST", f"/admin/webhooks/{hook}/trigger", {})["data"]
        return answer

    def lead(self, method: str, path: str = "", fields: dict[str, str] | None = None) -> str:
        """Do something to a lead in the content manager; the lead's documentId."""
        answer = self._ask(method, f"/content-manager/collection-types/api::lead.lead{path}", fields)
        return str(answer.get("data", {}).get("documentId", ""))

    def _ask(self, method: str, path: str, json: object) -> dict[str, Any]:
        answer = self._admin.request(method, path, json=json)
        if not answer.is_success:
            raise RuntimeError(f"Strapi answered {answer.status_code} to {method} {path}: {answer.text}")
        told: dict[str, Any] = answer.json()
        return told

    @staticmethod
    def _empty(path: Path) -> None:
        if path.suffix:
            path.unlink(missing_ok=True)
        else:
            path.mkdir(parents=True, exist_ok=True)


def _arrived(line: Line) -> Counter[str]:
    """How often each type of event arrived."""
    return Counter(row["event"] for row in line.events())


def _arrive(line: Line, **expected: int) -> None:
    """Wait until that many events came in, by the last word of their type, and all is done."""
    wanted = {f"entry.{word}": count for word, count in expected.items()}
    wait_until(lambda: wanted.items() <= _arrived(line).items(), every_s=0.5, what=f"{wanted} arrived")
    line.wait_until_quiet()


def _tested(site: Site, line: Line, findings: Findings) -> None:
    findings.step("The owner adds a webhook and presses its test button")
    hook = site.hook("hooks", f"{line.url}/hooks/site", TOKEN, *EVENTS)
    findings.same("with our token Strapi was answered", site.trigger(hook)["statusCode"], 202)
    refused = site.trigger(site.hook("stranger", f"{line.url}/hooks/site", "another token"))
    findings.same("with another token", refused["statusCode"], 401)
    findings.told("and was told", refused["message"])
    line.wait_until_quiet()
    findings.same("events", dict(_arrived(line)), {"trigger-test": 1})
    findings.same("contacts", line.contacts(), {})


def _filled_in(site: Site, line: Line, findings: Findings) -> str:
    findings.step("A lead is filled in")
    lead = site.lead("POST", fields=LEAD)
    _arrive(line, create=1)
    anna = line.contacts()[PHONE]
    findings.same("name, e-mail", (anna["name"], anna["email"]), (LEAD["name"], LEAD["email"]))
    findings.same("tags, UTM", (anna["tags"], anna["utm"]), (["Lead"], {"utm_source": "vk"}))
    newest = line.events()[0]["id"]
    findings.same("the private field was sent", LEAD["note"] in line.cli("events", "show", newest, "--json"), False)
    return lead


def _published_and_deleted(site: Site, line: Line, findings: Findings, lead: str) -> None:
    findings.step("It is published: Strapi sends an update of the draft, then the entry with a number of its own")
    site.lead("POST", f"/{lead}/actions/publish", LEAD)
    _arrive(line, update=1, publish=1)
    findings.same("tags", line.contacts()[PHONE]["tags"], ["Lead", "Published"])

    findings.step("The name is changed")
    site.lead("PUT", f"/{lead}", {"name": "Анна Образцова"})
    _arrive(line, update=2)
    findings.same("name after an update that no rule is about", line.contacts()[PHONE]["name"], LEAD["name"])

    findings.step("It is deleted: once as a draft, once as published")
    site.lead("DELETE", f"/{lead}")
    _arrive(line, delete=2)
    anna = line.contacts()[PHONE]
    findings.same("tags, status", (anna["tags"], anna["status"]), (["Lead"], "Gone"))
    seen = {"trigger-test": 1, "entry.create": 1, "entry.update": 2, "entry.publish": 1, "entry.delete": 2}
    findings.same("events", dict(_arrived(line)), seen)
    findings.same("states", {row["state"] for row in line.events()}, {"done", "ignored"})


def main() -> None:
    """Run all of it."""
    findings = Findings()
    with Workplace("strapi", installed_of(__doc__)) as place, Line(rules=RULES) as line:
        site = Site(place)
        findings.step("Strapi is installed")
        site.install()
        findings.told("versions", place.run("npm", "ls", "--depth=0", "--parseable=false", at=place.installed / "site"))
        site.start()
        _tested(site, line, findings)
        lead = _filled_in(site, line, findings)
        _published_and_deleted(site, line, findings, lead)
    end(findings)


if __name__ == "__main__":
    main()
