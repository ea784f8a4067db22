"""Loads what the monitor needs, leaves first: nested imports eat the stack of a board, a few kilobytes a level."""

for _name in (
    "quantities",
    "timetext",
    "logcode",
    "codes",
    "calendar",
    "memory",
    "ranks",
    "typical",
    "scores",
    "questions",
    "daypart",
    "judge",
    "gate",
    "claims",
    "coverage",
    "account",
    "standing",
    "days",
    "series",
    "jsontext",
    "guidance",
    "measured",
    "intake",
    "subject",
):
    __import__("aqsense." + _name)
