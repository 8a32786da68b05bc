"""Rules shown to people hold no secret, and a diff still tells that one changed."""

from __future__ import annotations

import pytest

from processor.rules.mask import diff, mask_secrets

HEAD = "version: 1\nbot: 1\nsources:\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  s: {preset: p, secret: hush}\n", "  s: {preset: p, secret: ***}\n"),
        ("  s:\n    secret: 'hush' # old\n", "  s:\n    secret: *** # old\n"),
        ('  s: {token: ["hush", hush2]}\n', "  s: {token: [***, ***]}\n"),
        ("  s:\n    token:\n      - hush\n      - ${NAME}\n", "  s:\n    token:\n      - ***\n      - ${NAME}\n"),
        ("  s: {api: {url: https://x.example/hush/, token: hush}}\n", "  s: {api: {url: ***, token: ***}}\n"),
        ("  s: {secret: ${NAME:-demo}}\n", "  s: {secret: ${NAME:-demo}}\n"),
        ("  s: {secret: hush${NAME}}\n", "  s: {secret: ***}\n"),
        ("  s: {secret: &h hush}\n  t: {secret: *h}\n", "  s: {secret: ***}\n  t: {secret: *h}\n"),
        ("  s:\n    secret: |\n      hush\n      hush\n    bot: 2\n", "  s:\n    secret: ***\n\n\n    bot: 2\n"),
    ],
)
def test_secrets_written_out_are_masked_and_nothing_else(written: str, shown: str) -> None:
    for end in ("\n", "\r\n"):
        rest = "rules:\n  - name: secret\n"
        masked = mask_secrets((HEAD + written + rest).replace("\n", end))
        assert masked.replace("\r\n", "\n") == HEAD + shown + rest


@pytest.mark.parametrize("broken", ["  s: {secret: hush\n", "\tsecret: hush\n", "  'token': hush\n  - [\n"])
def test_a_text_that_is_no_yaml_is_masked_too(broken: str) -> None:
    assert "hush" not in mask_secrets(HEAD + broken)


def test_a_diff_tells_what_changed_and_of_a_secret_only_that_it_did() -> None:
    old = HEAD + "  s: {secret: hush}\n" + "# same\n" * 9 + "rules: []\n"
    new = HEAD + "  s: {secret: hush2}\n" + "# same\n" * 9 + "rules: [] # x\n"
    assert diff(old, new, "1", "2") == (
        "--- 1",
        "+++ 2",
        "@@ -1,7 +1,7 @@",
        " version: 1",
        " bot: 1",
        " sources:",
        "-  s: {secret: ***}",
        "+  s: {secret: ***}",
        " # same",
        " # same",
        " # same",
        "@@ -11,4 +11,4 @@",
        " # same",
        " # same",
        " # same",
        "-rules: []",
        "+rules: [] # x",
    )
    assert diff(old, old, "1", "1") == ()
