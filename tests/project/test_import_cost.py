"""What an import costs: on a small computer each module loaded at start is time and memory for as long as it runs."""

import pytest

from tests.project.imports import cost


def loaded(result: dict) -> set[str]:
    return {name.split(".")[0] for name in result["modules"]}


@pytest.mark.parametrize(
    ("imports", "ms", "kib"),
    [
        ("import aqsense", 60, 4096),
        ("import aqsense.monitor; from aqsense.wire import registry", 120, 8192),
    ],
)
def test_the_library_loads_quickly_and_no_other_library(imports, ms, kib):
    result = cost(imports)
    assert not loaded(result) & {
        "numpy",
        "serial",
        "paho",
        "amqtt",
        "sqlite3",
        "asyncio",
        "firmware_bridge",
        "simulators",
    }
    assert result["ms"] <= ms
    assert result["kib"] <= kib


def test_opening_one_decoder_loads_that_family_alone():
    code = "from aqsense.wire import registry; registry.open('pms5003')"
    families = {name for name in cost(code, 1)["modules"] if name.startswith("aqsense.wire.")}
    assert not families & {
        "aqsense.wire.winsen",
        "aqsense.wire.sensirion",
        "aqsense.wire.senseair",
        "aqsense.wire.nova",
    }


def test_the_daemon_loads_neither_numpy_nor_simulators():
    assert not loaded(cost("import firmware_bridge.daemon", 1)) & {"numpy", "simulators", "amqtt", "jsonschema"}
