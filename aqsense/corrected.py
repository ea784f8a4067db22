"""A chosen correction at work on one sensor: the raw reading stays, the memory learns the corrected one."""

from aqsense import corrections
from aqsense.fields import MISSING_BELOW
from aqsense.rounding import rounded
from aqsense.settings import SensorSettings


class Corrected:
    """`take` each sample, `add` it when it is a good one, `close` the window.

    A formula that does not fit the sensor corrects nothing, and nothing is learned of its quantity.
    """

    def __init__(self, sensor: SensorSettings, decoder) -> None:
        described = corrections.describe(sensor.correction)
        if described is None:
            raise ValueError("there is nothing to correct by 'none'")
        self.quantity = described.quantity
        self.formula: corrections.Correction | None = None
        try:
            self.formula = corrections.open(sensor.correction, decoder.FIELDS, decoder.SCALES)
        except ValueError:
            pass  # whoever runs the sensor has said so
        self._value: int | None = None
        self._borrows_humidity = described.borrows_humidity(decoder.FIELDS)
        self._values: list = []
        self._humidity: int | None = None
        self._good: list = [None] * len(decoder.FIELDS)  # values of the last good sample: the decoder's will be others
        self._good_humidity: int | None = None
        self._sum = 0
        self._n = 0

    def take(self, values, neighbours: list, now_s: int) -> None:
        """Compute the corrected value of a sample; humidity comes from the room where the sensor has none."""
        self._values = values
        self._humidity = None
        if self._borrows_humidity:
            for neighbour in neighbours:
                if self._humidity is None:
                    self._humidity = neighbour.humidity(now_s)
        self._value = self.formula.value(values, self._humidity) if self.formula is not None else None

    def add(self) -> int:
        """Count the sample as a good one; its corrected value, below MISSING_BELOW when it has none."""
        if self._value is None:
            return MISSING_BELOW - 1
        self._sum += self._value
        self._n += 1
        self._good_humidity = self._humidity
        i = 0
        while i < len(self._good):  # in place: a sample allocates nothing
            self._good[i] = self._values[i]
            i += 1
        return self._value

    def close(self) -> tuple:
        """(mean, inputs of the last good sample) of the window, mean None when no sample was good; the next begins."""
        if self._n == 0 or self.formula is None:
            return None, []
        found = (rounded(self._sum, self._n), self.formula.inputs(self._good, self._good_humidity))
        self._sum = 0
        self._n = 0
        return found
