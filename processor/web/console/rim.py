"""The console as an ASGI application: requests become visits, replies become responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from processor.errors import (
    Conflict,
    EditRefused,
    FaultsFound,
    NotFound,
    NotWritable,
    Refused,
    StoreError,
    WatbotHooksError,
)
from processor.log import logger
from processor.store.audit import Deed, note
from processor.store.sessions import session_of
from processor.store.users import user_named
from processor.text import Text
from processor.web.client import client_of
from processor.web.console.desk import Desk
from processor.web.console.endpoint import Endpoint
from processor.web.console.endpoints import ENDPOINTS
from processor.web.console.headers import secured
from processor.web.console.live import Live
from processor.web.console.look import LANGUAGE_COOKIE, THEME_COOKIE, look_of
from processor.web.console.origin import foreign, forged
from processor.web.console.render import STATIC, Renderer
from processor.web.console.reply import Download, Redirect, Reply, problem
from processor.web.console.visit import Visit

FORM_BYTES_MAX: Final = 4 * 1_048_576
FORM_FIELDS_MAX: Final = 5_000
SESSION_COOKIE, SAID_COOKIE = "wh_session", "wh_said"
SAID_S, LOOK_S = 30, 400 * 86_400
_STATUS: Final[Mapping[type[WatbotHooksError], int]] = MappingProxyType(
    {
        NotFound: 404,
        Refused: 409,
        Conflict: 409,
        NotWritable: 409,
        EditRefused: 409,
        FaultsFound: 422,
        StoreError: 503,
    }
)

_log = logger("console")


class Console:
    """Everything below `/console`."""

    def __init__(self, desk: Desk, live: Live) -> None:
        self._desk = desk
        self._renderer = Renderer()
        # PUBLIC_URL may end in a path: then a proxy serves us there.
        self._prefix = desk.settings.public_prefix
        self._live = live
        routes: list[Route | Mount] = [Route(one.path, self._endpoint(one), methods=[one.method]) for one in ENDPOINTS]
        routes.append(Route("/live", self._stream))
        routes.append(Mount("/static", StaticFiles(directory=STATIC)))
        self.app = secured(Starlette(routes=routes, exception_handlers={404: self._nowhere, 405: self._nowhere}))

    def _endpoint(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            form: Mapping[str, str] = MappingProxyType({})
            if endpoint.method == "POST":
                read = await _form(request)
                if read is None:
                    return await run_in_threadpool(self._refuse, request, Text("форма велика", "the form is too large"))
                form = read
            return await run_in_threadpool(self._answer, endpoint, request, form)

        return answer

    def _answer(self, endpoint: Endpoint, request: Request, form: Mapping[str, str]) -> Response:
        """In a thread: who it is, whether they may, and the page."""
        try:
            visit = self._visit(request, form)
        except StoreError as error:
            return self._send(problem(503, error.text), self._stranger(request, form), request)
        try:
            refused = self._allowed(endpoint, visit, request)
            reply = refused or endpoint.page(self._desk, visit)
            if endpoint.method == "POST" and not refused:
                self._note(endpoint, visit, reply)
        except WatbotHooksError as error:
            status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
            reply = problem(status, error.text)
        except Exception:  # noqa: BLE001  the visitor must be told something
            _log.exception("a page failed", path=endpoint.path)
            reply = problem(500, Text("ошибка у нас; она в журнале работы", "an error of ours; it is in the log"))
        return self._send(reply, visit, request)

    def _note(self, endpoint: Endpoint, visit: Visit, reply: Reply) -> None:
        """What somebody did goes into the log of deeds. Raises StoreError."""
        if visit.user and isinstance(reply, Redirect) and reply.said:
            note(self._desk.client, Deed(visit.user.name, endpoint.path, reply.said, visit.client))

    def _allowed(self, endpoint: Endpoint, visit: Visit, request: Request) -> Reply | None:
        """None when the page may be asked, else what to answer."""
        if endpoint.method == "POST":
            wrong = foreign(request.headers)
            if wrong is None and endpoint.access != "anyone" and visit.session:
                wrong = forged(visit.form.get("csrf", ""), visit.session.csrf)
            if wrong:
                return problem(403, wrong)
        if endpoint.access == "anyone":
            return None
        if visit.user is None:
            asked = visit.path if endpoint.method == "GET" else "/"
            return Redirect(f"/login?next={quote(asked)}")
        if not visit.may(endpoint.access):
            return problem(403, Text("на это у вас нет права", "you have no right to that"))
        return None

    def _visit(self, request: Request, form: Mapping[str, str]) -> Visit:
        """Raises StoreError."""
        desk = self._desk
        token = request.cookies.get(SESSION_COOKIE, "")
        session = session_of(desk.client, token, idle_hours=desk.settings.session_hours) if token else None
        user = user_named(desk.client, session.user) if session else None
        if user is None or (session and session.began_ms < user.since_ms):
            user = session = None
        return self._stranger(request, form, user=user, session=session)

    def _stranger(self, request: Request, form: Mapping[str, str], **known: object) -> Visit:
        peer = request.client.host if request.client else ""
        return Visit(
            path=request.scope["path"].removeprefix(request.scope.get("root_path", "")) or "/",
            look=look_of(request.cookies, request.headers.get("accept-language", ""), self._desk.settings.language),
            client=client_of(peer, request.scope["headers"], self._desk.settings.trusted_proxies),
            agent=request.headers.get("user-agent", ""),
            prefix=self._prefix,
            secure=(self._desk.settings.public_url or "").startswith("https://"),
            named=request.path_params,
            query=dict(request.query_params),
            form=form,
            **known,  # type: ignore[arg-type]
        )

    def _send(self, reply: Reply, visit: Visit, request: Request) -> Response:
        if isinstance(reply, Redirect):
            return self._redirect(reply, visit)
        if isinstance(reply, Download):
            headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(reply.name)}"}
            return Response(reply.body, headers=headers, media_type=reply.content_type)
        said = unquote(request.cookies.get(SAID_COOKIE, ""))
        html = self._renderer.html(reply, visit, now_ms=self._desk.clock.now_ms(), said=said)
        response = Response(html, reply.status, media_type="text/html")
        if said:
            response.delete_cookie(SAID_COOKIE, path=visit.url(""))
        return response

    def _redirect(self, reply: Redirect, visit: Visit) -> Response:
        # Only to pages of the console: whatever stands in `to`, it comes behind our own path.
        response = RedirectResponse(visit.url("/" + reply.to.lstrip("/")), 303)
        kept = {"path": visit.url(""), "httponly": True, "samesite": "lax", "secure": visit.secure}
        if reply.said:
            response.set_cookie(SAID_COOKIE, quote(visit.say(reply.said)), max_age=SAID_S, **kept)  # type: ignore[arg-type]
        if reply.token:
            response.set_cookie(SESSION_COOKIE, reply.token, **kept)  # type: ignore[arg-type]
        elif reply.token == "":
            response.delete_cookie(SESSION_COOKIE, path=visit.url(""))
        if visit.path == "/look":
            for cookie, field in ((LANGUAGE_COOKIE, "language"), (THEME_COOKIE, "theme")):
                if field in visit.form:
                    response.set_cookie(cookie, quote(visit.form[field][:10]), max_age=LOOK_S, **kept)  # type: ignore[arg-type]
        return response

    def _refuse(self, request: Request, text: Text) -> Response:
        return self._send(problem(413, text), self._stranger(request, MappingProxyType({})), request)

    async def _nowhere(self, request: Request, _: Exception) -> Response:
        def page() -> Response:
            text = Text("такой страницы нет", "there is no such page")
            try:
                visit = self._visit(request, MappingProxyType({}))
            except StoreError:
                visit = self._stranger(request, MappingProxyType({}))
            return self._send(problem(404, text), visit, request)

        return await run_in_threadpool(page)

    async def _stream(self, request: Request) -> Response:
        """Server-sent events for whoever may see the overview."""
        try:
            visit = await run_in_threadpool(self._visit, request, MappingProxyType({}))
        except StoreError:
            return Response(status_code=503)
        return self._live.stream() if visit.may("see") else Response(status_code=401)


async def _form(request: Request) -> Mapping[str, str] | None:
    """The last value of each field; None when there is too much of it."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES_MAX:
            return None
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
    except ValueError:
        return None
    return dict(pairs)
