"""A home as two rooms, a living kitchen and a bedroom, driven by events: people come, go, sleep, cook and react.

Structurally apart from the box: semi-Markov people instead of a daily table, Pareto cooking, smokers, shift work,
spells of weather, doors, and feedback (a stuffy or smoky room gets a window opened, a purifier switches itself on).
PM2.5 is measured in the living kitchen, CO2 in the bedroom. Between events both rooms are stepped by the minute with
the air that doors and windows exchange.
"""

import heapq
from random import Random

import numpy as np
import numpy.typing as npt

from simulators.homes import scenarios
from simulators.homes.happenings import Change, truth_line
from simulators.homes.localtime import day_of_year, local_minutes
from simulators.homes.rooms_habits import Habits, Person, draw_habits
from simulators.homes.rooms_outdoors import outdoors
from simulators.homes.sensing import Readings, sense

OUT, LIVING, BEDROOM, ASLEEP = range(4)
DAY = 1440
OUTDOOR_PPM = 430.0
CO2_M3H = {LIVING: 0.019, BEDROOM: 0.015, ASLEEP: 0.0118}
GUEST_M3H = 0.02
CIGARETTE_UG = 9000.0
MAX_MEALS = 25.0  # the greatest meal, in typical ones

Whole = npt.NDArray[np.int64]


