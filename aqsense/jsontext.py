"""JSON text written from integers and words, the same on every runtime (contract section 3, "Numbers in JSON").

There is no float: a decimal is a `Fixed`, so `NaN`, `Infinity` and a runtime's own rounding cannot appear.
"""

from collections import OrderedDict


class Fixed:
    """A decimal number as a scaled integer: `Fixed(74, 1)` is 7.4; compares equal to what has the same text."""

    def __init__(self, value: int, decimals: int) -> None:
        self.value = value
        self.decimals = decimals

    def text(self) -> str:
        """Digits with a point and all decimals: `7.0`, `-0.5`; `8` when there are no decimals."""
        if self.decimals == 0:
            return str(self.value)
        digits = str(abs(self.value))
        while len(digits) <= self.decimals:
            digits = "0" + digits
        sign = "-" if self.value < 0 else ""
        return sign + digits[: -self.decimals] + "." + digits[-self.decimals :]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fixed) and self.text() == other.text()

    def __hash__(self) -> int:
        return hash(self.text())

    def __repr__(self) -> str:
        return self.text()


def fixed_or_none(value: int | None, decimals: int) -> "Fixed | None":
    """`Fixed`, or None for None: a value that is not there stays null."""
    return None if value is None else Fixed(value, decimals)


def fixed_of(digits: str) -> Fixed:
    """The decimal that a text shows (`7.4`, `-0.05`): reads back what `Fixed` wrote; for `parse_float` of json."""
    at = digits.find(".")
    if at < 0:
        return Fixed(int(digits), 0)
    return Fixed(int(digits[:at] + digits[at + 1 :]), len(digits) - at - 1)


def quoted(text: str) -> str:
    """A JSON string; characters beyond ASCII stay as they are (UTF-8 on the wire)."""
    plain = True
    for c in text:
        if c in '"\\' or c < " ":
            plain = False
            break
    if plain:
        return '"' + text + '"'
    parts = ['"']
    for c in text:
        if c in '"\\':
            parts.append("\\" + c)
        elif c == "\n":
            parts.append("\\n")
        elif c < " ":
            parts.append("\\u%04x" % ord(c))
        else:
            parts.append(c)
    parts.append('"')
    return "".join(parts)


def write(value: object, put) -> None:
    """Give the JSON text of None, bool, int, `Fixed`, str, list, tuple and OrderedDict to `put`, piece by piece.

    Keys keep their order. A float, a plain dict (a board loses its order) or any other object raises TypeError.
    """
    if value is None:
        put("null")
    elif value is True:
        put("true")
    elif value is False:
        put("false")
    elif isinstance(value, str):
        put(quoted(value))
    elif isinstance(value, int):
        put(str(value))
    elif isinstance(value, Fixed):
        put(value.text())
    elif isinstance(value, OrderedDict):
        separator = "{"
        for key in value:
            put(separator)
            put(quoted(key))
            put(":")
            write(value[key], put)
            separator = ","
        put("{}" if separator == "{" else "}")
    elif isinstance(value, (list, tuple)):
        separator = "["
        for item in value:
            put(separator)
            write(item, put)
            separator = ","
        put("[]" if separator == "[" else "]")
    else:
        raise TypeError("no JSON for %s: write a Fixed, int, str, bool, None, list or OrderedDict" % repr(value))


def text(value: object) -> str:
    """The same as one text."""
    parts: list = []
    write(value, parts.append)
    return "".join(parts)
