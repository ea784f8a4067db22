# heap: 420k, two whole monitors side by side with their documents and words
"""The monitor on both runtimes: windows of samples, half hours, and documents whose text is the same everywhere."""

from array import array

from aqsense import messages, quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import events

CELL = 984421  # 2026-02-24T18:30Z


class Rows:
    """Numbers where a decoder is expected."""

    FIELDS = ("pm2_5_ugm3", "co2_ppm")
    SCALES = (1, 1)

    def __init__(self):
        self.values = array("i", [0, 0])
        self.event = events.SAMPLE
        self.flags = 0
        self.evidence = 0
        self.candidates = 0
        self.rejected = 0
        self.frame_bytes = 0

    def set(self, pm, co2):
        self.values[0] = pm
        self.values[1] = co2
        self.candidates += 1

    def stuck_key(self):
        return self.candidates


def home(publish_s):
    settings = Settings("maple", [SensorSettings("s1", None, "kitchen", "kitchen", 60)], "k3m9q2")
    settings.profile = "board"
    settings.publish_s = publish_s
    monitor = Monitor(settings)
    monitor.clock("ntp", 1, True)
    return monitor


def fed(monitor, cells):
    rows = Rows()
    documents = []
    for minute in range(cells * 30 + 1):
        rows.set(5 + minute * 7 % 11, 600 + minute * 13 % 50)
        documents.extend(monitor.step("s1", rows, CELL + minute // 30, minute % 30 * 60, 60))
    return documents


def test_a_window_is_published_with_the_same_text_everywhere():
    documents = fed(home(300), 1)
    text = [messages.text(d) for d in documents if d.kind == "measured" and d.quantity == quantities.PM2_5][1]
    expected = (
        '{"schema":"measured/1","sid":"s1","quantity":"pm2_5_ugm3","v":10.0,"u":"ug/m3","t":"2026-02-24T18:40:00.000Z",'
        '"t_src":"ntp","t_err_s":0.1,"up_ms":0,"seq":2,"boot":"k3m9q2","agg":{"fn":"mean","window_s":300,"n":5,'
        '"sd":3.5,"min":6.0,"max":14.0},"qc":1,"flags":[],"raw":{"pm2_5_ugm3":13},"cal":"c0"}'
    )
    assert text == expected, text


def test_a_half_hour_calls_for_its_documents():
    kinds = [d.kind for d in fed(home(1800), 4)]
    assert kinds.count("elevation") == 8 and kinds.count("typical") == 8 and kinds.count("measured-all") == 4, kinds


def test_a_snapshot_in_pieces_goes_on_where_it_stopped():
    monitor = home(1800)
    fed(monitor, 3)
    other = home(1800)
    other.restore_parts(monitor.snapshot_parts())
    for quantity in quantities.PERSONAL:
        a = monitor.fold_cell("s1", quantity, CELL + 5, 60, 1500, 30)
        b = other.fold_cell("s1", quantity, CELL + 5, 60, 1500, 30)
        assert [messages.text(d) for d in a] == [messages.text(d) for d in b]


def test_german_is_written_in_utf8():
    monitor = home(1800)
    monitor.settings.lang = "de"
    texts = [messages.text(d) for d in fed(monitor, 1) if d.kind == "typical"]
    assert "gültigen Tagen" in texts[0]
    assert "gültigen".encode() in texts[0].encode()
