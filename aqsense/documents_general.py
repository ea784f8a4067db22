"""What holds for everybody, and readings corrected by a named formula (contract section 5, "guidance", "corrected")."""

from collections import OrderedDict

from aqsense import inferred, timetext
from aqsense.document import Document
from aqsense.jsontext import Fixed


def guidance(subject) -> Document:
    """Every level that the owner chose, beside the average over its own window."""
    body = inferred.head(subject, "guidance", "none", subject.cell, None, inferred.VALID_S)
    body["passed"] = subject.passed()
    body["levels"] = [one.document(subject.settings.lang) for one in subject.evaluations()]
    body["text"] = subject.guidance_text()
    inferred.tail(body)
    return inferred.document(subject, "guidance", body, inferred.VALID_S)


def corrected(subject, correction, value: int, inputs: list, sample: Document) -> Document:
    """A corrected value beside the sample that it was made from. `inputs`: (field, value, decimals) of that sample."""
    body = inferred.head(subject, "corrected", "none", subject.cell, None)
    body["t"] = None if sample.t_cell is None else timetext.instant(sample.t_cell, sample.t_s)
    body["v"] = inferred.amount(subject.quantity, value)
    body["algorithm"] = correction.name
    body["version"] = correction.version
    origin: OrderedDict = OrderedDict()
    for field, raw, places in inputs:
        origin[field] = Fixed(raw, places)
    body["from"] = origin
    body["seq"] = sample.seq
    body["boot"] = sample.boot
    inferred.tail(body)
    made = inferred.document(subject, "corrected", body)
    made.t_cell = sample.t_cell
    made.t_s = sample.t_s
    made.valid_s = sample.valid_s
    return made
