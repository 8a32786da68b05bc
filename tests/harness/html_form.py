"""What a browser would send of a form as it stands in a page."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, id_: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._id, self._inside = id_, False
        self._select: str | None = None
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._inside = told.get("id") == self._id
        if not self._inside:
            return
        name = told.get("name")
        if tag == "input" and name:
            if told.get("type") != "checkbox" or "checked" in told:
                value = told.get("value")
                # A line of text loses its line breaks.
                self.fields[name] = "on" if value is None else value.replace("\n", "").replace("\r", "")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and (self._select not in self.fields or "selected" in told):
            self.fields[self._select] = told.get("value") or ""
        elif tag == "textarea" and name:
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            text = self._text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
            self.fields[self._area] = text.replace("\n", "\r\n")
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._inside = False


def fields_of(html: str, form: str = "rule") -> dict[str, str]:
    """The fields of the form with this id, without those of a button."""
    reader = _Reader(form)
    reader.feed(html)
    return reader.fields
