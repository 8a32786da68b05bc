"""Whether a refusal to take something away says that it is not there. Pure.

Careful on both sides: a refused contact is no such thing (workers/watbot/translate.py sees to it before), and what only
might mean it stays a refusal, which a person reads in Watbot's own words.
"""

from __future__ import annotations

import re
from typing import Any

from workers.watbot import readers
from workers.watbot.errors import WatbotError, WatbotNonsense, WatbotNothingThere, WatbotRefused

ABSENCE_STATUSES = frozenset({400, 404, 409, 410, 422})

# What such a call names besides the contact, under the names that Laravel may give it.
_FIELD = re.compile(r"name|id|(?:tag|variable)s?(?:[_.](?:name|id|\d+))?", re.I)
_THING = re.compile(r"(?:tag|variable)s?\b|тег|переменн", re.I)
_ABSENT = re.compile(
    r"not found|(?:could|can) ?(?:not|n.t) be found|do(?:es)? ?(?:not|n.t) (?:exist|have)|has no\b|no such|"
    r"not (?:attached|assigned|linked|set|present)\b|already (?:been )?(?:removed|deleted|detached)|no query results|"
    r"selected .{0,60}\binvalid|"
    r"не (?:найден|существует|прикрепл|привязан|назначен|установлен|задан|имеет)|отсутству|нет так|у контакта нет|"
    r"уже (?:удал|откреп|снят)|(?:выбранн|значени).{0,80}(?:некорректн|ошибочн|неверн|недопустим|недействительн)",
    re.I,
)
_OF_THE_CONTACT = re.compile(
    r"\bcontact(?:[_ ]id)? (?:was |is )?(?:not found|invalid|unknown|does ?(?:not|n.t) exist)|selected contact\b|"
    r"(?<!у )контакта? (?:с таким \S+ )?не (?:найден|существует)|нет такого контакта",
    re.I,
)
_BARE = re.compile(r"(?:not found|не найден[оа]?)?\.?", re.I)


def nothing_there(error: WatbotError, told: Any) -> WatbotNothingThere | None:
    """The better name of `error` after a call that takes something away; None when it says anything else.

    `told` is the answer's JSON, whatever it is.
    """
    status = error.status or 0
    answer = readers.mapping(told)
    if isinstance(error, WatbotRefused) and error.fields:
        said = [sentence for sentences in error.fields.values() for sentence in sentences]
        absent = bool(said) and all(map(_FIELD.fullmatch, error.fields)) and all(map(_says_absent, said))
    elif isinstance(error, WatbotRefused):
        absent = status in ABSENCE_STATUSES and _names_it_absent(error.message)
    elif isinstance(error, WatbotNonsense) and error.kind == "error_inside":
        absent = _names_it_absent(error.detail)
    else:
        # A bare 404 in JSON is the API's own; a page, or words about a route, mean a wrong address.
        absent = (
            isinstance(error, WatbotNonsense)
            and status == 404
            and "message" in answer
            and bool(_BARE.fullmatch(readers.text(answer["message"]) or ""))
        )
    return WatbotNothingThere(status) if absent else None


def _says_absent(sentence: str) -> bool:
    return bool(_ABSENT.search(sentence)) and not _OF_THE_CONTACT.search(sentence)


def _names_it_absent(message: str) -> bool:
    return bool(_THING.search(message)) and _says_absent(message)
