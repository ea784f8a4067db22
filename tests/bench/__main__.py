"""`make bench`: every figure that the README states about speed, recovery and memory; exit 1 when a target is missed.

Machines differ and are busy: ratios within one run are what counts.
"""

import json
import sys

from tests.bench import imports, noise, noise_dialogue, recovery, speed, throughput
from tests.bridge import daemon_cost

missed: list[str] = []


def target(name: str, met: bool) -> str:
    if not met:
        missed.append(name)
    return "met" if met else "MISSED"


def show_speed() -> None:
    found = speed.measure()
    reference = found["aqsense"][0]
    print("PMS5003, bytes to sample, 20,000 captured frames in one process\n")
    print("| decoder | us/frame best | median | frames/s best | times ours |\n|---|---|---|---|---|")
    for name, (best, median) in found.items():
        print(f"| {name} | {best:.2f} | {median:.2f} | {1e6 / best:,.0f} | {best / reference:.2f} |")
    beside = found["adafruit-circuitpython-pm25"][0] / reference
    print(f"\nfaster than adafruit-circuitpython-pm25: {target('speed, adafruit', beside > 1)}")
    beside = found["PyPMS, frames already cut"][0] / reference
    print(f"3 times as fast as PyPMS: {target('speed, PyPMS', beside >= 3)}\n")


def show_recovery() -> None:
    print("20,000 frames with 2 % junk bursts, 1 % cut short, and bit errors\n")
    print("| bit error rate | intact | found | accepted | discarded bytes | by reason | exact |")
    print("|---|---|---|---|---|---|---|")
    for rate in (1e-4, 1e-3, 1e-2):
        r = recovery.measure(rate)
        reasons = json.dumps(r.reasons)
        print(f"| {rate:g} | {r.intact} | {r.found} | {r.accepted} | {r.discarded} | {reasons} | {r.exact} |")
        target(f"recovery at {rate:g}", r.exact and r.found == r.intact)
    print()


def show_imports() -> None:
    found = imports.measure()
    print("Imports in a fresh process, over bare Python\n")
    print("| package | ms | MiB | modules |\n|---|---|---|---|")
    for name, (ms, mib, modules) in found.items():
        print(f"| {name} | {ms:.1f} | {mib:.1f} | {modules} |")
    ms, mib, _ = found["aqsense"]
    print(f"\nimport aqsense in 60 ms and 4 MiB: {target('import aqsense', ms <= 60 and mib <= 4)}\n")


def show_daemon() -> None:
    found = daemon_cost.measure(30.0)
    print("The daemon with two simulated sensors at 1 Hz\n")
    print(f"memory {found['rss_mib']:.1f} MiB, 35 allowed: {target('daemon memory', found['rss_mib'] <= 35)}")
    share = found["cpu_pct"]
    print(f"processor {share:.2f} % of a core, 1 allowed: {target('daemon processor', share <= 1)}")
    started = found["first_publication_s"]
    print(f"start to first publication {started:.2f} s, 2 allowed: {target('daemon start', started <= 2)}\n")


def show_board() -> None:
    from tests.bench import board

    found = board.measure()
    ram, frozen = found["code in RAM"], found["frozen"]
    print("Full node with two sensors on MicroPython i386: bytes of the heap that each module keeps\n")
    print("| module | code in RAM | frozen |\n|---|---|---|")
    for name in sorted(ram, key=lambda name: -ram[name]):
        print(f"| {name} | {ram[name]} | {frozen[name]} |")
    whole = [sum(size for name, size in found.items() if not name.startswith("of it ")) for found in (ram, frozen)]
    print(f"| all | {whole[0]} | {whole[1]} |\n")
    print("| code | smallest heap, KiB | in use at rest, bytes |\n|---|---|---|")
    for name, (smallest, rest) in board.smallest_heaps().items():
        print(f"| {name} | {smallest} | {rest} |")
    print()
    for name, (a_day, one) in board.erases().items():
        print(f"flash, {name}: {a_day:.1f} sectors erased a day, one at most {one:.2f} times")


def show_models() -> None:
    target("throughput per model", throughput.show())
    print()


def show_noise() -> None:
    target("noise", noise.show())
    print()
    target("noise over the dialogue", noise_dialogue.show())
    print()


def show_batch() -> None:
    from tests.bench import batch

    target("a year by array", batch.show())


SECTIONS = {
    "speed": show_speed,
    "models": show_models,
    "recovery": show_recovery,
    "noise": show_noise,
    "imports": show_imports,
    "daemon": show_daemon,
    "board": show_board,
    "batch": show_batch,
}


def main(names: list[str]) -> int:
    """Measure the named sections, all by default."""
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"no section {unknown[0]}; there are {' '.join(SECTIONS)}", file=sys.stderr)
        return 2
    for name in names or SECTIONS:
        SECTIONS[name]()
    if missed:
        print("missed: " + "; ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
