"""Every model of the registry: `simulate sensor`, `detect` and `run` agree on what is on the line."""

import pytest

from aqsense import quantities
from aqsense.wire import registry
from simulators import sensors
from tests.models import table
from tests.models.rack import expected, headline

pytestmark = pytest.mark.xdist_group("models")
every_model = pytest.mark.parametrize("model", table.MODELS)


@pytest.fixture(scope="module")
def rows():
    return {row.model: row for row in table.rows()}


@every_model
def test_a_simulated_sensor_is_named_by_detection_and_its_values_are_published(rows, model):
    assert rows[model].problems() == []


@every_model
def test_each_quantity_has_its_own_topic_and_the_sensor_says_what_it_is(rows, model):
    documents = rows[model].documents
    single = {body["quantity"] for body in documents if body["schema"] == "measured/1"}
    assert set(expected(model)) <= single
    meta = [body for body in documents if body["schema"] == "sensor-meta/1"][-1]
    assert meta["model"] == model
    assert set(headline(model)) <= {entry["quantity"] for entry in meta["quantities"]}
    assert [body["state"] for body in documents if body["schema"] == "sensor-status/1"][-1] == "online"


@every_model
def test_what_a_simulated_sensor_of_the_same_group_sends_is_read_alike(model):
    for other in table.alike(model):
        frame = sensors.encode(other, {name: 40 for name, *_ in sensors.registers(other)})
        decoder = registry.open(model)
        if sensors.poll(other):
            decoder.stand(sensors.poll(other))
        decoder.receive_data(frame, len(frame))
        decoder.next_event()
        assert decoder.samples == 1, f"{model} does not read what {other} sends"


def test_every_model_but_one_publishes_a_quantity_of_the_contract():
    silent = [model for model in table.MODELS if not expected(model)]
    assert silent == ["sds198"]  # PM100 alone, which is no quantity of the contract
    assert all(name in quantities.FIELDS for model in table.MODELS for name in expected(model))
