"""`aqsense decode`: bytes of one sensor, from a file or a pipe, as samples, replies and accounted discards."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from aqsense import flags, quantities
from aqsense.wire import events, framing, registry
from firmware_bridge.errors import InputError, UsageError

CHUNK = 4096


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "decode",
        help="turn captured bytes into samples",
        description="Decode the bytes of one sensor. Every byte ends in a sample, a reply or a discard with a reason.",
    )
    parser.add_argument("model", metavar="MODEL", help="see aqsense sensors")
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="- is standard input (default)")
    parser.add_argument("--hex", action="store_true", help="the input is hexadecimal text; FILE may be that text")
    parser.add_argument("--request", metavar="HEX", help="the poll that the replies answer; default the model's own")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Decode to the end of the input."""
    model = registry.resolve(args.model)
    if model is None:
        near = registry.suggest(args.model)
        hint = f"did you mean {near}? " if near else ""
        raise UsageError(f"unknown model '{args.model}': {hint}see aqsense sensors")
    data = _input(args.file, args.hex)
    decoder = registry.open(model)
    if args.request:
        request = _from_hex(args.request, "--request")
        if len(request) < 4:
            raise UsageError("--request is too short for a poll: give the whole request, checksum included")
        decoder.stand(request)
    tell = _as_json if args.json else _in_words
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        decoder.receive_data(chunk, len(chunk))
        _drain(decoder, model, data, tell)
    decoder.finish()
    _drain(decoder, model, data, tell)
    tell(_summary(decoder, model))
    return 0


def sample(decoder: Any, model: str) -> dict[str, Any]:
    """The last sample as the contract prints it; fields that the frame does not carry are left out."""
    values = {}
    for name, scale, value in zip(decoder.FIELDS, decoder.SCALES, decoder.values, strict=True):
        if value != framing.MISSING_VALUE:
            values[name] = value if scale == 1 else value / scale
    return {
        "event": "sample",
        "model": model,
        "offset": decoder.offset,
        "length": decoder.length,
        "values": values,
        "flags": flags.names(decoder.flags),
    }


def _input(name: str, is_hex: bool) -> bytes:
    if name == "-":
        raw = sys.stdin.buffer.read()
    elif is_hex and not Path(name).exists() and not set(name.lower()) - set("0123456789abcdef "):
        raw = name.encode()
    else:
        try:
            raw = Path(name).read_bytes()
        except OSError as error:
            if is_hex:
                raise InputError(f"{name} is neither hexadecimal digits nor a readable file") from None
            raise InputError(f"{name}: {error.strerror or error}; name a readable file, or - for a pipe") from None
    if not is_hex:
        return raw
    return _from_hex(raw.decode("ascii", "replace"), name if name != "-" else "standard input")


def _from_hex(text: str, what: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UsageError(f"{what} is not hexadecimal: write two digits a byte, for example 424d001c") from None


def _drain(decoder: Any, model: str, data: bytes, tell: Any) -> None:
    while decoder.next_event() != events.NEED_DATA:
        tell(_event(decoder, model, data))


def _event(decoder: Any, model: str, data: bytes) -> dict[str, Any]:
    if decoder.event == events.SAMPLE:
        return sample(decoder, model)
    if decoder.event == events.REPLY:
        return {
            "event": "reply",
            "model": model,
            "offset": decoder.offset,
            "length": decoder.length,
            "reply": decoder.reply,
            "fields": dict(decoder.fields()),
        }
    return {
        "event": "discarded",
        "reason": events.REASONS[decoder.reason],
        "offset": decoder.offset,
        "bytes": decoder.length,
        "hex": data[decoder.offset : decoder.offset + decoder.length].hex(),
    }


def _summary(decoder: Any, model: str) -> dict[str, Any]:
    counted = zip(events.REASONS, decoder.discarded, strict=True)
    by_reason = sorted(((name, count) for name, count in counted if count), key=lambda pair: pair[0])
    return {
        "event": "summary",
        "model": model,
        "bytes": decoder.bytes_in,
        "samples": decoder.samples,
        "replies": decoder.replies,
        "discarded_bytes": decoder.discarded_bytes,
        "discarded": dict(by_reason),
        "pending": decoder.pending,
    }


def _as_json(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def _counted(n: int, word: str, many: str, one: str = "") -> str:
    return f"{n} {word}{one if n == 1 else many}"


def _in_words(event: dict[str, Any]) -> None:
    kind = event["event"]
    if kind == "summary":
        reasons = ", ".join(f"{count} {name}" for name, count in event["discarded"].items())
        counts = [_counted(event["samples"], "sample", "s"), _counted(event["replies"], "repl", "ies", "y")]
        lost = _counted(event["discarded_bytes"], "byte", "s") + " discarded"
        print(
            f"{_counted(event['bytes'], 'byte', 's')}: {', '.join([*counts, lost])}"
            + (f" ({reasons})" if reasons else "")
        )
    elif kind == "discarded":
        shown = event["hex"] if len(event["hex"]) <= 48 else event["hex"][:48] + "…"
        print(f"{event['offset']:>8}  discarded {_counted(event['bytes'], 'byte', 's')}, {event['reason']}: {shown}")
    elif kind == "reply":
        told = ", ".join(f"{name} {value}" for name, value in event["fields"].items())
        print(f"{event['offset']:>8}  reply {event['reply']}: {told}")
    else:
        told = ", ".join(_in_unit(name, value) for name, value in event["values"].items())
        doubt = f"  [{', '.join(event['flags'])}]" if event["flags"] else ""
        print(f"{event['offset']:>8}  {told}{doubt}")


def _in_unit(name: str, value: float) -> str:
    quantity = quantities.index(name)
    if quantity < 0:
        return f"{name} {value}"
    unit = quantities.SHOWN_UNITS[quantity]
    return f"{quantities.SHORT_IDS[quantity]} {value}" + (f" {unit}" if unit else "")
