"""`delivery:` of an example: a request as the sender makes it, with its body in place or in a file nearby."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from processor.domain.example import RawDelivery
from processor.rules.examples.event import Stage
from processor.rules.examples.values import free_value, texts_by_name
from processor.rules.reading import Field, choice_of, fields, missing, text_of
from processor.rules.report import Report, named
from processor.rules.tree import Scalar, Table, Tree
from processor.text import Text

KEYS: Final = ("source", "method", "headers", "query", "body", "file")
METHODS: Final = ("POST", "PUT", "GET")
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


def delivery_of(tree: Tree, stage: Stage, report: Report) -> RawDelivery | None:
    """The request; None, with faults. The only source of the rules need not be named."""
    before = report.count
    found = fields(tree, KEYS, report)
    if not isinstance(tree, Table):
        return None
    source = _source(tree, found, stage, report)
    if "body" in found and "file" in found:
        text = Text("«body» и «file» вместе", '"body" and "file" together')
        report.add("example.given", text, found["file"].key.place, Text("одно из двух", "one of the two"))
    if not found.keys() & {"body", "file", "query"}:
        missing("body", tree.place, Text("body: {…} или file: order.json", "body: {…} or file: order.json"), report)
    headers = _headers(found, report)
    read = RawDelivery(
        source=source or "",
        place=found["file"].value.place if "file" in found else tree.place,
        method=(choice_of(found["method"].value, METHODS, report) if "method" in found else None) or "POST",
        headers=headers,
        query=_query(found["query"].value, report) if "query" in found else "",
        body=_body(found["body"].value, headers) if "body" in found else b"",
        file=_file(found["file"].value, report) if "file" in found else None,
    )
    return read if report.count == before else None


def _source(tree: Table, found: Mapping[str, Field], stage: Stage, report: Report) -> str | None:
    if "source" not in found:
        if stage.source is None:
            missing("source", tree.place, Text("источник из правил", "a source of the rules"), report)
        return stage.source
    text = text_of(found["source"].value, report)
    return stage.named(text, found["source"].value, report) if text is not None else None


def _headers(found: Mapping[str, Field], report: Report) -> Mapping[str, str]:
    headers = texts_by_name(found["headers"].value, report) if "headers" in found else {}
    lowered = {name.lower(): value for name, value in headers.items()}
    if "body" in found and not isinstance(found["body"].value, Scalar):
        lowered.setdefault("content-type", JSON)
    return lowered


def _query(tree: Tree, report: Report) -> str:
    if isinstance(tree, Table):
        return urlencode(texts_by_name(tree, report))
    text = (text_of(tree, report) or "").removeprefix("?")
    return text.encode("utf-8", "replace").decode("utf-8")


def _body(tree: Tree, headers: Mapping[str, str]) -> bytes:
    """Text as it stands; fields as a form, when the headers say that it is one, else as JSON."""
    if isinstance(tree, Scalar):
        return tree.text.encode("utf-8", "replace")
    value: Any = free_value(tree)
    if isinstance(value, dict) and headers.get("content-type", "").startswith(FORM):
        return urlencode({name: _written(one) for name, one in value.items()}).encode()
    return msgspec.json.encode(value)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _file(tree: Tree, report: Report) -> str | None:
    """A path below the folder of the examples: nothing else of this machine may be read."""
    text = text_of(tree, report)
    if text is None:
        return None
    posix, windows = PurePosixPath(text), PureWindowsPath(text)
    if posix.is_absolute() or windows.drive or windows.root or ".." in (*posix.parts, *windows.parts) or "\0" in text:
        message = Text(
            f"файл «{named(text)}» не в папке примеров", f'file "{named(text)}" is not below the folder of the examples'
        )
        report.add("example.file", message, tree.place, Text("deliveries/order.json", "deliveries/order.json"))
        return None
    return text
