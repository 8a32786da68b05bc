"""THE table of the console's addresses: who may ask for what."""

from __future__ import annotations

from typing import Final

from processor.web.console import (
    audit,
    event,
    events,
    exampling,
    login,
    look,
    overview,
    people,
    queue,
    rehearse,
    rule,
    sources,
    trying,
)
from processor.web.console.endpoint import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint("GET", "/login", "anyone", login.login_form),
    Endpoint("POST", "/login", "anyone", login.log_in),
    Endpoint("GET", "/start", "anyone", login.start_form),
    Endpoint("POST", "/start", "anyone", login.start),
    Endpoint("POST", "/look", "anyone", look.choose_look),
    Endpoint("POST", "/logout", "see", login.log_out),
    Endpoint("GET", "/", "see", overview.overview),
    Endpoint("GET", "/events", "see", events.events),
    Endpoint("GET", "/events/{id}", "see", event.event),
    Endpoint("GET", "/queue", "see", queue.queue),
    Endpoint("GET", "/queue/confirm", "queue", queue.confirm),
    Endpoint("POST", "/queue/retry", "queue", queue.retry),
    Endpoint("POST", "/queue/drop", "queue", queue.drop),
    Endpoint("GET", "/sources", "see", sources.sources),
    Endpoint("GET", "/sources/{name}", "see", sources.source),
    Endpoint("POST", "/sources/{name}/mapping", "sources", sources.suggest_mapping),
    Endpoint("GET", "/rules/rule/new", "rules", rule.new),
    Endpoint("GET", "/rules/rule/{position}", "rules", rule.rule),
    Endpoint("POST", "/rules/rule/{position}/save", "rules", rule.save),
    Endpoint("GET", "/rules/rehearse", "see", rehearse.rehearse),
    Endpoint("GET", "/rules/try", "see", trying.try_event),
    Endpoint("POST", "/rules/try", "rules", trying.try_pasted),
    Endpoint("GET", "/rules/examples", "rules", exampling.examples),
    Endpoint("POST", "/rules/example", "rules", exampling.add_example),
    Endpoint("GET", "/account", "see", people.account),
    Endpoint("POST", "/account/password", "see", people.change_password),
    Endpoint("POST", "/account/session", "see", people.end_session),
    Endpoint("GET", "/audit", "users", audit.audit),
    Endpoint("GET", "/people", "users", people.people),
    Endpoint("POST", "/people/add", "users", people.add),
    Endpoint("POST", "/people/role", "users", people.change),
    Endpoint("POST", "/people/remove", "users", people.remove),
)
