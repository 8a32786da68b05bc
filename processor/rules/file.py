"""The rules file as text, read within bounds."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from processor.errors import FaultsFound, NotFound
from processor.fault import Fault, Place
from processor.rules.compile import FILE_BYTES_MAX
from processor.rules.lines import place_of
from processor.text import Text

_UTF8: Final = Text("файл, сохранённый в UTF-8", "a file saved as UTF-8")

_WHY: Final = {
    errno.ENOENT: "такого файла нет",
    errno.ENOTDIR: "часть пути — не папка",
    errno.EACCES: "нет прав на чтение",
    errno.EPERM: "нет прав на чтение",
    errno.EISDIR: "это папка, а не файл",
    errno.ELOOP: "ссылки ведут по кругу",
    errno.ENAMETOOLONG: "имя слишком длинное",
    errno.EIO: "ошибка диска",
    errno.ESTALE: "сетевая папка недоступна",
    errno.EMFILE: "открыто слишком много файлов",
    errno.ENFILE: "открыто слишком много файлов",
}


def why_unread(error: OSError) -> Text:
    """Why a file could not be opened, in words; unusual reasons stay as the system names them."""
    english = error.strerror or type(error).__name__
    return Text(_WHY.get(error.errno or 0, english), english)


def read_rules(path: Path) -> str:
    """The file's text. Raises NotFound when it cannot be read at all, FaultsFound when it is too large or no UTF-8."""
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        why = why_unread(error)
        text = Text(f"файл правил {path} не читается: {why.ru}", f"cannot read the rules file {path}: {why.en}")
        raise NotFound(text) from error
    if len(raw) > FILE_BYTES_MAX:
        text = Text(f"файл больше {FILE_BYTES_MAX} байт", f"the file has more than {FILE_BYTES_MAX} bytes")
        raise FaultsFound([Fault("file.too_large", text, Place(path.name, 1, 1))])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8")
        line, column = place_of(good, len(good))
        text = Text("файл не в кодировке UTF-8", "the file is not UTF-8")
        raise FaultsFound([Fault("file.encoding", text, Place(path.name, line, column), _UTF8)]) from error
