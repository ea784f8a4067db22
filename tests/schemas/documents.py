"""Validation of documents and command lines against the schemas that ship with the package.

`validate(document)` picks the schema by `schema` and `kind`, for a command line by `event`, and raises
`jsonschema.ValidationError` with what is wrong.
"""

import json
from functools import cache
from importlib.resources import files

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

FOLDER = files("aqsense") / "schemas"


@cache
def names() -> tuple[str, ...]:
    """Every shipped schema, without `.json`."""
    found = (path.name.removesuffix(".json") for path in FOLDER.iterdir() if path.name.endswith(".json"))
    return tuple(sorted(name for name in found if name != "asyncapi"))


def load(name: str) -> dict:
    """One shipped file as it is."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of one schema, with what it refers to."""
    common = Resource.from_contents(load("common"))
    return Draft202012Validator(load(name), registry=Registry().with_resource("common.json", common))


def schema_of(document: dict) -> list[str]:
    """The schemas that a document may be meant for: one, or every command that prints such a line."""
    if "schema" in document:
        name, version = document["schema"].split("/")
        if version != "1":
            raise ValidationError(f"no schema for version {version} of {name}")
        return [f"inferred-{document['kind']}"] if name == "inferred" else [name]
    if "event" in document:
        wanted = [name for name in names() if name.startswith("cli-") and _prints(name, document["event"])]
        if wanted:
            return wanted
    if "from_s" in document:
        return ["cli-truth"]
    if "rx" in document or "tx" in document or "capture" in document:
        return ["cli-capture"]
    raise ValidationError(f"no schema is meant for a document with the keys {sorted(document)}")


def _prints(name: str, event: str) -> bool:
    lines = load(name).get("oneOf", [])
    return any(line["properties"].get("event", {}).get("const") == event for line in lines)


def validate_against(name: str, document: dict) -> None:
    """Raise `ValidationError` unless the document is valid under the schema of that name."""
    if name not in names():
        raise ValidationError(f"there is no schema named {name}")
    errors = sorted(validator(name).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        path = ".".join(map(str, errors[0].absolute_path)) or "document"
        raise ValidationError(f"{name}: {path}: {errors[0].message[:300]}")


def validate(document: dict, command: str | None = None) -> None:
    """Raise `ValidationError` unless the document is valid; `command` narrows a line that several print."""
    problems = []
    for name in [f"cli-{command}"] if command else schema_of(document):
        try:
            validate_against(name, document)
            break
        except ValidationError as error:
            problems.append(error.message)
    else:
        raise ValidationError("; ".join(problems))
    payload = document.get("payload")
    if document.get("event") == "document" and isinstance(payload, dict) and len(payload) > 2:
        validate(payload)
