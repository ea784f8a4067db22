"""What is known about one model: line settings, timing, accuracy, and what it can do."""


class Model:
    """Facts of one model, as `aqsense sensors` prints them.

    `headline`: (quantity field, raw field) pairs that the memory learns from. `err`: (field, absolute, percent)
    triples. `detection_limit`, `clamp`: (field, value) pairs in shown units. `same_wire_as`: models whose frames cannot
    be told from this one's. `unconfirmed`: statements for which no second source was found. `poll`: the measuring
    request of a model that can be asked. `calibrations`: (kind, least ppm, most ppm), kind "outdoor" (what is in the
    air is 400 ppm), "known" (is so many ppm), "span", "zero" (nitrogen) or "range" (measure up to so many ppm).
    `altitude`: whether it corrects its readings for an altitude that it is told. `abc_period_h`: (least, most, step) of
    the period of its automatic calibration, hours; empty when only on and off can be told. `actions`: (name, what it
    does, field that tells a value which can be set in days, or "") of what it does when asked. `guarded`:
    whether a checksum tells a damaged frame.
    """

    def __init__(self, ident: str) -> None:
        self.id = ident
        self.aliases: tuple = ()
        self.maker = ""
        self.family = ""
        self.fields: tuple = ()
        self.scales: tuple = ()
        self.headline: tuple = ()
        self.baud = 9600
        self.bits = 8
        self.parity = "N"
        self.stop = 1
        self.framing = ""
        self.modes: tuple = ("streaming",)
        self.interval_s = 1
        self.warm_up_s = 30
        self.sleep = False
        self.abc = False
        self.abc_period_h: tuple = ()
        self.err: tuple = ()
        self.detection_limit: tuple = ()
        self.clamp: tuple = ()
        self.same_wire_as: tuple = ()
        self.unconfirmed: tuple = ()
        self.source = ""
        self.poll = b""
        self.calibrations: tuple = ()
        self.altitude = False
        self.guarded = True
        self.actions: tuple = ()
