"""A daemon that ends at once, again and again, is started without inference: readings are worth more than claims.

Precedent: `safe_mode` of ESPHome, which counts starts that did not last a minute.
"""

from typing import Any

from aqsense.refused import Refused
from firmware_bridge.problems import Problems
from firmware_bridge.store import Store

MOST = 5  # starts in a row that did not live; systemd gives up after ten in five minutes
SETTLED_S = 60.0  # a start that lived this long was no crash
_STARTS = "starts that did not settle"


def begin(store: Store) -> bool:
    """Count this start; whether the ones before it ended so quickly that nothing should be inferred now."""
    before = int(store.noted(_STARTS) or 0)
    store.note(_STARTS, str(before + 1))
    store.commit()  # before whatever ends it
    return before >= MOST


def settled(store: Store) -> None:
    """This start lived, or was ended by somebody."""
    store.note(_STARTS, "0")


def refuse(problems: Problems, words: Any) -> None:
    """Refuse a request about what was learned: what would be said of it now is said of an empty memory."""
    if problems.has("safe_mode"):
        raise Refused("busy", words.nothing_inferred(), True)


def text() -> str:
    """What a person reads about it."""
    return (
        f"aqsense ended within a minute {MOST} times in a row: what is measured is published and nothing inferred "
        "until the next start (systemctl restart aqsense); please report it with the log"
    )
