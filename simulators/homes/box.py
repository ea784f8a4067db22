"""A home as one well-mixed box: a mass balance of CO2 and PM2.5, minute by minute, with ground truth.

CO2:   dC/dt = G/V - a (C - C_out).   PM2.5: dC/dt = a P C_out + E/V - (a + k) C.
Deterministic by seed; a changed scenario leaves every other draw of the home as it was.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.homes import scenarios
from simulators.homes.happenings import Change, truth_line
from simulators.homes.localtime import day_of_year, local_minutes
from simulators.homes.people import Life, draw_household, live
from simulators.homes.recurrence import Series, relax
from simulators.homes.sensing import Readings, sense
from simulators.homes.weather import Outdoors, draw_climate, outdoors

AWAKE_L_H = 18.0  # CO2 of a sedentary adult
ASLEEP_L_H = 12.0
OUTDOOR_PPM = 428.0


@dataclass(frozen=True)
class Building:
    """Walls and air of one home: m3, changes an hour, ug/m3."""

    volume_m3: float
    leak_h: float
    window_h: float
    penetration: float
    deposition_h: float
    meal_ugm3: float
    dust_ugm3_h: float


def draw_building(rng: np.random.Generator) -> Building:
    """A flat or small house, drawn at random."""
    return Building(
        volume_m3=float(rng.uniform(110.0, 300.0)),
        leak_h=float(np.clip(0.42 * np.exp(0.35 * rng.standard_normal()), 0.15, 1.1)),
        window_h=float(rng.uniform(1.2, 4.0)),
        penetration=float(np.clip(0.78 + 0.1 * rng.standard_normal(), 0.5, 0.97)),
        deposition_h=float(rng.uniform(0.15, 0.4)),
        meal_ugm3=float(28.0 * np.exp(0.5 * rng.standard_normal())),
        dust_ugm3_h=float(rng.uniform(0.1, 0.8)),
    )


class Home:
    """One run of one home.

    Arrays hold one value a minute: `epoch_s`, `pm2_5`, `pm10` (µg/m³), `co2` (ppm), `temp` (degrees C), `rh` (%), as
    its sensor reads them; `true` holds the air itself. `truth` lists events and states as lines of the truth file.
    `extra` adds changes to those of the scenario; `at_day` is the day on which the scenario's change comes.
    """

    def __init__(
        self,
        seed: int,
        days: int,
        start_epoch_s: int,
        scenario: str = "null",
        tz: str = "UTC",
        room: str = "living",
        extra: tuple[Change, ...] = (),
        at_day: int | None = None,
    ) -> None:
        minutes = days * 1440
        self.seed = seed
        self.days = days
        self.room = room
        self.scenario = scenario
        self.start_epoch_s = start_epoch_s
        self.changes = scenarios.changes(scenario, days * 2 // 3 if at_day is None else at_day, days)
        self.changes += [change.clipped(minutes) for change in extra]
        self.household = draw_household(np.random.default_rng([seed, 1]))
        self.building = draw_building(np.random.default_rng([seed, 2]))
        self.climate = draw_climate(np.random.default_rng([seed, 3]))
        local = local_minutes(start_epoch_s, minutes, tz)
        for change in self.changes:
            if change.kind == "zone":
                local[change.start_min : change.end_min] += int(change.size * 60)
        hour = (local % 1440) / 60.0
        self.epoch_s: npt.NDArray[np.int64] = start_epoch_s + 60 * np.arange(minutes, dtype=np.int64)
        outside = outdoors(self.climate, np.random.default_rng([seed, 4]), day_of_year(local), hour)
        life = live(self.household, np.random.default_rng([seed, 5]), local, outside.temp_c)
        self._change_life(life, local)
        self.true = self._air(life, outside)
        self.readings = sense(self.true, self.changes, np.random.default_rng([seed, 6]))
        self.pm2_5 = self.readings.pm2_5
        self.pm10 = self.readings.pm10
        self.co2 = self.readings.co2
        self.temp = self.readings.temp
        self.rh = self.readings.rh
        self.truth = self._truth(life, minutes)

    def _change_life(self, life: Life, local: npt.NDArray[np.int64]) -> None:
        hour = (local % 1440) / 60.0
        night = (hour < self.household.wake_h) | (hour >= self.household.bed_h)
        weekday = (local // 1440 + 3) % 7 < 5
        at_work = (hour >= self.household.leave_h) & (hour < self.household.return_h) & weekday
        for change in self.changes:
            part = slice(change.start_min, change.end_min)
            if change.kind == "occupants":
                life.asleep[part] += change.size * night[part]
                life.awake[part] += change.size * (~night & ~at_work)[part]
            elif change.kind == "baby":
                life.asleep[part] += 0.35 * change.size
                life.awake[part] += 0.5 * ((hour >= 2.0) & (hour < 3.0))[part]
            elif change.kind == "home_office":
                life.awake[part] += change.size * at_work[part]
            elif change.kind == "away":
                for series in (life.awake, life.asleep, life.cooking, life.window):
                    series[part] = 0.0
            elif change.kind == "stove":
                life.cooking[part] *= change.size
            elif change.kind == "candle":
                lit = ((hour >= 19.5) & (hour < 22.0))[part]
                life.cooking[part] += change.size / 2.5 * lit
            elif change.kind == "burst":
                life.cooking[part] += change.size * 60.0 / self.household.meal_minutes

    def _air(self, life: Life, outside: Outdoors) -> Readings:
        minutes = len(life.awake)
        house = self.building
        indoor_c = 20.5 + 0.25 * np.maximum(outside.temp_c - 18.0, 0.0) + 0.3 * (life.awake > 0)
        colder = np.maximum(indoor_c - outside.temp_c, 0.0)
        leak = house.leak_h * (0.75 + 0.02 * colder)
        window = house.window_h * life.window * (0.7 + 0.03 * colder)
        smoke = np.zeros(minutes)
        removal = np.full(minutes, house.deposition_h)
        for change in self.changes:
            part = slice(change.start_min, change.end_min)
            if change.kind == "ventilation":
                leak[part] *= change.size
                window[part] *= change.size
            elif change.kind == "smoke":
                smoke[part] += change.size * _ramps(change.end_min - change.start_min)
            elif change.kind == "purifier":
                removal[part] += change.size
        air = leak + window
        entering = (house.penetration * leak + window) * (outside.pm + smoke)
        made = house.meal_ugm3 * life.cooking + house.dust_ugm3_h * life.awake
        pm_outdoor = relax(air + removal, entering, 4.0)
        pm_made = relax(air + removal, made, 0.0)
        gas_ppm_h = (AWAKE_L_H * life.awake + ASLEEP_L_H * life.asleep) / house.volume_m3 * 1000.0
        co2 = OUTDOOR_PPM + relax(air, gas_ppm_h, 200.0)
        for change in self.changes:
            part = slice(change.start_min, change.end_min)
            if change.kind == "moved":
                pm_outdoor[part] *= change.size
                pm_made[part] *= change.size
            elif change.kind == "moved_sources":
                pm_made[part] *= change.size
        pm = pm_outdoor + pm_made
        rh = np.clip(outside.rh_pct * np.exp(-0.058 * colder) + 8.0 + 1.5 * life.awake, 15.0, 90.0)
        return Readings(pm, pm * 1.12, co2, indoor_c, rh)

    def _truth(self, life: Life, minutes: int) -> list[dict[str, object]]:
        happened = [Change("guests", a, b, float(n), "persons").clipped(minutes) for a, b, n in life.guests]
        happened += [Change("away", a, b, 0.0, "persons").clipped(minutes) for a, b in life.trips]
        lines = [
            truth_line(change, self.start_epoch_s, self.room)
            for change in happened + self.changes
            if change.end_min > change.start_min
        ]
        return sorted(lines, key=lambda line: (str(line["from_s"]).zfill(12), str(line["kind"])))


def _ramps(minutes: int) -> Series:
    """Smoke comes and goes within three hours."""
    i = np.arange(minutes)
    ramp: Series = np.minimum(1.0, np.minimum(i, minutes - i) / 180.0)
    return ramp
