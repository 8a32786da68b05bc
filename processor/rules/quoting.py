"""Text put in quotes so that YAML reads exactly that text."""

from __future__ import annotations


def quoted(text: str) -> str:
    """In double quotes; in single ones when the text holds double quotes or a backslash."""
    text = text.strip()
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"
