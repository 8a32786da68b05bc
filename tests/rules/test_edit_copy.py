"""A copy of a rule stands below it as it was written, comments and quotes too, switched off, under its own name."""

from __future__ import annotations

import pytest

from processor.rules.edit.edits import Copy, edit_rules

HEAD = "version: 1\nbot: 1\nsources: {}\n"


@pytest.mark.parametrize(
    ("rules", "copied"),
    [
        (
            "rules:\n  # why\n  - name: 'A' # so\n    when: {}\n    then: {tags: \"x\"} # why, too\n",
            "rules:\n  # why\n  - name: 'A' # so\n    when: {}\n    then: {tags: \"x\"} # why, too\n"
            "  # why\n  - name: 'B' # so\n    enabled: false\n    when: {}\n"
            '    then: {tags: "x"} # why, too\n',
        ),
        (
            "rules:\n- name: A\n  enabled: true\n  when: {}\n  then: {tags: x}\n\n- name: C\n  when: {}\n  stop: true",
            "rules:\n- name: A\n  enabled: true\n  when: {}\n  then: {tags: x}\n\n"
            "- name: B\n  enabled: false\n  when: {}\n  then: {tags: x}\n\n- name: C\n  when: {}\n  stop: true",
        ),
        (
            "rules: [{name: A, when: {}, then: {tags: x}}]\n",
            "rules: [{name: A, when: {}, then: {tags: x}}, {name: B, enabled: false, when: {}, then: {tags: x}}]\n",
        ),
    ],
)
def test_a_rule_is_copied(rules: str, copied: str) -> None:
    assert edit_rules(HEAD + rules, [Copy("A", "B")], file="rules.yaml", environ={}) == HEAD + copied


def test_the_last_rule_of_a_file_without_a_last_line_break_is_copied() -> None:
    text = HEAD + "rules:\n  - name: A\n    when: {}\n    then: {tags: x}"
    told = edit_rules(text, [Copy("A", "B")], file="rules.yaml", environ={})
    assert told == text + "\n  - name: B\n    enabled: false\n    when: {}\n    then: {tags: x}"
