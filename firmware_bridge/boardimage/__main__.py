"""`make board`: build/board/ with .mpy files to copy, the same as an image to flash, a manifest, and sizes."""

import argparse
import sys
from pathlib import Path

from firmware_bridge.boardimage import build


def main(arguments: list[str]) -> int:
    """Build into a directory and print the table of sizes."""
    parser = argparse.ArgumentParser(prog="make board", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path("build/board"), help="directory to write (default build/board)"
    )
    parser.add_argument("--models", default="", help="sensor models to include, by comma (default all)")
    parser.add_argument("--lists", action="store_true", help="only write package.json, what mip installs, here")
    parser.add_argument("--sources", action="store_true", help="only write what a firmware build freezes")
    options = parser.parse_args(arguments)
    if options.lists:
        Path("package.json").write_text(build.package_json(build.sources(), ".py"))
        return 0
    if options.sources:
        build.freezable(options.out, build.folded(build.sources()))
        return 0
    models = [name for name in options.models.split(",") if name]
    try:
        made = build.build(options.out, models)
    except build.CannotBuild as error:
        print(f"make board: {error}", file=sys.stderr)
        return 1
    for line in build.table(made, options.out):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
