"""Reproducible ids of inferred documents and events (contract section 3, "Ids")."""

import hashlib

_HEX = "0123456789abcdef"


def hex_digest(text: str, digits: int) -> str:
    """The first `digits` hexadecimal digits of SHA-256 over the UTF-8 of a text."""
    found = []
    for byte in hashlib.sha256(text.encode()).digest()[: (digits + 1) // 2]:
        found.append(_HEX[byte >> 4] + _HEX[byte & 15])
    return "".join(found)[:digits]


def document_id(home: str, sid: str, quantity: str, regime: str, kind: str, score: str, cell: int) -> str:
    """Id of a document: 16 digits; `score` is `none` outside claims.

    `cell` is the onset of a claim, the last closed half hour otherwise; the account gives `-` for sid, quantity and
    regime.
    """
    return hex_digest("%s|%s|%s|%s|%s|%s|%d" % (home, sid, quantity, regime, kind, score, cell), 16)
