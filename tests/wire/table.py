"""Every model, simulated on a real pseudo-terminal, and what detection calls it: `python -m tests.wire.table`."""

import sys
from concurrent.futures import ThreadPoolExecutor

from aqsense.wire import registry
from firmware_bridge import detect, finder
from firmware_bridge.looks import same_frames
from tests.wire.bench_of_sensors import plugged_in

AT_ONCE = 8


def detected(model: str) -> detect.Found:
    """What detection says of a simulated `model`."""
    with plugged_in(model) as path:
        return detect.on(finder.Found(path, None))


def named(model: str, found: detect.Found) -> bool:
    """Whether that is the model, or the group whose frames are the same."""
    return model in found.candidates and set(found.candidates) <= set(same_frames(model))


def all_detected() -> dict[str, detect.Found]:
    """Detection of every model of the registry."""
    models = [line[0] for line in registry.MODELS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(models, pool.map(detected, models), strict=True))


def main() -> int:
    """Print the table; 1 when a model is not named."""
    missed = 0
    print("| model | named | as | how | seconds |\n|---|---|---|---|---|")
    for model, found in all_detected().items():
        good = named(model, found)
        missed += not good
        said = ", ".join(found.candidates) or found.result
        print(f"| {model} | {'yes' if good else 'NO'} | {said} | {found.how} | {found.seconds:.1f} |")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
