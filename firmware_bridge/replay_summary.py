"""What a replay came to, one object for each room and quantity (contract section 8)."""

from collections import OrderedDict
from typing import Any

from aqsense import codes, quantities, timetext
from aqsense.documents_account import REFERENCE_DAYS
from aqsense.jsontext import Fixed, fixed_or_none
from aqsense.rounding import rounded
from aqsense.standing import Standing
from firmware_bridge.clock import offset_min
from firmware_bridge.replay import Replay, Source


def summaries(replay: Replay) -> list[OrderedDict[str, Any]]:
    """A summary for every room and quantity of which values came."""
    found = []
    for source in replay.sources:
        for quantity in quantities.PERSONAL:
            series = replay.monitor.series(source.sid, quantity)
            if series is not None and source.values[quantity]:
                account = replay.monitor.home.subject(source.sid, quantity).claimed()
                found.append(_one(replay, source, quantity, series, account))
    return found


def _one(replay: Replay, source: Source, quantity: int, series: Any, account: Any) -> OrderedDict[str, Any]:
    withheld = enumerate(account.withheld_days)
    return OrderedDict(
        [
            ("event", "summary"),
            ("room", source.room),
            ("sid", source.sid),
            ("quantity", quantities.FIELDS[quantity]),
            ("rows", source.values[quantity]),
            ("from", _day(replay, source.first[quantity])),
            ("to", _day(replay, source.last[quantity])),
            ("valid_days", series.valid_days),
            ("scored_days", series.coverage.n),
            ("active_days", account.active_days),
            ("stage", codes.STAGES[series.stage]),
            ("claims", sum(account.claims)),
            ("claim_days", account.claim_days),
            ("reference_claim_days", Fixed(rounded(account.active_days * 10, REFERENCE_DAYS), 1)),
            ("promised_claim_days", _sum(account.promised_q16)),
            ("notable_days", account.notable_days),
            ("promised_notable_days", _sum(account.promised_notable_q16)),
            ("band_coverage", fixed_or_none(Standing(series).realised()[0], 2)),
            ("drift_flags", series.drift.flags),
            ("first_claim", timetext.day_text(account.first_claim_day) if account.first_claim_day >= 0 else None),
            ("withheld", OrderedDict((codes.CODES[code], days) for code, days in withheld if days)),
            ("hash", replay.digest(source.sid, quantity)),
        ]
    )


def _day(replay: Replay, cell: int) -> str:
    return str(timetext.day_text(timetext.local_day(cell, offset_min(replay.zone, cell))))


def _sum(q16: int) -> Fixed:
    return Fixed(rounded(q16 * 10, 65536), 1)
