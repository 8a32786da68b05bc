"""Warnings: what a rules file may say, and hardly means."""

from processor.rules.hygiene.warnings import warnings_of

__all__ = ["warnings_of"]
