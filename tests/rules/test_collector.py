"""Python's collector rests while a file is read, and is awake afterwards."""

import gc

import pytest

from processor.errors import FaultsFound
from processor.rules.collector import collector_resting
from tests.harness.rules import ruleset


def test_it_is_awake_again_whether_the_file_is_right_or_wrong() -> None:
    ruleset()
    assert gc.isenabled()
    with pytest.raises(FaultsFound):
        ruleset("version: 2\n")
    assert gc.isenabled()


def test_who_has_it_switched_off_finds_it_switched_off() -> None:
    gc.disable()
    try:
        with collector_resting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
    with collector_resting():
        assert not gc.isenabled()
    assert gc.isenabled()
