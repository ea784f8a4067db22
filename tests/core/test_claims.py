"""One dinner is one claim; midnight does not split it; nothing repeats inside an episode."""

from aqsense import codes
from aqsense.claims import CLOSED, OPENED, RESUMED, Episodes
from aqsense.coverage import Coverage
from aqsense.gate import Gate
from aqsense.memory import MISSING, Memory
from aqsense.quantities import PM2_5
from tests.core.days import folded, half_hours

THRESHOLD = 600
LATE = 984420  # 18:00Z


class Asked:
    """A question that answers what the test says."""

    def __init__(self, kind, score):
        self.kind = kind
        self.score = score
        self.threshold = THRESHOLD
        self.margin = 50
        self.excess = 1000
        self.least = 100

    def crosses(self):
        return self.score > self.threshold

    def rank(self, score):
        return 1

    def nearest(self, most):
        return [(20000, 590)]


class Evening:
    """Steps one kind through half hours; `marks` holds what happened and when."""

    def __init__(self, kind=codes.PEAK, first=LATE):
        self.kind = kind
        self.cell = first
        self.episodes = Episodes()
        self.coverage = Coverage(Memory(PM2_5))
        self.coverage.n, self.coverage.hour_support, self.coverage.weekend_days = 119, 50, 30
        self.coverage.weeks, self.coverage.n_effective = 17, 60
        self.gate = Gate((codes.PEAK, codes.SUSTAINED))
        self.marks = []

    def step(self, *scores):
        for score in scores:
            day = self.cell // 48
            if day != self.gate.day:
                self.coverage.memory.today = day
                self.gate.close_day(self.coverage, False)
            what = self.episodes.step(Asked(self.kind, score), self.gate.permit(self.kind), self.cell, self.cell % 48)
            if what:
                self.marks.append((what, self.cell - LATE))
            self.cell += 1
        return self.marks


def test_an_episode_opens_at_the_first_crossing_and_closes_after_two_hours_below():
    assert Evening().step(100, 700, 650, 300, 300, 300, 300, 300) == [(OPENED, 1), (CLOSED, 6)]


def test_a_tie_opens_nothing():
    assert Evening().step(THRESHOLD, THRESHOLD) == []


def test_a_score_above_seven_tenths_keeps_it_open():
    assert Evening().step(700, *[430] * 20) == [(OPENED, 0)]
    assert Evening().step(700, *[415] * 4) == [(OPENED, 0), (CLOSED, 4)]


def test_half_hours_without_a_value_count_as_below():
    assert Evening().step(700, MISSING, MISSING, MISSING, MISSING) == [(OPENED, 0), (CLOSED, 4)]


def test_midnight_does_not_split_it_and_the_day_of_the_onset_owns_it():
    evening = Evening(first=LATE + 11)  # 23:30Z
    marks = evening.step(700, 650, 640, 620, 100, 100, 100, 100)
    assert [what for what, _ in marks] == [OPENED, CLOSED]
    assert evening.episodes.latest[codes.PEAK].onset_day == LATE // 48


def test_crossing_again_within_four_hours_resumes_the_same_claim():
    evening = Evening()
    evening.step(700, 100, 100, 100, 100, *[100] * 3, 800)
    assert [what for what, _ in evening.marks] == [OPENED, CLOSED, RESUMED]
    episode = evening.episodes.open(codes.PEAK)
    assert (episode.onset, episode.score, episode.ended) == (LATE, 800, None)


def test_a_second_peak_of_the_same_day_is_no_new_claim_and_the_next_day_has_its_own():
    evening = Evening(first=LATE - 36)  # 00:00Z
    evening.step(700, *[0] * 20, 900, *[0] * 26, 900)
    assert [(what, at + 36) for what, at in evening.marks] == [(OPENED, 0), (CLOSED, 4), (OPENED, 48)]


def test_days_of_smoke_are_one_claim_of_hours_within_72_hours_of_the_onset():
    evening = Evening(codes.SUSTAINED, first=LATE - 36)
    for _ in range(3):
        evening.step(700, *[0] * 47)
    assert [what for what, _ in evening.marks].count(OPENED) == 1
    evening.step(700)
    assert [what for what, _ in evening.marks].count(OPENED) == 2


def test_a_claim_keeps_its_worst_and_the_promise_of_its_onset():
    evening = Evening()
    evening.step(700, 990, 650)
    episode = evening.episodes.open(codes.PEAK)
    assert (episode.score, episode.k, episode.of, episode.unit, episode.n) == (990, 2, 120, "day", 119)
    assert (episode.threshold, episode.margin, episode.nearest) == (THRESHOLD, 50, [(20000, 590)])


def test_a_claim_of_another_kind_is_another_claim():
    evening = Evening()
    evening.step(700)
    evening.kind = codes.SUSTAINED
    evening.step(700)
    assert [what for what, _ in evening.marks] == [OPENED, OPENED]


def test_the_ledger_says_that_a_claim_goes_on_so_that_every_close_has_its_beginning():
    cells = half_hours(PM2_5, 71, seed=5)
    for i in [69 * 48 + 30, 69 * 48 + 31, 69 * 48 + 39, 69 * 48 + 40]:  # two bursts, three and a half hours apart
        cell, offset, code, _ = cells[i]
        cells[i] = (cell, offset, code + 1200, (code + 1100, code + 1200, code + 1200))
    _, lines = folded(PM2_5, cells, ident=lambda kind, onset: f"{kind}-{onset}")
    marks = [line.split() for line in lines if line[0] in "ORX"]
    ident, onset = marks[0][1:3]
    assert [mark[0] for mark in marks if mark[1] == ident] == ["O", "X", "R", "X"]
    assert [int(mark[2]) - int(onset) for mark in marks if mark[1] == ident and mark[0] == "R"] == [9]
