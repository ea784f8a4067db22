"""What may have changed: a ranked list of explanations, each with the facts that speak for it. Never one verdict.

Facts are (key, number) pairs, worded elsewhere: `factor` (hundredths of the former height), `floor_factor`,
`one_factor` (floor and height moved alike), `shape_changed`, `shape_kept` (hours of the day compared with each other),
`slow` and `quick` (days from the beginning to the notice), `floor_ppm` (CO2 below any outdoor air), `ratio_kept` and
`ratio_changed` (against another quantity of the same sensor), `other_moved` and `other_stayed` (another sensor of the
room), `apart` (hundredths by which the two came apart), `still` and `noise` (hundredths of the former movement within a
half hour).
Source: science.md section 2.4.
"""

from aqsense import drift_pair, drift_sensor, logcode, quantities
from aqsense.drift import APART, NOISE, STUCK
from aqsense.drift_tests import moved_since
from aqsense.memory import MISSING, RING_DAYS, SLOTS, Memory
from aqsense.ranks import lower_median

RECENT_DAYS = 14
PARTS = 8
ALIKE = 64  # a quarter of an octave
OUTDOOR_LEAST_PPM = 380
SLOW_DAYS = 14
FACTORS = ("factor", "floor_factor", "still", "noise")
OF_SENSOR = ("sensor_gain", "sensor_offset", "sensor_moved", "sensor_replaced", "sensor_stuck", "sensor_noise")


