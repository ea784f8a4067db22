"""Fixtures: a bench of real parts for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge.bench_parts import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Real parts that end with the test."""
    made = Bench(tmp_path)
    yield made
    made.close()
