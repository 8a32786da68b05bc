"""The token leaves the client in requests only: in no error, no chain of errors, no traceback, no repr, no log line."""

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import httpx
import pytest

from processor.scrub import Scrubber
from workers.outbound.quiet import LOGGERS, TokenFilter
from workers.watbot.client import WatbotClient
from workers.watbot.errors import WatbotError

TOKEN = "Zq9/7Xw+Kp3%"
TRACES = ("Zq9", "7Xw", "Kp3")
URL = f"https://watbot.example/api/v1/getMe?api_token={quote(TOKEN, safe='')}"


def everything_of(error: BaseException) -> str:
    """All that any printer of errors could show: texts, reprs, attributes, the chain, frames with their locals."""
    seen: list[str] = []
    chain: list[BaseException | None] = [error]
    while chain:
        link = chain.pop()
        if link is None:
            continue
        seen += [str(link), repr(link), repr(link.args), repr(vars(link))]
        chain += [link.__cause__, link.__context__]
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The first frame is this file's, where the test itself holds the token.
    frames.stack = traceback.StackSummary.from_list([frame for frame in frames.stack if frame.filename != __file__])
    return "\n".join([*seen, *frames.format(), *traceback.format_exception(error)])


def raising(error: Callable[[httpx.Request], Exception]) -> Callable[[httpx.Request], httpx.Response]:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error(request)

    return fail


def answering(status: int, text: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, text=text, headers={"Location": str(request.url)})


HANDLERS = {
    "connect": raising(lambda request: httpx.ConnectError(f"no {request.url}", request=request)),
    "timeout": raising(lambda request: httpx.ReadTimeout(f"no {request.url}", request=request)),
    "url": raising(lambda request: httpx.InvalidURL(f"no {request.url}")),
    "decoding": raising(lambda request: httpx.DecodingError(f"no {request.url}", request=request)),
    "os": raising(lambda request: OSError(f"no {request.url}")),
    "value": raising(lambda request: ValueError(f"no {request.url}")),
    "redirect": answering(302, URL),
    "token": answering(401, URL),
    "refused": answering(422, f'{{"message": "at {URL}", "errors": {{"{TOKEN}": ["{URL} {TOKEN}"]}}}}'),
    "missing": answering(404, f'{{"message": "no {URL}"}}'),
    "throttled": answering(429, URL),
    "server": answering(500, URL),
    "html": answering(200, f"<html>{URL}"),
    "json": answering(200, f'{{"data": "{URL}'),
    "shape": answering(200, f'{{"data": "{URL}"}}'),
    "inside": answering(200, f'{{"error": "at {URL} with {TOKEN}"}}'),
}


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS.keys())
def test_no_error_shows_the_token(handler: Callable[[httpx.Request], httpx.Response]) -> None:
    """However it is printed, and however far its chain is followed."""
    client = WatbotClient("https://watbot.example/api/v1", TOKEN, transport=httpx.MockTransport(handler))
    for ask in (client.get_me, lambda: client.get_contact_tags(41), lambda: next(client.contacts(bot_id=1))):
        with pytest.raises(WatbotError) as caught:
            ask()
        shown = everything_of(caught.value) + caught.value.say("ru") + caught.value.say("en")
        assert [trace for trace in TRACES if trace in shown] == []
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
    client.close()


def test_the_client_does_not_show_the_token() -> None:
    """Neither in its own repr nor in those of what it is made of."""
    with WatbotClient("https://watbot.example/api/v1", TOKEN) as client:
        assert repr(client) == "WatbotClient('https://watbot.example/api/v1')"
        shown = f"{vars(client)!r} {vars(vars(client)['_exchange'])!r}"
        assert [trace for trace in TRACES if trace in shown] == []


class Page(BaseHTTPRequestHandler):
    """Answers everything and repeats the address it was asked at."""

    def do_GET(self) -> None:
        """An account, with the token in a header of the answer."""
        self.send_response(200)
        self.send_header("X-Asked", self.path)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b'{"id": 1}\n')

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests' own output is not looked at here."""


@pytest.fixture
def server_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_log_line_of_the_http_libraries_shows_the_token(server_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at DEBUG, where they print requests, addresses and headers."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", *LOGGERS):
        caplog.set_level(logging.DEBUG, logger=name)
    with WatbotClient(server_url, TOKEN) as client:
        assert client.get_me().id == 1
    lines = [caplog.handler.format(record) for record in caplog.records]
    assert any("HTTP Request: GET" in line and "api_token=***" in line for line in lines)
    assert any("X-Asked" in line for line in lines)
    assert [line for line in lines if any(trace in line for trace in TRACES)] == []
    assert [r for r in caplog.records if any(trace in repr((r.msg, r.args)) for trace in TRACES)] == []


def test_each_logger_of_the_http_libraries_is_covered() -> None:
    """A new one in a new version of theirs would be found here."""
    known = [name for name in logging.Logger.manager.loggerDict if name.split(".")[0] in {"httpx", "httpcore"}]
    silent = {"httpcore"}  # only a parent of the others: nothing logs through it
    assert set(known) - silent <= set(LOGGERS)


def test_a_closed_client_leaves_no_filter_behind() -> None:
    """Clients come and go in one process."""
    before = [list(logging.getLogger(name).filters) for name in LOGGERS]
    WatbotClient("https://watbot.example", TOKEN).close()
    assert [list(logging.getLogger(name).filters) for name in LOGGERS] == before


def test_the_filter_scrubs_arguments_exceptions_and_lines_that_do_not_fit() -> None:
    """And lets every line through."""
    quiet = TokenFilter(Scrubber(["abc"]))
    try:
        raise ValueError("abc")
    except ValueError as error:
        failed = logging.LogRecord("httpx", 20, "f", 1, "at %s", ("abc",), (type(error), error, error.__traceback__))
    unfit = logging.LogRecord("httpx", 20, "f", 1, "%d abc", ("x",), None)
    assert quiet.filter(failed)
    assert quiet.filter(unfit)
    assert "abc" not in logging.Formatter().format(failed)
    assert failed.getMessage() == "at ***"
    assert unfit.getMessage() == "%d ***"
