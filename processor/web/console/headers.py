"""Headers of every answer of the console: nothing of others runs in it, nothing of it is framed or kept."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
STATIC_PATH: Final = "/static/"


def secured(app: ASGIApp) -> ASGIApp:
    """`app` with these headers on whatever it answers; only static files may be kept, for their address has a hash."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                static = STATIC_PATH in scope["path"] and message["status"] == 200
                headers["cache-control"] = "public, max-age=31536000, immutable" if static else "no-store"
            await send(message)

        await app(scope, receive, send_secured)

    return serve
