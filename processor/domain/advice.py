"""Why something could not be delivered, and what a person can do about it, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processor.text import Text


@dataclass(frozen=True, slots=True)
class Advice:
    """`why` is the reason as a person says it, `todo` what helps."""

    why: Text
    todo: Text


_RETRY_LATER = Text("подождите и повторите: queue retry", "wait and retry: queue retry")
_WRITE_TO_SUPPORT = Text(
    "повторите (queue retry); если не поможет, спросите поддержку Watbot об этом контакте",
    "retry (queue retry); if that does not help, ask Watbot's support about this contact",
)
_CHECK_ADDRESS = Text(
    "проверьте WATBOT_BASE_URL и повторите: queue retry", "check WATBOT_BASE_URL and retry: queue retry"
)
_REPORT = Text(
    "это ошибка watbot-hooks: сохраните историю события (events show) и сообщите разработчикам; затем queue retry",
    "this is a fault of watbot-hooks: keep the event's story (events show), report it, then queue retry",
)


def _odd(ru: str, en: str, todo: Text = _WRITE_TO_SUPPORT) -> Advice:
    return Advice(Text(f"непонятный ответ Watbot: {ru}", f"Watbot answered oddly: {en}"), todo)


def _away(ru: str, en: str, todo: Text = _WRITE_TO_SUPPORT) -> Advice:
    return Advice(Text(f"вызовы этого контакта не удаются: {ru}", f"this contact's calls fail: {en}"), todo)


ADVICE: Mapping[str, Advice] = {
    "refused": Advice(
        Text("Watbot не принял значение", "Watbot refused the value"),
        Text(
            "исправьте значение: queue retry КОНТАКТ --element ЭЛЕМЕНТ --value ЗНАЧЕНИЕ, или поправьте правило",
            "mend the value: queue retry CONTACT --element ELEMENT --value VALUE, or mend the rule",
        ),
    ),
    "bad_call": Advice(
        Text("значение нельзя отправить в Watbot", "the value cannot be sent to Watbot"),
        Text(
            "исправьте значение: queue retry КОНТАКТ --element ЭЛЕМЕНТ --value ЗНАЧЕНИЕ",
            "mend the value: queue retry CONTACT --element ELEMENT --value VALUE",
        ),
    ),
    "utm_not_kept": Advice(
        Text("Watbot не сохранил UTM", "Watbot did not keep the UTM data"),
        Text(
            "поставьте в правилах utm_as: auto или variables, затем queue retry --reason utm_not_kept",
            "set utm_as: auto or variables in the rules, then queue retry --reason utm_not_kept",
        ),
    ),
    "contact_unknown": Advice(
        Text(
            "Watbot раз за разом отвечает, что такого контакта нет",
            "Watbot says again and again that there is no such contact",
        ),
        Text(
            "посмотрите, есть ли контакт в Watbot; затем queue retry",
            "see whether the contact is there in Watbot; then queue retry",
        ),
    ),
    "kills_its_holder": Advice(
        Text("обработчик раз за разом умирал на этом контакте", "the worker died of this contact again and again"),
        _REPORT,
    ),
    "unexpected": Advice(Text("непредвиденная ошибка", "an unexpected error"), _REPORT),
    "without_call": Advice(
        Text("для этих изменений не нашлось вызова", "no call was found for these changes"), _REPORT
    ),
    "fruitless": Advice(Text("вызовы удаются, но ничего не меняют", "the calls go well but change nothing"), _REPORT),
    "store": Advice(Text("хранилище не отвечало", "the store did not answer"), _RETRY_LATER),
    "nonsense_html": _odd("страница HTML вместо данных", "an HTML page instead of data"),
    "nonsense_json": _odd("не читается как JSON", "it cannot be read as JSON"),
    "nonsense_shape": _odd("в ответе нет того, что должно быть", "the answer lacks what it must have"),
    "nonsense_echo": _odd("ответ о другом контакте", "the answer is about another contact"),
    "nonsense_error_inside": _odd("ответ успешный, но внутри ошибка", "it says success but has an error inside"),
    "nonsense_size": _odd("ответ слишком велик", "the answer is too large"),
    "nonsense_encoding": _odd("ответ не удалось распаковать", "the answer could not be decompressed"),
    "nonsense_status": _odd("такого кода ответа быть не должно", "there should be no such status"),
    "nonsense_address": _odd("нет такого метода по этому адресу", "no such method at this address", _CHECK_ADDRESS),
    "unavailable_connect": _away("не удаётся соединиться", "no connection is made"),
    "unavailable_timeout": _away("ответ не приходит вовремя", "the answer does not come in time"),
    "unavailable_cut": _away("соединение обрывается", "the connection is cut"),
    "unavailable_proxy": _away("отказывает прокси", "the proxy fails", Text("проверьте прокси", "check the proxy")),
    "unavailable_protocol": _away("сбой протокола HTTP", "the HTTP protocol fails"),
    "unavailable_redirect": _away("Watbot отправляет на другой адрес", "Watbot redirects elsewhere", _CHECK_ADDRESS),
    "unavailable_server": _away("ошибка на стороне Watbot (5xx)", "an error on Watbot's side (5xx)"),
    "unavailable_busy": _away("Watbot просит повторить позже", "Watbot asks to repeat later", _RETRY_LATER),
    "unavailable_stream": _away("ответ не удаётся прочитать", "the answer cannot be read"),
    "unavailable_other": _away("запрос не удаётся", "the request fails"),
}


def advice_for(reason: str) -> Advice:
    """What to say of `reason`; one that an older or newer version wrote is told by its name."""
    return ADVICE.get(reason) or Advice(Text(reason, reason), _RETRY_LATER)
