"""A kitchen of half hours by arithmetic: some breathing, a supper whose size differs from day to day."""

from aqsense import codes, logcode, quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings

PM = quantities.PM2_5
START = 984420 - 100 * 48
OFFSET = 60


def kitchen(lang="en"):
    settings = Settings("maple", [SensorSettings("s1", None, "kitchen", "kitchen", 60)])
    settings.lang = lang
    monitor = Monitor(settings)
    monitor.clock("ntp", 1, True)
    return monitor


def value(i):
    """Tenths of a ug/m3 in half hour i."""
    day, slot = divmod(i, 48)
    supper = 100 + day * 104729 % 89 if slot in (36, 37) else 0
    return 40 + i * 7919 % 13 + supper


def live(monitor, first, last, burst=None, times=1):
    """Documents of half hours first to last; a strong one at `burst` and the next."""
    found = []
    for i in range(first, last):
        code = logcode.encode(PM, 3000 if burst is not None and i in (burst, burst + 1) else value(i) * times)
        found += monitor.fold_cell("s1", PM, START + i, OFFSET, code, 30, codes.NO_CODE, code, code, code)
    return found
