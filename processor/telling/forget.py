"""Forgetting a person in a person's words: what goes, what stays, what went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from processor.store.receipts import Receipt
from processor.store.sift import Scope
from processor.telling.story import clock
from processor.text import Language, Text

COUNTED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "contacts": Text("контактов: желаемое, подтверждённое, место в очереди", "contacts: wanted, confirmed, line"),
        "wishes": Text("изменений, которые ждали отправки", "changes that waited to be sent"),
        "refused": Text("отложенных значений", "values that were set aside"),
        "events": Text("событий целиком", "whole events"),
        "events_in_part": Text("событий, где есть и другие люди: убрана часть", "events with others in them: the part"),
        "deliveries": Text("тел доставок", "bodies of deliveries"),
        "steps": Text("записей в историях событий", "entries in stories of events"),
        "documents": Text("документов от API отправителей", "documents of senders' APIs"),
        "terms": Text("записей поиска", "entries of the search"),
    }
)
STAYS: Final[tuple[Text, ...]] = (
    Text(
        "контакт в самом Watbot: мы его не трогаем; удалите его там, и до сверки контактов (backfill), "
        "иначе она узнает его снова",
        "the contact in Watbot itself: it is not touched; delete it there, and before the next backfill, "
        "which would learn it again",
    ),
    Text("человек у отправителя: магазин или форма его помнят", "the person at the sender: the shop or the form"),
    Text(
        "отпечатки доставок на DEDUPE_DAYS дней: по ним повтор забытого узнают и ничего не возвращают",
        "digests of deliveries for DEDUPE_DAYS: by them a repetition of what is forgotten brings nothing back",
    ),
    Text(
        "то, что правило записало об этом человеке чужому контакту (например, менеджеру)",
        "what a rule wrote of this person into somebody else's contact (a manager's, say)",
    ),
    Text(
        "файл правил с его версиями, выгрузки, резервные копии и журнал работы: их правят руками",
        "the rules file and its versions, exports, backups and logs: they are mended by hand",
    ),
)


def to_go(scope: Scope) -> dict[str, int]:
    """How many of each kind would go, as far as that is known before; by the names of COUNTED."""
    return {
        "contacts": len(scope.contacts),
        "events": len(scope.whole),
        "events_in_part": len(scope.part),
    }


def waiting_text(count: int) -> Text:
    """About deliveries that nobody has read yet."""
    return Text(
        f"ещё не применены и останутся: {count}; повторите, когда очередь пройдёт",
        f"not applied yet, and staying: {count}; forget again when they have been",
    )


def lines_text(lines: tuple[int, ...]) -> Text:
    """About the rules file."""
    shown = ", ".join(map(str, lines))
    return Text(
        f"человек назван в файле правил, строки {shown}: уберите сами",
        f"the rules file names the person, lines {shown}: take that out yourself",
    )


def tell_scope(scope: Scope, lines: tuple[int, ...], language: Language) -> Iterator[str]:
    """What would go and what would stay, line by line."""
    yield Text("Будет удалено безвозвратно", "To be deleted for good").say(language)
    for name, count in to_go(scope).items():
        yield f"  {COUNTED[name].say(language)}: {count}"
    for key in scope.contacts:
        yield f"  {key}"
    yield Text("Останется", "Staying").say(language)
    for text in (*STAYS, *_left(len(scope.waiting), lines)):
        yield f"  {text.say(language)}"


def tell_receipt(receipt: Receipt, language: Language) -> Iterator[str]:
    """The receipt, line by line."""
    at = clock(receipt.at_ms)
    yield Text(
        f"Забыто. Квитанция {receipt.number}, {at} UTC, {receipt.by}",
        f"Forgotten. Receipt {receipt.number}, {at} UTC, {receipt.by}",
    ).say(language)
    for name, text in COUNTED.items():
        yield f"  {text.say(language)}: {getattr(receipt, name)}"
    for text in _left(receipt.waiting, receipt.rules_lines):
        yield f"  {text.say(language)}"


def _left(waiting: int, lines: tuple[int, ...]) -> list[Text]:
    return ([waiting_text(waiting)] if waiting else []) + ([lines_text(lines)] if lines else [])
