"""Stages, verdicts, score kinds and withholding codes: small integers here, words in documents.

The order of the withholding codes is their precedence (contract section 6).
"""

WARMUP = 0
LEARNING = 1
PROVISIONAL = 2
ESTABLISHED = 3
RELEARNING = 4
STALE = 5
SUSPENDED = 6
STAGES = ("warmup", "learning", "provisional", "established", "relearning", "stale", "suspended")

WITHHELD = 0
TYPICAL = 1
NOTABLE = 2
ELEVATED = 3
UNKNOWN = 4
VERDICTS = ("withheld", "typical", "notable", "elevated", "unknown")

CONTEXT = 0
PEAK = 1
SUSTAINED = 2
DAYPART = 3
SCORES = ("context", "peak", "sustained", "daypart")
BY_SPAN = (SUSTAINED, DAYPART)  # ranked among spans of three days, because their days depend on each other

NO_CODE = -1
CLOCK_UNTRUSTED = 0
SENSOR_FAULT = 1
SENSOR_STUCK = 2
SENSOR_WARMING = 3
VALUE_MISSING = 4
LINE_NOISY = 5
GAP_RECENT = 6
USER_PAUSED = 7
SENSOR_CHANGED = 8
SENSOR_MOVED = 9
CORRECTION_CHANGED = 10
CALIBRATION_RECENT = 11
DRIFT_SUSPECTED = 12
PROMISE_BROKEN = 13
DISPUTED = 14
COVERAGE_DAYS = 15
COVERAGE_HOURS = 16
COVERAGE_WEEKEND = 17
COVERAGE_WEEKS = 18
COVERAGE_INDEPENDENCE = 19
CODES = (
    "clock_untrusted",
    "sensor_fault",
    "sensor_stuck",
    "sensor_warming",
    "value_missing",
    "line_noisy",
    "gap_recent",
    "user_paused",
    "sensor_changed",
    "sensor_moved",
    "correction_changed",
    "calibration_recent",
    "drift_suspected",
    "promise_broken",
    "disputed",
    "coverage_days",
    "coverage_hours",
    "coverage_weekend",
    "coverage_weeks",
    "coverage_independence",
)
