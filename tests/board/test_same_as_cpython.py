"""Sixty days of a home in front of a board with a small heap and power cuts: what CPython says, to the byte."""

import random

import pytest

from tests.board import same
from tests.board.lockstep import LEAST_HEAP, Board

DAYS = 60
CUTS = 6
SEED = 3


def test_sixty_days_with_power_cuts_say_what_cpython_says(tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, same.home.config(broker, clock.port), wires, clock, heap=LEAST_HEAP)
    restarts = set(random.Random(SEED).sample(range(DAYS * 288), CUTS))
    lines = same.assert_same(board, broker, DAYS, SEED, restarts)
    assert len(lines) > 2 * 48 * DAYS - 2 * (CUTS + 1), "every half hour but those that a cut or the end left open"


def test_on_flash_of_its_own_it_says_the_same(tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, same.home.config(broker, clock.port, state_dir="raw"), wires, clock)
    assert len(same.assert_same(board, broker, 2, SEED, {150, 290, 400})) > 4 * 48 - 8
    assert not (tmp_path / "raw").exists()
    assert (tmp_path / "erases").exists()


@pytest.mark.xdist_group("image")
@pytest.mark.parametrize(("way", "where", "heap"), [("image", "aqsense.romfs", "144k"), ("library", "files", "256k")])
def test_code_that_is_executed_in_place_or_loaded_says_the_same(
    way, where, heap, image, tmp_path, broker, clock, wires
):
    config = same.home.config(broker, clock.port)
    board = Board(tmp_path, config, wires, clock, heap=heap, **{way: image / where})
    assert len(same.assert_same(board, broker, 1, SEED, {100})) > 2 * 48 - 4
