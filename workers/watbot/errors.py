"""Everything that can go wrong between us and Watbot, as one page.

WatbotError
├── WatbotThrottled        429: too many calls; the whole account has to wait
├── WatbotUnavailable      could not be reached, did not answer in time, or said it cannot now; `kind` names which
├── WatbotNonsense         answered something that is no answer of this API; `kind` names what
├── WatbotTokenRefused     the token or the plan is not accepted: no call of this account will do
├── WatbotRefused          this call's data are not accepted; `fields` names which
├── WatbotContactUnknown   the contact_id is not (or no longer) known
├── WatbotNothingThere     what was to be taken away is not there: as good as done
└── BadCall                our own fault: the call was wrong and was not made; `field` names where

None of them holds the token: texts come scrubbed, and none is raised while another exception is being handled, so
neither `__cause__` nor `__context__` leads to a URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from processor.errors import WatbotHooksError
from processor.text import Text

UnavailableKind = Literal[
    "connect", "timeout", "cut", "proxy", "protocol", "redirect", "server", "busy", "stream", "other"
]
NonsenseKind = Literal["html", "json", "shape", "echo", "error_inside", "size", "encoding", "status", "address"]

UNAVAILABLE_TEXTS: Mapping[UnavailableKind, Text] = {
    "connect": Text(ru="не удалось соединиться с Watbot", en="could not connect to Watbot"),
    "timeout": Text(ru="Watbot не ответил вовремя", en="Watbot did not answer in time"),
    "cut": Text(ru="соединение с Watbot оборвалось", en="the connection to Watbot was cut"),
    "proxy": Text(ru="прокси на пути к Watbot отказал", en="the proxy on the way to Watbot failed"),
    "protocol": Text(ru="сбой протокола HTTP на нашей стороне", en="the HTTP protocol failed on our side"),
    "redirect": Text(
        ru="Watbot отправляет на другой адрес; проверьте WATBOT_BASE_URL",
        en="Watbot redirects to another address; check WATBOT_BASE_URL",
    ),
    "server": Text(ru="ошибка на стороне Watbot", en="an error on Watbot's side"),
    "busy": Text(ru="Watbot просит повторить запрос позже", en="Watbot asks to repeat the request later"),
    "stream": Text(ru="ответ Watbot не удалось прочитать", en="Watbot's answer could not be read"),
    "other": Text(ru="запрос к Watbot не удался", en="the request to Watbot failed"),
}
NONSENSE_TEXTS: Mapping[NonsenseKind, Text] = {
    "html": Text(ru="вместо данных пришла страница HTML", en="an HTML page came instead of data"),
    "json": Text(ru="ответ не читается как JSON", en="the answer cannot be read as JSON"),
    "shape": Text(ru="в ответе нет того, что должно быть", en="the answer lacks what it must have"),
    "echo": Text(
        ru="ответ не о том контакте, о котором был запрос", en="the answer is about another contact than the request"
    ),
    "error_inside": Text(ru="ответ успешный, но внутри ошибка", en="the answer says success but has an error inside"),
    "size": Text(ru="ответ слишком велик", en="the answer is too large"),
    "encoding": Text(ru="ответ не удалось распаковать", en="the answer could not be decompressed"),
    "status": Text(ru="такого кода ответа быть не должно", en="there should be no such status"),
    "address": Text(
        ru="по этому адресу нет такого метода; проверьте WATBOT_BASE_URL",
        en="there is no such method at this address; check WATBOT_BASE_URL",
    ),
}


class WatbotError(WatbotHooksError):
    """A call to Watbot did not do what was asked. `status` is the HTTP status where there was an answer."""

    status: int | None = None


class WatbotThrottled(WatbotError):
    """429: too many calls. `retry_after_ms` is what Watbot asks for, None when it does not say."""

    status = 429

    def __init__(self, retry_after_ms: int | None = None) -> None:
        super().__init__(
            Text(ru="Watbot просит подождать: слишком много запросов", en="Watbot asks to wait: too many calls")
        )
        self.retry_after_ms = retry_after_ms


class WatbotUnavailable(WatbotError):
    """Watbot could not be reached or cannot answer now. `detail` is a class name or a status, never a URL."""

    def __init__(
        self,
        kind: UnavailableKind,
        *,
        status: int | None = None,
        detail: str = "",
        retry_after_ms: int | None = None,
    ) -> None:
        super().__init__(_with_detail(UNAVAILABLE_TEXTS[kind], detail))
        self.kind = kind
        self.status = status
        self.retry_after_ms = retry_after_ms


class WatbotNonsense(WatbotError):
    """Watbot's answer is no answer of this API."""

    def __init__(self, kind: NonsenseKind, *, status: int | None = None, detail: str = "") -> None:
        text = NONSENSE_TEXTS[kind]
        super().__init__(
            _with_detail(Text(ru=f"Непонятный ответ Watbot: {text.ru}", en=f"Watbot answered oddly: {text.en}"), detail)
        )
        self.kind = kind
        self.status = status
        self.detail = detail


class WatbotTokenRefused(WatbotError):
    """401 and 403, and 402 for the plan: no call with this token will be accepted."""

    def __init__(self, status: int) -> None:
        super().__init__(
            Text(
                ru=f"Watbot не принимает токен (HTTP {status}): проверьте WATBOT_API_TOKEN и тариф",
                en=f"Watbot does not accept the token (HTTP {status}): check WATBOT_API_TOKEN and the plan",
            )
        )
        self.status = status


class WatbotRefused(WatbotError):
    """Watbot does not accept this call's data. `fields` maps Watbot's field names to its sentences about each."""

    def __init__(self, status: int, *, fields: Mapping[str, tuple[str, ...]], message: str = "") -> None:
        faults = "; ".join(f"{name}: {' '.join(sentences)}" for name, sentences in fields.items()) or message
        text = Text(ru=f"Watbot не принял данные (HTTP {status})", en=f"Watbot refused the data (HTTP {status})")
        super().__init__(_with_detail(text, faults))
        self.status = status
        self.fields = dict(fields)
        self.message = message


class WatbotContactUnknown(WatbotError):
    """The contact_id of the call is not known to Watbot, or not any more."""

    def __init__(self, status: int) -> None:
        super().__init__(Text(ru="Watbot не знает контакта с таким номером", en="Watbot knows no contact with this id"))
        self.status = status


class WatbotNothingThere(WatbotError):
    """The tag or the variable that was to be taken away is not there."""

    def __init__(self, status: int) -> None:
        super().__init__(Text(ru="Убирать нечего: этого у контакта нет", en="There is nothing to take away"))
        self.status = status


class BadCall(WatbotError):
    """The call was wrong before it was made: `field` by its name in the call, such as phone, tags.2 or utm.source."""

    def __init__(self, field: str, text: Text) -> None:
        super().__init__(Text(ru=f"{field}: {text.ru}", en=f"{field}: {text.en}"))
        self.field = field


def _with_detail(text: Text, detail: str) -> Text:
    return Text(ru=f"{text.ru}: {detail}", en=f"{text.en}: {detail}") if detail else text
