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
        self._values = None
        self._inputs: list = []
        self._humidity: int | None = None
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
        if self._value is None or self.formula is None:
            return MISSING_BELOW - 1
        self._sum += self._value
        self._n += 1
        self._inputs = self.formula.inputs(self._values, self._humidity)  # the decoder will have others by the close
        return self._value

    def close(self) -> tuple:
        """(mean, inputs of the last good sample) of the window, mean None when no sample was good; the next begins."""
        if self._n == 0:
            return None, []
        found = (rounded(self._sum, self._n), self._inputs)
        self._sum = 0
        self._n = 0
        return found
