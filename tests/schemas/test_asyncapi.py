"""The AsyncAPI file describes the contract's topic table, row by row."""

import re

from tests.schemas import contract, documents

API = documents.load("asyncapi")


def _address(topic: str) -> str:
    """A topic of the contract's table in the words of AsyncAPI: `B/sensor/<sid>/meta` to `.../{sid}/meta`."""
    topic = topic.replace("aqsense_<home>_<sid>", "aqsense_{home}_{sid}").replace("B/", "aqsense/v1/{home}/", 1)
    return re.sub(r"<(\w+)>", r"{\1}", topic)


def test_each_row_of_the_topic_table_has_a_channel_with_its_qos_and_retention():
    channels = {channel["address"]: key for key, channel in API["channels"].items()}
    bindings = {one["channel"]["$ref"].split("/")[-1]: one["bindings"]["mqtt"] for one in API["operations"].values()}
    rows = contract.topics()
    assert len(rows) == 21
    for topic, qos, retained in rows:
        key = channels[_address(topic)]
        assert (bindings[key]["qos"], bindings[key]["retain"]) == (qos, retained), topic
    assert len(channels) == len(rows)


def test_every_reference_leads_somewhere():
    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    yield value
                else:
                    yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    for reference in walk(API):
        if reference.startswith("#/"):
            node = API
            for part in reference[2:].split("/"):
                node = node[part]
        else:
            assert reference.removesuffix(".json") in documents.names(), reference


def test_every_parameter_of_an_address_is_described():
    for channel in API["channels"].values():
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel["parameters"])


def test_words_in_the_schemas_are_the_words_of_the_library():
    from aqsense import codes, flags, quantities
    from aqsense.wire import events

    parts = documents.load("common")["$defs"]
    assert parts["quantity"]["enum"] == list(quantities.FIELDS)
    assert parts["short_id"]["enum"] == list(quantities.SHORT_IDS)
    assert parts["unit"]["enum"] == list(dict.fromkeys(quantities.UNITS))
    assert parts["flags"]["items"]["enum"] == list(flags.NAMES)
    assert parts["code"]["enum"] == list(codes.CODES)
    assert parts["stage"]["enum"] == list(codes.STAGES)
    assert parts["score"]["enum"] == list(codes.SCORES)
    assert parts["discarded"]["propertyNames"]["enum"] == list(events.REASONS)
