"""Every example of the contract is valid, and what differs from it in type or misses a field is not."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.schemas import contract, documents

EXAMPLES = contract.examples() + contract.inline()
LABELS = [
    f"{number}-{document.get('schema') or document.get('event')}-{document.get('kind', '')}"
    for number, document in enumerate(EXAMPLES)
]


@pytest.mark.parametrize("document", EXAMPLES, ids=LABELS)
def test_an_example_of_the_contract_is_valid(document):
    documents.validate(document)


@pytest.mark.parametrize("name", documents.names())
def test_a_shipped_schema_is_itself_valid_and_allows_what_it_does_not_know(name):
    schema = documents.load(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{name}.json"
    assert '"additionalProperties": false' not in json.dumps(schema)


def test_every_kind_of_document_that_the_contract_names_has_an_example_or_is_known_not_to():
    shown = {name for document in EXAMPLES for name in documents.schema_of(document)}
    without_example = {"common"}
    assert set(documents.names()) - shown == without_example


def _meant(document: dict) -> str:
    """The one schema that the example is for: of several commands that print such a line, the one that it fits."""
    for name in documents.schema_of(document):
        if name != "cli-demo" or document["event"] == "ready":  # its summary asks for nothing
            try:
                documents.validate_against(name, document)
            except ValidationError:
                continue
            return name
    raise LookupError(document)


def _required(name: str, document: dict) -> set[str]:
    schema = documents.load(name)
    fitting = [set(one["required"]) for one in schema.get("oneOf", [schema]) if set(one["required"]) <= set(document)]
    return set().union(*fitting)


@pytest.mark.parametrize("document", EXAMPLES, ids=LABELS)
def test_a_required_field_that_is_missing_is_noticed(document):
    name = _meant(document)
    for field in _required(name, document):
        with pytest.raises(ValidationError):
            documents.validate_against(name, {key: value for key, value in document.items() if key != field})


@pytest.mark.parametrize("document", EXAMPLES, ids=LABELS)
def test_a_field_of_a_wrong_type_is_noticed(document):
    name = _meant(document)
    for field, value in document.items():
        if not isinstance(value, list | dict):
            with pytest.raises(ValidationError):
                documents.validate_against(name, {**document, field: [{"neither": "text nor number"}]})


@pytest.mark.parametrize("document", EXAMPLES, ids=LABELS)
def test_a_field_that_nobody_knows_is_ignored(document):
    documents.validate({**document, "tomorrow": {"any": ["thing"]}})


def _example(schema: str, **fields) -> dict:
    for document in EXAMPLES:
        if document.get("schema") == schema and all(document.get(key) == value for key, value in fields.items()):
            return copy.deepcopy(document)
    raise LookupError(schema)


@pytest.mark.parametrize(
    ("schema", "pick", "change"),
    [
        ("measured/1", {"qc": 4}, {"v": 0}),  # a value that failed is null, never 0
        ("measured/1", {"qc": 1}, {"v": None}),
        ("measured/1", {"qc": 1}, {"t_src": "none"}),  # without a clock there is no instant
        ("measured/1", {"qc": 1}, {"t": "2026-02-24T18:30:10Z"}),  # milliseconds on measured documents
        ("measured/1", {"qc": 1}, {"quantity": "pm25"}),
        ("measured/1", {"qc": 1}, {"flags": ["dusty"]}),
        ("measured/1", {"qc": 1}, {"u": "µg/m³"}),
        ("inferred/1", {"verdict": "withheld"}, {"elevated": "OFF"}),
        ("inferred/1", {"verdict": "withheld"}, {"withheld": None}),
        ("inferred/1", {"verdict": "elevated"}, {"claim": None}),
        ("inferred/1", {"verdict": "elevated"}, {"stage": "provisional"}),
        ("inferred/1", {"verdict": "elevated"}, {"verdict": "notable"}),  # a notable claim has the context score
        ("inferred/1", {"verdict": "elevated"}, {"not_medical": False}),
        ("inferred/1", {"kind": "typical"}, {"lo": None}),
        ("inferred/1", {"kind": "typical"}, {"stage": "provisional"}),  # settled in established only
        ("inferred/1", {"kind": "guidance"}, {"stage": "learning"}),
        ("event/1", {"kind": "stage"}, {"event_type": "started"}),
        ("reply/1", {"status": "error"}, {"error": None}),
        ("reply/1", {"status": "ok"}, {"status": "error"}),
        ("status/1", {}, {"schema": "status/2"}),
    ],
)
def test_what_contradicts_the_contract_is_refused(schema, pick, change):
    document = _example(schema, **pick)
    document.update(change)
    with pytest.raises(ValidationError):
        documents.validate(document)


def test_a_guidance_level_is_not_personal_and_incomplete_ones_have_no_value():
    for change in ({"personal": True}, {"value": 3.0}, {"averaging": "1 min mean"}):
        document = _example("inferred/1", kind="guidance")
        document["levels"][2].update(change)
        with pytest.raises(ValidationError):
            documents.validate(document)


def test_a_thin_node_says_bytes_or_its_state():
    documents.validate({"schema": "node/1", "nid": "pico1", "state": "online"})
    documents.validate({"schema": "node/1", "nid": "pico1", "boot": "k3m9q2", "seq": 4, "up_ms": 9000, "rx": "424d"})
    documents.validate({"schema": "node/1", "kind": "tx", "nid": "pico1", "port": "0", "tx": "424de1000170"})
    with pytest.raises(ValidationError):
        documents.validate({"schema": "node/1", "nid": "pico1"})


def test_a_document_that_nobody_knows_is_refused():
    for document in ({}, {"schema": "weather/1"}, {"event": "sunrise"}):
        with pytest.raises(ValidationError):
            documents.validate(document)
