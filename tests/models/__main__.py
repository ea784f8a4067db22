"""`make models`: every model simulated, detected and read; exit 1 when one of them fails."""

import sys

from tests.models.rack import expected
from tests.models.table import MODELS, Row, rows


def main(models: list[str]) -> int:
    """Print the table of these models, by default of all."""
    unknown = [model for model in models if model not in MODELS]
    if unknown:
        print(f"no model {unknown[0]}; see aqsense sensors", file=sys.stderr)
        return 2
    print("| model | detected as | how | s | published: set, read |\n|---|---|---|---|---|")
    found = rows(models or MODELS)
    for row in found:
        print(line(row))
    failed = {row.model: row.problems() for row in found if row.problems()}
    for model, problems in failed.items():
        print(f"{model}: {'; '.join(problems)}")
    print(f"\n{len(found) - len(failed)} of {len(found)} models are named and published")
    return 1 if failed else 0


def line(row: Row) -> str:
    """One line of the table."""
    named = ", ".join(row.port["candidates"]) or row.port["result"]
    values = ", ".join(f"{name} {value:g} → {row.read.get(name)}" for name, value in expected(row.model).items())
    return f"| {row.model} | {named} | {row.port['how']} | {row.port['seconds']} | {values or 'registers only'} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
