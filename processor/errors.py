"""Every error of ours, as one page.

WatbotHooksError
├── FaultsFound            what a person wrote is wrong: all faults at once, each with its place
├── StoreError
│   ├── StoreUnavailable   the store cannot be reached, or does not answer in time; try again
│   └── StoreFull          the store refuses writes (memory, disk, read-only); try again later
├── AlreadyRunning         another `up` holds the same data folder
├── StartFailed            a process of ours could not be started
├── ProofRefused           the sender could not be proven
├── Refused                what a person asked for is not to be had, for a reason with a stable name
├── Unreadable             a proven sender's body cannot be read
├── Conflict               the rules file is not what the draft started from; nothing was written
├── NotWritable            the rules file cannot be written; it is as it was
├── EditRefused            the rules file cannot be edited in this way; it is as it was
└── NotFound               no such event, source or file
"""

from __future__ import annotations

from collections.abc import Sequence

from processor.fault import Fault
from processor.text import Language, Text


class WatbotHooksError(Exception):
    """The root of our errors; `text` is the message in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def say(self, language: Language) -> str:
        """The message in `language`."""
        return self.text.say(language)


class FaultsFound(WatbotHooksError):
    """What a person wrote is wrong; `faults` holds all that is wrong, in the order of their places."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(Text("\n".join(f.say("ru") for f in faults), "\n".join(f.say("en") for f in faults)))
        self.faults = tuple(faults)


class StoreError(WatbotHooksError):
    """The store did not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot be reached or does not answer in time."""


class StoreFull(StoreError):
    """The store refuses writes: memory, disk or read-only."""


class AlreadyRunning(WatbotHooksError):
    """Another `up` holds the same data folder."""


class StartFailed(WatbotHooksError):
    """A process of ours could not be started."""


class ProofRefused(WatbotHooksError):
    """The sender could not be proven; `code` is the stable name of the reason."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(text)
        self.code = code


class Refused(WatbotHooksError):
    """What a person asked for is not to be had; `code` is the stable name of the reason."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(text)
        self.code = code


class Unreadable(WatbotHooksError):
    """A proven sender's body cannot be read as what the sender says it is."""


class Conflict(WatbotHooksError):
    """The rules file is not what the draft started from; `diff` leads from the file to the draft, secrets masked."""

    def __init__(self, text: Text, diff: tuple[str, ...] = (), found: str | None = None) -> None:
        super().__init__(text)
        self.diff = diff
        self.found = found
        """The version that the file holds."""


class NotWritable(WatbotHooksError):
    """The rules file cannot be written; it is as it was."""


class EditRefused(WatbotHooksError):
    """The rules file cannot be edited in this way; it is as it was."""


class NotFound(WatbotHooksError):
    """No such thing."""
