"""The schemas are the reference of the documents: whoever opens one finds what each field means."""

import pytest

from tests.schemas import documents

CONDITIONS = ("if", "then", "else", "allOf")


def undescribed(node, path=""):
    if isinstance(node, dict):
        for name, field in node.get("properties", {}).items():
            if not isinstance(field, dict) or not field.get("description", "").endswith("."):
                yield f"{path}.{name}"
        for key, inner in node.items():
            if key not in CONDITIONS:
                yield from undescribed(inner, f"{path}.{key}")
    elif isinstance(node, list):
        for i, inner in enumerate(node):
            yield from undescribed(inner, f"{path}.{i}")


@pytest.mark.parametrize("name", [name for name in documents.names() if name != "asyncapi"])
def test_every_field_of_a_schema_is_described(name):
    assert list(undescribed(documents.load(name))) == []
