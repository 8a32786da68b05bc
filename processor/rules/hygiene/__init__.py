"""Warnings: what a rules file may say, and hardly means."""

from processor.rules.hygiene.journal import journal_warnings_of
from processor.rules.hygiene.warnings import in_order, warnings_of

__all__ = ["in_order", "journal_warnings_of", "warnings_of"]
