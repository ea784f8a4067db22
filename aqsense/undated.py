"""Good samples that no clock could date yet: two hours of minute means, dated once a clock is trusted."""

from aqsense.codes import NO_CODE, VALUE_MISSING
from aqsense.half_hour import HalfHour
from aqsense.trust import Waiting


class Undated:
    """One `Waiting` for each remembered quantity of a sensor, in their order."""

    def __init__(self, halves: list) -> None:
        self._waiting = [Waiting() for _ in halves]

    def add(self, i: int, up_s: int, value: int) -> None:
        """Keep a good value of the i-th quantity, by seconds of uptime."""
        self._waiting[i].add(up_s, value)

    def date(self, halves: list, cell: int, s: int, up_s: int) -> list:
        """(cell, HalfHour) of the half hours that ended meanwhile, oldest first; the open ones take what is theirs."""
        found = []
        i = 0
        while i < len(self._waiting):
            past = None
            for at, second, value in self._waiting[i].release(cell, s, up_s):
                if at >= cell:
                    halves[i].add(second, value)
                    continue
                if past is None or past[0] != at:
                    past = (at, HalfHour(halves[i].quantity, 60))
                    found.append(past)
                past[1].add(second, value)
            i += 1
        found.sort(key=_cell_of)
        for _, half in found:
            half.close(NO_CODE, VALUE_MISSING)
        return found


def _cell_of(pair: tuple) -> int:
    return pair[0]
