"""The recorded home as rows: fed through the monitor, its first days or all of them."""

import csv
import gzip
from pathlib import Path

from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from tests.documents.rows import Rows

FILE = Path(__file__).parents[1] / "data" / "awair_gym.csv.gz"
FIELDS = ("pm2_5_ugm3", "co2_ppm")
SCALES = (10, 1)
OFFSET_MIN = -300


def monitor(restore=None, room="gym", model=None):
    settings = Settings("replay", [SensorSettings("gym", model, room, "other", 60)])
    made = Monitor(settings, restore)
    made.measured = False
    made.clock("node", None, True)
    return made


def lines(first, last):
    """(epoch second, values) of rows first to last."""
    with gzip.open(FILE, "rt") as file:
        for i, row in enumerate(csv.DictReader(file)):
            if i >= last:
                return
            if i >= first:
                values = [int(float(row[f]) * s + 0.5) if row[f] else None for f, s in zip(FIELDS, SCALES, strict=True)]
                yield int(row["epoch_s"]), values


def feed(into, first, last):
    """Documents that rows first to last call for."""
    rows = Rows(FIELDS, SCALES)
    documents = []
    for epoch_s, values in lines(first, last):
        documents += into.step("gym", rows.set(*values), epoch_s // 1800, epoch_s % 1800, OFFSET_MIN)
    return documents