class Home:
    """One run of one home; the same attributes as the box home has."""

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
        minutes = days * DAY
        self.seed = seed
        self.days = days
        self.room = room
        self.scenario = scenario
        self.start_epoch_s = start_epoch_s
        self.changes = scenarios.changes(scenario, days * 2 // 3 if at_day is None else at_day, days)
        self.changes += [change.clipped(minutes) for change in extra]
        self.habits = draw_habits(Random(f"habits {seed}"))
        self.epoch_s: Whole = start_epoch_s + 60 * np.arange(minutes, dtype=np.int64)
        local = local_minutes(start_epoch_s, minutes, tz)
        for change in self.changes:
            if change.kind == "zone":
                local[change.start_min : change.end_min] += int(change.size * 60)
        run = _Run(seed, self.habits, local, self.changes)
        run.play()
        self.true = run.readings()
        self.readings = sense(self.true, self.changes, np.random.default_rng([seed, 9]))
        self.pm2_5 = self.readings.pm2_5
        self.pm10 = self.readings.pm10
        self.co2 = self.readings.co2
        self.temp = self.readings.temp
        self.rh = self.readings.rh
        happened = [change.clipped(minutes) for change in run.states] + self.changes
        self.truth: list[dict[str, object]] = [
            truth_line(change, start_epoch_s, room)
            for change in sorted(happened, key=lambda c: (c.start_min, c.kind, c.end_min))
            if change.end_min > change.start_min
        ]


class _Run:
    """The event queue and the air while a run is played."""

    def __init__(self, seed: int, habits: Habits, local: Whole, changes: list[Change]) -> None:
        self.habits = habits
        self.local = local
        self.minutes = len(local)
        self.changes = changes
        self.rng = Random(f"life {seed}")
        self.mood = Random(f"reactions {seed}")
        hours = self.minutes // 60 + 2
        year_day = float(day_of_year(local[:1])[0])
        self.outside = outdoors(Random(f"weather {seed}"), hours, int(local[0]) // 60 % 24, year_day)
        self.queue: list[tuple[int, int, str, int, float]] = []
        self.added = 0
        self.where = [LIVING] * len(habits.people)
        self.busy_until = [0] * len(habits.people)
        self.bed_from = [0] * len(habits.people)
        self.bed_until = [0] * len(habits.people)
        self.guests = 0
        self.guests_since = 0
        self.trip_until = 0
        self.cooking = 0.0  # typical meals' rate, summed over pots
        self.other_ug_h = 0.0
        self.window = [0.0, 0.0]
        self.door_shut = False
        self.purifier_on = not habits.purifier_auto
        self.extra_people: dict[str, float] = {}
        self.air_factor = 1.0
        self.smoke = 0.0
        self.removal = 0.0
        self.meal_factor = 1.0
        self.states: list[Change] = []
        self.pm_living = np.empty(self.minutes)
        self.pm_bedroom = np.empty(self.minutes)
        self.co2_bedroom = np.empty(self.minutes)
        self.air = [OUTDOOR_PPM + 150.0, OUTDOOR_PPM + 150.0, 5.0, 5.0]  # CO2 and PM2.5 of living kitchen and bedroom

    def at(self, minute: float, what: str, who: int = 0, size: float = 0.0) -> None:
        self.added += 1
        heapq.heappush(self.queue, (max(0, int(minute)), self.added, what, who, size))

    # --- the run ---

    def play(self) -> None:
        """Plays all events in order and steps the air between them."""
        first_midnight = -int(self.local[0]) % DAY
        self.at(0, "plan", size=0.0)
        for minute in range(first_midnight, self.minutes, DAY):
            self.at(minute, "plan")
        for minute in range(0, self.minutes, 60):
            self.at(minute, "hour")
        for i, change in enumerate(self.changes):
            self.at(change.start_min, "begin", i)
            self.at(change.end_min, "end", i)
        now = 0
        while self.queue and now < self.minutes:
            minute, _, what, who, size = heapq.heappop(self.queue)
            minute = min(minute, self.minutes)
            if minute > now:
                self.step(now, minute)
                now = minute
            if now < self.minutes:
                getattr(self, "on_" + what)(now, who, size)
        if now < self.minutes:
            self.step(now, self.minutes)

    def step(self, start: int, end: int) -> None:
        """Two rooms that exchange air with each other and with outdoors, minute by minute."""
        habits = self.habits
        hour = start // 60
        living, bedroom = habits.living_m3, habits.bedroom_m3
        factor = self.air_factor / 60.0
        leak_l = habits.living_leak_h * factor
        leak_b = habits.bedroom_leak_h * factor
        open_l = habits.window_h * self.window[0] * factor
        open_b = habits.window_h * self.window[1] * factor
        through = (habits.door_shut_m3h if self.door_shut else habits.door_open_m3h) / 60.0
        mix_l, mix_b = through / living, through / bedroom
        gas_l, gas_b = self._gas(habits)
        gas_l, gas_b = gas_l / living / 60.0 * 1e6, gas_b / bedroom / 60.0 * 1e6
        lost = (habits.settle_h + self.removal) / 60.0
        cleaned = lost + (habits.purifier_h / 60.0 if self.purifier_on else 0.0)
        out_pm = self.outside.pm[hour] + self.smoke
        in_l = (habits.penetration * leak_l + open_l) * out_pm
        in_b = (habits.penetration * leak_b + open_b) * out_pm
        in_l += (self.cooking * habits.meal_ug * 60.0 / habits.meal_min + self.other_ug_h) / living / 60.0
        air_l, air_b = leak_l + open_l, leak_b + open_b
        c_l, c_b, p_l, p_b = self.air
        pm_l: list[float] = []
        pm_b: list[float] = []
        co2: list[float] = []
        for _ in range(end - start):
            c = mix_l * (c_b - c_l) + air_l * (OUTDOOR_PPM - c_l) + gas_l
            c_b += mix_b * (c_l - c_b) + air_b * (OUTDOOR_PPM - c_b) + gas_b
            c_l += c
            p = mix_l * (p_b - p_l) - (air_l + cleaned) * p_l + in_l
            p_b += mix_b * (p_l - p_b) - (air_b + lost) * p_b + in_b
            p_l += p
            pm_l.append(p_l)
            pm_b.append(p_b)
            co2.append(c_b)
        self.pm_living[start:end] = pm_l
        self.pm_bedroom[start:end] = pm_b
        self.co2_bedroom[start:end] = co2
        self.air = [c_l, c_b, p_l, p_b]

    def _gas(self, habits: Habits) -> tuple[float, float]:
        living, bedroom = self.guests * GUEST_M3H, 0.0
        for person, place in zip(habits.people, self.where, strict=True):
            if place == OUT:
                continue
            if place == LIVING:
                living += CO2_M3H[place]
            elif place == BEDROOM or person.sleeps_here:
                bedroom += CO2_M3H[place]
            else:
                living += 0.5 * CO2_M3H[place]  # another bedroom, half of whose air reaches this one
        asleep = ASLEEP in self.where
        extra = self.extra_people.get("occupants", 0.0)
        bedroom += extra * CO2_M3H[ASLEEP] if asleep else 0.0
        living += 0.0 if asleep or not self.at_home() else extra * CO2_M3H[LIVING]
        bedroom += self.extra_people.get("baby", 0.0) * 0.004
        return living, bedroom

    def at_home(self) -> bool:
        return any(place != OUT for place in self.where)

    def awake(self) -> bool:
        return any(place in (LIVING, BEDROOM) for place in self.where)

    # --- days ---

    def on_plan(self, now: int, who: int, size: float) -> None:
        """Midnight: everybody's next day, and what the household does in it."""
        rng = self.rng
        midnight = now - int(self.local[now]) % DAY
        day_number = (int(self.local[now])) // DAY
        weekend = (day_number + 3) % 7 >= 5
        if rng.random() < 0.0125 and now >= self.trip_until:
            self.trip_until = midnight + DAY * rng.randint(1, 3)
            self.states.append(Change("away", now, self.trip_until, 0.0, "persons"))
        away = now < self.trip_until
        for i, person in enumerate(self.habits.people):
            self._plan_person(i, person, midnight, day_number, weekend)
        if rng.random() < 0.04 and not away:
            arrive = midnight + 60.0 * rng.uniform(15.0, 20.0)
            self.at(arrive, "guests", size=float(rng.randint(1, 7)))
            self.at(arrive + 60.0 * rng.gammavariate(4.0, 0.9), "guests", size=0.0)
        for _ in range(self._count(self.habits.meals_a_day)):
            hour = rng.choice((rng.gauss(8.0, 1.5), rng.gauss(13.0, 1.5), rng.gauss(18.7, 1.3), rng.uniform(7.0, 24.0)))
            meals = min(MAX_MEALS, rng.paretovariate(self.habits.pareto) / 2.0 ** (1.0 / self.habits.pareto))
            self.at(midnight + 60.0 * hour, "cook", size=meals)
        for _ in range(self._count(self.habits.cigarettes)):
            self.at(midnight + 60.0 * rng.uniform(8.0, 25.0), "smoke_one")
        if rng.random() < self.habits.candle_nights:
            lit = midnight + 60.0 * rng.gauss(20.0, 0.8)
            self.at(lit, "emit", size=1500.0)
            self.at(lit + 60.0 * rng.uniform(1.0, 3.0), "emit", size=-1500.0)

    def _count(self, mean: float) -> int:
        count, left = 0, self.rng.expovariate(1.0)
        while left < mean and count < 40:
            count += 1
            left += self.rng.expovariate(1.0)
        return count

    def _plan_person(self, i: int, person: Person, midnight: int, day_number: int, weekend: bool) -> None:
        rng = self.rng
        wake = person.wake_h
        works = person.works and not weekend
        if person.schedule == "bimodal" and rng.random() < 0.4:
            wake = person.other_wake_h
            works = works and rng.random() < 0.5
        elif person.schedule == "shift":
            turn = day_number // 7 % 3
            wake += (-1.5, 2.5, 8.0)[turn]
            works = person.works and (day_number % 7 < 5 or rng.random() < 0.3)
        elif person.schedule == "irregular":
            wake += rng.choice((0.0, 0.0, 1.5, 4.0))
        if weekend and person.schedule != "shift":
            wake += rng.uniform(0.0, 2.0)
        heavy = rng.gauss(0.0, 1.0) / max(0.3, rng.random()) ** 0.5
        wake_min = midnight + 60.0 * (wake + person.loose_h * max(-3.0, min(4.0, heavy)))
        bed_min = wake_min + 60.0 * (person.awake_for_h + person.loose_h * rng.gauss(0.0, 1.0))
        self.at(wake_min, "wake", i)
        self.at(bed_min, "bed", i)
        if works:
            leave = wake_min + 60.0 * (person.work_from_h - person.wake_h + rng.gauss(0.0, 0.3))
            self.at(leave, "leave", i, 60.0 * max(1.0, person.work_for_h + rng.gauss(0.0, 0.8)))
        else:
            for _ in range(self._count(0.9)):
                self.at(wake_min + 60.0 * rng.uniform(1.5, 12.0), "leave", i, 60.0 * rng.weibullvariate(2.2, 0.9))

    # --- people ---

    def on_wake(self, now: int, who: int, size: float) -> None:
        nap = self.rng.gammavariate(2.0, 20.0)
        if self.where[who] == ASLEEP:
            self.where[who] = LIVING
            self.at(now + nap, "move", who)
        if ASLEEP not in self.where:
            self.door_shut = False

    def on_bed(self, now: int, who: int, size: float) -> None:
        shut = self.rng.random() < self.habits.door_shut_nights
        tilted = self.rng.random() < self.habits.tilted_nights
        if self.where[who] == OUT:
            return
        self.where[who] = ASLEEP
        if self.habits.people[who].sleeps_here:
            self.door_shut = shut
            warm = self.outside.temp_c[now // 60] > self.habits.warm_c
            self.window[1] = 0.35 if warm else 0.06 if tilted else 0.0

    def on_move(self, now: int, who: int, size: float) -> None:
        stay = self.rng.gammavariate(1.3, 70.0)
        if self.where[who] in (LIVING, BEDROOM):
            self.where[who] = BEDROOM if self.where[who] == LIVING and stay < 60.0 else LIVING
            self.at(now + stay, "move", who)

    def on_leave(self, now: int, who: int, size: float) -> None:
        stays = who < self.extra_people.get("home_office", 0.0)
        if self.where[who] in (LIVING, BEDROOM) and not stays:
            self.where[who] = OUT
            self.at(max(now + size, float(self.trip_until)), "back", who)

    def on_back(self, now: int, who: int, size: float) -> None:
        if now < self.trip_until:
            self.at(self.trip_until, "back", who)
        elif self.where[who] == OUT:
            hour = int(self.local[now]) % DAY / 60.0
            late = hour < 5.0 and self.habits.people[who].schedule != "shift"
            self.where[who] = ASLEEP if late else LIVING
            self.at(now + self.rng.gammavariate(2.0, 40.0), "move", who)

    def on_guests(self, now: int, who: int, size: float) -> None:
        if size and self.at_home():
            self.guests = int(size)
            self.guests_since = now
        elif self.guests:
            self.states.append(Change("guests", self.guests_since, now, float(self.guests), "persons"))
            self.guests = 0

    def on_cook(self, now: int, who: int, size: float) -> None:
        length = self.rng.gammavariate(3.0, self.habits.meal_min / 3.0)
        if self.awake() and now >= self.trip_until:
            rate = size * self.meal_factor
            self.cooking += rate
            self.at(now + max(5.0, length), "cooked", size=rate)

    def on_cooked(self, now: int, who: int, size: float) -> None:
        self.cooking = max(0.0, self.cooking - size)

    def on_smoke_one(self, now: int, who: int, size: float) -> None:
        if self.awake():
            self.on_emit(now, 0, CIGARETTE_UG * 6.0)
            self.at(now + 10, "emit", size=-CIGARETTE_UG * 6.0)

    def on_emit(self, now: int, who: int, size: float) -> None:
        self.other_ug_h = max(0.0, self.other_ug_h + size)

    # --- reactions to the air ---

    def on_hour(self, now: int, who: int, size: float) -> None:
        """People who are awake look at the windows; an automatic purifier looks at the dust."""
        habits = self.habits
        first, second, third = self.mood.random(), self.mood.random(), self.mood.random()
        if now < self.trip_until and any(place != OUT for place in self.where):
            for i in range(len(self.where)):
                self.where[i] = OUT
                self.at(self.trip_until + 60 * i, "back", i)
            self.window = [0.0, 0.0]
        if habits.purifier_auto:
            self.purifier_on = self.air[2] > (8.0 if self.purifier_on else 20.0)
        if not self.awake():
            return
        outdoor_c = self.outside.temp_c[now // 60]
        warm = outdoor_c > habits.warm_c
        if warm and first < 0.4:
            self.window[0] = 0.2 + 0.5 * second
        elif not warm and self.window[0] and first < 0.5:
            self.window[0] = 0.0
        bad = self.air[0] > habits.stuffy_ppm or self.air[2] > 150.0
        if first > 0.97 or (bad and second < 0.5):
            self.window[0] = 0.7
            self.at(now + (10.0 + 30.0 * third if outdoor_c < 12.0 else 90.0), "shut", 0)
        if ASLEEP not in self.where and third < (0.25 if warm else 0.07):
            self.window[1] = 0.6
            self.at(now + (10.0 + 25.0 * second if outdoor_c < 12.0 else 240.0), "shut", 1)

    def on_shut(self, now: int, who: int, size: float) -> None:
        self.window[who] = 0.0

    # --- what a scenario changes ---

    def on_begin(self, now: int, who: int, size: float) -> None:
        self._apply(self.changes[who], True, now)

    def on_end(self, now: int, who: int, size: float) -> None:
        self._apply(self.changes[who], False, now)

    def _apply(self, change: Change, on: bool, now: int) -> None:
        sign = 1.0 if on else -1.0
        if change.end_min <= change.start_min:
            return
        if change.kind == "burst":
            self.cooking = max(0.0, self.cooking + sign * change.size)
        elif change.kind == "smoke":
            self.smoke = max(0.0, self.smoke + sign * change.size)
        elif change.kind == "ventilation":
            self.air_factor = change.size if on else 1.0
        elif change.kind == "purifier":
            self.removal += sign * change.size
        elif change.kind == "stove":
            self.meal_factor = change.size if on else 1.0
        elif change.kind == "candle":
            for evening in range(change.start_min + 1200, change.end_min, DAY) if on else ():
                glow = change.size * self.habits.meal_ug / 2.5
                self.at(evening, "emit", size=glow)
                self.at(evening + 150, "emit", size=-glow)
        elif change.kind == "away" and on:
            self.trip_until = max(self.trip_until, change.end_min)
        elif change.kind in ("occupants", "baby", "home_office"):
            if on:
                self.extra_people[change.kind] = change.size
            else:
                self.extra_people.pop(change.kind, None)

    def readings(self) -> Readings:
        """The true air at the sensors, one value a minute."""
        pm = self.pm_living
        for change in self.changes:
            part = slice(change.start_min, change.end_min)
            if change.kind == "moved":
                pm[part] *= change.size
            elif change.kind == "moved_sources":
                pm[part] = self.pm_bedroom[part]
        hours = np.arange(self.minutes) // 60
        outdoor_c = np.array(self.outside.temp_c)[hours]
        temp = 21.0 + 0.3 * np.maximum(outdoor_c - 19.0, 0.0)
        rh = np.clip(
            np.array(self.outside.rh_pct)[hours] * np.exp(-0.058 * np.maximum(temp - outdoor_c, 0.0)) + 12.0, 15.0, 90.0
        )
        return Readings(pm, pm * 1.12, self.co2_bedroom, temp, rh)
