"""What a sample and a half hour cost on a board's heap: decoder, checks, window and cell; then the fold."""

import pytest

from simulators import sensors
from tests.board.lockstep import HERE
from tests.mpy import interpreters

PER_SAMPLE = {"pms5003": 0, "pms3003": 0, "sds011": 0, "mhz19b": 0, "s8": 0, "sps30": 0, "scd30": 0}
PER_HALF_HOUR = 1000


@pytest.mark.parametrize("name", interpreters.NAMES)
@pytest.mark.parametrize("model", PER_SAMPLE)
def test_a_sample_allocates_no_more_than_its_family_may(model, name, library, sources_only):
    interpreter = interpreters.get(name)
    values = {register.name: register.low + 8 * register.step for register in sensors.registers(model)}
    arguments = [model, sensors.poll(model).hex(), sensors.encode(model, values).hex()]
    path = (library,) if interpreter.heap_is_real else (sources_only,)
    result = interpreter.run(HERE / "scripts" / "per_sample.py", *arguments, path=path, heap="600k")
    assert result.returncode == 0, result.stdout + result.stderr
    most, half_hour = (int(word) for word in result.stdout.split())
    assert most <= PER_SAMPLE[model]
    assert half_hour <= PER_HALF_HOUR
    print(model, name, most, half_hour)
