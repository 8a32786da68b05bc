"""Edits of the rules file: outside the edited place comments, order and quoting stay byte for byte."""
