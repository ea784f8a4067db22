"""Loads what the monitor needs, leaves first: nested imports eat the stack of a board, a few kilobytes a level."""

# ruff: noqa: F401
# isort: off
import aqsense.quantities
import aqsense.timetext
import aqsense.logcode
import aqsense.codes
import aqsense.calendar
import aqsense.memory
import aqsense.ranks
import aqsense.typical
import aqsense.scores
import aqsense.questions
import aqsense.daypart
import aqsense.judge
import aqsense.gate
import aqsense.claims
import aqsense.coverage
import aqsense.account
import aqsense.verdict
import aqsense.days
import aqsense.series
import aqsense.jsontext
import aqsense.guidance
import aqsense.measured
import aqsense.intake
import aqsense.subject