def part_medians(memory: Memory, first_day: int, last_day: int) -> list:
    """Lower median code of each three-hour part of the day over some days of the ring; None where nothing is known."""
    found: list = []
    codes = [0] * (SLOTS // PARTS * max(last_day - first_day + 1, 0))  # one that grows would take half as much again
    part = 0
    while part < PARTS:
        n = 0
        day = first_day
        while day <= last_day:
            slot = 6 * part
            while slot < 6 * part + 6:
                code = memory.get(day, slot)
                if code != MISSING:
                    codes[n] = code
                    n += 1
                slot += 1
            day += 1
        found.append(lower_median(codes, n) if n else None)
        part += 1
    return found


def shape_changed(memory: Memory, since: int) -> bool:
    """Whether the day's eight parts stand to each other otherwise than before a day, by a quarter octave on average."""
    new = part_medians(memory, since, memory.today - 1)
    old = part_medians(memory, memory.today - RING_DAYS + 1, since - 1)
    moved = [new[i] - old[i] for i in range(PARTS) if new[i] is not None and old[i] is not None]
    if not moved:
        return False
    middle = lower_median(list(moved), len(moved))
    return sum([abs(m - middle) for m in moved]) // len(moved) > ALIKE


def factor(moved: int) -> int:
    """Hundredths of a factor whose logarithm is given in 1/256 octave, between 1/16 and 16."""
    return logcode.exp2_q8(min(max(moved, -1024), 1024) + 2560) * 100 // 1024


def least_ppm(memory: Memory) -> int:
    """The 5 % point of the last 14 days of CO2, ppm; the floor of the code where nothing is known."""
    least: list = []  # in order, no more of them than may be asked for: a board has no room for all
    n = 0
    day = memory.today - RECENT_DAYS
    while day < memory.today:
        slot = 0
        while slot < SLOTS:
            code = memory.get(day, slot)
            if code != MISSING:
                n += 1
                keep_least(least, RECENT_DAYS * SLOTS // 20 + 1, code)
            slot += 1
        day += 1
    return logcode.decode(quantities.CO2, least[(n + 19) // 20 - 1]) if n else logcode.CO2_FLOOR_PPM


def keep_least(found: list, most: int, code: int) -> None:
    """Put a code among the least so far, least first, where it is one of them."""
    place = len(found)
    while place > 0 and found[place - 1] > code:
        place -= 1
    if place < most:
        found.insert(place, code)
        if len(found) > most:
            found.pop()


def explanations(series, same_sensor=(), same_room=()) -> list:
    """[(cause, [facts])], the likeliest first, for a series whose drift is suspected.

    `same_sensor`: other Series of the sensor (PM1, PM10); `same_room`: the same quantity from another sensor there.
    """
    drift = series.drift
    shape = ("shape_changed", 0) if shape_changed(series.memory, drift.since) else ("shape_kept", 0)
    took = drift.noticed - drift.since
    pace = ("slow" if took > SLOW_DAYS else "quick", took)
    height = ("factor", factor(drift.moved_high))
    alike = abs(drift.moved_high - drift.moved_low) <= ALIKE
    weights = _weights_co2(series) if series.memory.is_co2 else _weights_pm(drift, shape, alike)
    facts: dict = {}
    for cause in weights:
        facts[cause] = [height, shape]
    _hear_sensor(drift, weights, facts)
    if alike:
        facts["sensor_gain"].append(("one_factor", 0))
    else:
        facts["people"].append(("floor_factor", factor(drift.moved_low)))
    weights["season"] += 1 if pace[0] == "slow" else -1
    facts["season"].append(pace)
    _hear_companions(drift, weights, facts, same_sensor, same_room)
    if series.memory.is_co2 and least_ppm(series.memory) <= OUTDOOR_LEAST_PPM + logcode.CO2_LEAST:
        weights["sensor_offset"] += 4
        facts["sensor_offset"].append(("floor_ppm", least_ppm(series.memory)))
    ranked = [(-weights[cause], cause) for cause in weights if weights[cause] > 0]
    ranked.sort()
    return [(cause, facts[cause]) for _, cause in ranked]


def _hear_sensor(drift, weights: dict, facts: dict) -> None:
    """What the tests of the sensor itself found goes before all that could have happened in the home."""
    if drift.test in (STUCK, NOISE):
        cause, key = ("sensor_stuck", "still") if drift.test == STUCK else ("sensor_noise", "noise")
        weights[cause] = 6
        facts[cause] = [
            (key, factor(drift_sensor.noise_factor(drift.behaviour, drift.noticed - 1, drift.memory.today)))
        ]
    elif drift.test == APART:
        weights["sensor_gain"] = max(weights["sensor_gain"], 3)


def _weights_pm(drift, shape: tuple, alike: bool) -> dict:
    changed = shape[0] == "shape_changed"
    return {
        "sensor_moved": 3 if changed else 2,
        "sensor_gain": 3 if alike and not changed else 0,
        "stove_or_purifier": 2 if drift.moved_high < 0 or not alike else 0,
        "people": 1 if changed and drift.moved_high > 0 else 0,
        "season": 1,
        "sensor_replaced": 1,
    }


def _weights_co2(series) -> dict:
    drift = series.drift
    floor_stayed = abs(drift.moved_low) <= ALIKE
    return {
        "people": 3 if floor_stayed else 2,
        "sensor_moved": 2,
        "sensor_gain": 1,
        "sensor_offset": 0 if floor_stayed else 1,
        "season": 1 if floor_stayed else 2,
        "sensor_replaced": 1,
    }


def _hear_companions(drift, weights: dict, facts: dict, same_sensor, same_room) -> None:
    """Other quantities of the sensor tell gain from sources; another sensor of the room tells sensor from home."""
    day = drift.memory.today - 1
    low = moved_since(drift.memory.low, drift.since, day)
    for other in same_sensor:
        kept = abs(moved_since(other.memory.low, drift.since, day) - low) <= ALIKE
        facts["sensor_gain"].append(("ratio_kept" if kept else "ratio_changed", 0))
        weights["sensor_gain"] += 1 if kept else -1
    for other in same_room:
        apart, _, there = drift_pair.moved(drift.memory, other.memory, drift.since, day)
        alike = abs(apart) < drift_pair.APART
        for cause in weights:
            if alike == (cause in OF_SENSOR):
                weights[cause] -= 2
                continue
            weights[cause] += 2
            if not alike:
                facts[cause].append(("apart", factor(apart)))
            if alike or abs(there) * 2 <= abs(apart):
                facts[cause].append(("other_moved" if alike else "other_stayed", 0))
