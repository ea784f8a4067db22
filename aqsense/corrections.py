"""Named, versioned corrections of a reading; the raw reading is always kept beside them.

    correction = corrections.open("epa-us-2021", decoder.FIELDS, decoder.SCALES)
    correction.value(decoder.values, rh)     # tenths of ug/m3 (ppm for CO2), or None when an input is not there
    correction.inputs(decoder.values, rh)    # what it was computed from: (field, scaled value, decimals)

A formula names the register it was fitted to. Plantower's CF=1 and atmospheric values are two registers with two names
(`pm2_5_cf1_ugm3`, `pm2_5_atm_ugm3`), equal in clean air and a third apart in smoke: a formula for the one refuses a
sensor that reports only the other. Off unless chosen; another choice starts another regime, and it is told by its name:
a formula that is changed gets another name, so that new numbers never look like cleaner air.

These are corrections of long outdoor averages, not calibrations of the minute: see each formula in
`correction_formulas` and `correction_co2` for what it was fitted to. Integers throughout, so equal on every runtime.
"""

from aqsense import quantities

MISSING = -(1 << 30)  # a decoder's value for "not in this frame" is this or lower
RH = "rh_pct"
CF1 = "pm2_5_cf1_ugm3"
ATM = "pm2_5_atm_ugm3"
COUNT = "n0_3_per_dl"

NAMES = (
    "epa-us-2021",
    "epa-us-2021-map",
    "epa-us-2022",
    "airgradient-2024",
    "pms5003-batch:<lot>",
    "kappa:<k>",
    "co2-pressure:<hPa>",
    "co2-pressure-senseair:<hPa>",
)


class Correction:
    """One formula bound to the fields of one decoder: `name`, `version`, `quantity` (index), `needs` (field names).

    `formula` takes the inputs in the order of `needs`, tenths of their unit (counts and CO2 whole), and gives tenths
    of ug/m3, or ppm; None when it does not hold there.
    """

    def __init__(self, name: str, version: int, quantity: int, needs: tuple, formula: object) -> None:
        self.name = name
        self.version = version
        self.quantity = quantity
        self.needs = needs
        self._formula = formula
        self._at: list = []
        self._scales: list = []

    def bind(self, fields: tuple, scales: tuple) -> None:
        """Find the inputs among the fields of a decoder; ValueError when one other than the humidity is not there."""
        self._at = []
        self._scales = []
        for need in self.needs:
            at = -1
            i = 0
            while i < len(fields):
                if fields[i] == need:
                    at = i
                i += 1
            if at < 0 and need != RH:
                raise ValueError("%s needs %s, which this sensor does not report" % (self.name, need))
            self._at.append(at)
            self._scales.append(scales[at] if at >= 0 else 1)

    def borrows_humidity(self, fields: tuple) -> bool:
        """Whether a sensor with these fields needs the humidity of another one of its room."""
        return RH in self.needs and RH not in fields

    def _input(self, i: int, values: object, rh: int | None) -> int | None:
        at = self._at[i]
        if at < 0:
            return rh
        value = values[at]  # type: ignore[index]
        if value <= MISSING:
            return None
        return value * _scale_of(self.needs[i]) // self._scales[i]

    def value(self, values: object, rh: int | None = None) -> int | None:
        """The corrected value of the frame in `values`: tenths of ug/m3, or ppm.

        `rh`: tenths of %RH from another sensor of the room, used when this one reports none. None: not computable.
        """
        first = self._input(0, values, rh)
        if first is None:
            return None
        if len(self.needs) == 1:
            return self._formula(first)  # type: ignore[operator]
        second = self._input(1, values, rh)
        if second is None:
            return None
        return self._formula(first, second)  # type: ignore[operator]

    def inputs(self, values: object, rh: int | None = None) -> list:
        """What `value` was computed from: (field, scaled value or None, decimals), in the order of `needs`."""
        found = []
        i = 0
        while i < len(self.needs):
            decimals = 0 if _scale_of(self.needs[i]) == 1 else 1
            found.append((self.needs[i], self._input(i, values, rh), decimals))
            i += 1
        return found


def _scale_of(field: str) -> int:
    return 1 if field in (COUNT, quantities.FIELDS[quantities.CO2]) else 10


def describe(name: str) -> Correction | None:
    """The correction of that name, not bound to a decoder yet; None for "none".

    ValueError with the list of names when there is no such correction, or its parameter makes no sense.
    """
    if name == "none":
        return None
    kind, _, parameter = name.partition(":")
    if kind in ("co2-pressure", "co2-pressure-senseair"):
        from aqsense import correction_co2

        return correction_co2.describe(name, kind, parameter)
    from aqsense import correction_formulas

    made = correction_formulas.describe(name, kind, parameter)
    if made is None:
        raise ValueError("unknown correction '%s': choose none, %s" % (name, ", ".join(NAMES)))
    return made


def open(name: str, fields: tuple, scales: tuple) -> Correction | None:
    """The correction of that name for a decoder with those fields; None for "none", ValueError when it cannot be."""
    made = describe(name)
    if made is not None:
        made.bind(fields, scales)
    return made
