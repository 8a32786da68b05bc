"""THE table of the console's addresses: who may ask for what."""

from __future__ import annotations

from typing import Final

from processor.web.console import (
    audit,
    event,
    events,
    guide,
    login,
    look,
    overview,
    people,
    queue,
    source_change,
    source_new,
    source_try,
    sources,
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
    Endpoint("GET", "/sources/new", "sources", source_new.pick),
    Endpoint("POST", "/sources/new", "sources", source_new.add),
    Endpoint("GET", "/sources/{name}", "see", sources.source),
    Endpoint("POST", "/sources/{name}/try", "sources", source_try.try_source),
    Endpoint("POST", "/sources/{name}/secret", "sources", source_change.rotate),
    Endpoint("POST", "/sources/{name}/old", "sources", source_change.drop_old),
    Endpoint("POST", "/sources/{name}/change", "sources", source_change.change),
    Endpoint("POST", "/sources/{name}/remove", "sources", source_change.remove),
    Endpoint("POST", "/sources/{name}/mapping", "sources", sources.suggest_mapping),
    Endpoint("GET", "/guides/{page}", "see", guide.guide),
    Endpoint("GET", "/account", "see", people.account),
    Endpoint("POST", "/account/password", "see", people.change_password),
    Endpoint("POST", "/account/session", "see", people.end_session),
    Endpoint("GET", "/audit", "users", audit.audit),
    Endpoint("GET", "/people", "users", people.people),
    Endpoint("POST", "/people/add", "users", people.add),
    Endpoint("POST", "/people/role", "users", people.change),
    Endpoint("POST", "/people/remove", "users", people.remove),
)
