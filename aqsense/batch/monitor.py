"""A monitor whose half hours were closed beforehand, all at once: it is shown the rows at which something happens.

Those are the first row of each half hour and the rows at which a sensor gets stuck or recovers. What it infers and
says is the core's own.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from aqsense import flags, quantities
from aqsense.batch.rows import Ended, Samples, close_all
from aqsense.fields import Fields
from aqsense.intake import Intake, remembered
from aqsense.monitor import Monitor
from aqsense.sensor_watch import SensorWatch
from aqsense.settings import SensorSettings, Settings
from aqsense.trust import Trust

if TYPE_CHECKING:
    from aqsense.half_hour import HalfHour

_STUCK_BIT = flags.STUCK.bit_length() - 1


class BatchMonitor(Monitor):
    """A Monitor of recorded samples by sid: `step` it with the rows of `turns` alone, `measured` left out."""

    def __init__(self, settings: Settings, samples: dict[str, Samples]) -> None:
        super().__init__(settings)
        self.measured = False
        for sensor in settings.sensors:
            intake = EndedIntake(settings, sensor, self._clock, samples[sensor.sid])
            self._intakes[sensor.sid] = intake
            self._watches[sensor.sid] = SensorWatch(settings, self._clock, intake)

    def turns(self, sid: str) -> list[tuple[int, int]]:
        """(epoch second, flags of the sample) of the rows at which something happens to a sensor, in order."""
        found: list[tuple[int, int]] = self._intakes[sid].turns
        return found


class EndedIntake(Intake):
    """An Intake that hands out half hours closed beforehand."""

    def __init__(self, settings: Settings, sensor: SensorSettings, clock: Trust, samples: Samples) -> None:
        super().__init__(settings, sensor, clock, None)
        ended = close_all(samples, remembered(settings), settings.publish_s, settings.outdoor_co2_ppm)
        self.turns = _turns(samples, ended)
        self._ended = 0
        self._windows = ended.windows.tolist()
        self._stuck = ended.stuck.tolist()
        self._columns = [
            list(zip(*(c.tolist() for c in (h.code, h.filled, h.reason, h.a, h.b, h.c, h.mean)), strict=True))
            for h in ended.halves.values()
        ]
        names = tuple(quantities.FIELDS[q] for q in samples.columns)
        self._remember(Fields(names, tuple(quantities.SCALES[q] for q in samples.columns)))

    def sample(self, decoder: Any, cell: int, s: int, up_ms: int) -> None:
        """Take the flags of a row; its values are in the half hour already."""
        self.flags = decoder.flags

    def close_cell(self) -> None:
        """Leave the next half hour as Intake would."""
        if self.cell < 0:
            return
        at = self._ended
        self._ended += 1
        self.windows.seq = self._windows[at]
        self.excluded[_STUCK_BIT] = self._stuck[at]
        for half, rows in zip(self.halves, self._columns, strict=True):
            _fill(half, rows[at])


def _fill(half: "HalfHour", row: tuple[int, ...]) -> None:
    half.code, half.filled, half.reason, half.a, half.b, half.c, mean = row
    half.mean = None if mean < 0 else mean


def _turns(samples: Samples, ended: Ended) -> list[tuple[int, int]]:
    changed = np.flatnonzero(np.diff(ended.is_stuck, prepend=False))
    rows = np.union1d(ended.first, changed)
    marks = np.where(ended.is_stuck[rows], flags.STUCK, 0)
    return list(zip(samples.epoch_s[rows].tolist(), marks.tolist(), strict=True))
