"""What the figures must reach: the release gates of the design, by home model.

A gate is met when the figure is on the right side of `limit`, and its interval's end on that side of `furthest`.
"""

from dataclasses import dataclass

REFERENCE_A_YEAR = 365.0 / 60.0  # one claim day in sixty active days of a home


@dataclass(frozen=True)
class Target:
    """One gate; `at_most` tells its side."""

    limit: float
    at_most: bool
    furthest: float | None = None

    def met(self, value: float, lo: float, hi: float) -> bool:
        """Whether a figure and its interval pass."""
        if self.at_most:
            return value <= self.limit and (self.furthest is None or hi <= self.furthest)
        return value >= self.limit and (self.furthest is None or lo >= self.furthest)


def _most(limit: float, furthest: float | None = None) -> Target:
    return Target(limit, True, furthest)


def _least(limit: float) -> Target:
    return Target(limit, False)


_BOTH = {
    "claims_before_59_days": _most(0.0),
    "notable_before_29_days": _most(0.0),
    "may_speak_share": _least(0.80),
    "realised_over_promised": _most(1.10),
    "band_coverage": _least(0.78),
    "band_coverage_above": _most(0.82),
    "band_worst_home": _least(0.75),
    "band_worst_30_days": _least(0.72),
    "band_home_month_p5": _least(0.67),
    "adversary_confirm_over_null": _most(2.0),
    "adversary_dispute_over_null": _most(1.0),
    "claims_after_moved_double_over_null": _most(2.0),
    "fewer_than_z_48h": _least(10.0),
    "delay_burst_h": _most(1.0),
    "delay_smoke_h": _most(7.0),
    "delay_ventilation_h": _most(6.5),
}
TARGETS: dict[str, dict[str, Target]] = {
    "box": _BOTH
    | {
        "claims_a_year": _most(6.0, 6.3),
        "worst_91_days_a_year": _most(1.25 * REFERENCE_A_YEAR, 1.35 * REFERENCE_A_YEAR),
        "p95_home_a_year": _most(10.0),
        "worst_home_a_year": _most(15.0),
        "fewer_than_former": _least(3.5),
        "recall_burst": _least(0.57),
        "recall_burst_confirmed": _least(0.60),
        "recall_smoke": _least(0.89),
        "recall_ventilation": _least(0.85),
        "drift_a_year": _most(2.0),
        "found_30_days_moved_double": _least(0.78),
        "found_30_days_moved_half": _least(0.68),
        "found_14_days_occupants": _least(0.65),
    },
    "rooms": _BOTH
    | {
        "claims_a_year": _most(7.5),
        "worst_91_days_a_year": _most(9.0),
        "recall_burst": _least(0.22),
        "recall_smoke": _least(0.58),
        "recall_ventilation": _least(0.32),
        "drift_a_year": _most(2.8),
    },
}
