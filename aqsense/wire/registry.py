"""Every model that aqsense knows: one line each, naming the module of its family.

Nothing of a family is imported before one of its models is asked for.
"""

MODELS = (  # id, module, aliases
    ("pms1003", "plantower", ("g1", "pms-1003")),
    ("pms3003", "plantower", ("g3", "pms-3003", "pms2003")),
    ("pms5003", "plantower", ("g5", "pms-5003")),
    ("pms7003", "plantower", ("g7", "pms-7003")),
    ("pmsa003", "plantower", ("g10", "pms-a003")),
    ("pms5003t", "plantower", ("pms-5003t",)),
    ("sds011", "nova", ("sds-011",)),
    ("sps30", "sps30", ()),
    ("mhz19", "winsen_co2", ("mh-z19",)),
    ("mhz19b", "winsen_co2", ("mh-z19b",)),
    ("mhz19c", "winsen_co2", ("mh-z19c",)),
    ("mhz14a", "winsen_co2", ("mh-z14a",)),
    ("s8", "senseair", ("senseair-s8", "s8lp")),
    ("scd30", "scd30", ()),
)


def resolve(name: str) -> str | None:
    """Model id for an id or an alias, whatever its case; None when nothing has that name."""
    wanted = name.lower()
    for line in MODELS:
        if wanted == line[0] or wanted in line[2]:
            return line[0]
    plain = wanted.replace("-", "").replace("_", "").replace(" ", "")
    for line in MODELS:
        if plain == line[0]:
            return line[0]
    return None


def suggest(name: str) -> str | None:
    """The model id most like `name`, for a question such as "did you mean ...?"; None when nothing is near."""
    wanted = name.lower().replace("-", "").replace("_", "").replace(" ", "")
    best = None
    least = 1 + len(wanted) // 3
    for line in MODELS:
        d = _edits(wanted, line[0])
        if d < least:
            least = d
            best = line[0]
    return best


def open(model: str):
    """A decoder for `model` (id or alias), in its power-up state.

    Raises ValueError with a suggestion when there is no such model.
    """
    ident = _known(model)
    return family(ident).decoder(ident)


def info(model: str):
    """The `Model` of a model id or alias; ValueError with a suggestion when there is none."""
    ident = _known(model)
    found = family(ident).describe(ident)
    for line in MODELS:
        if line[0] == ident:
            found.aliases = line[2]
    if not found.fields:
        made = family(ident).decoder(ident)
        found.fields = made.FIELDS
        found.scales = made.SCALES
    return found


def family(ident: str):
    """The module that speaks for a model id: `decoder`, `describe` and `dialogue`."""
    for line in MODELS:
        if line[0] == ident:
            # The package comes back, not the module, so that the call is the same on every runtime.
            return getattr(__import__("aqsense.wire." + line[1]).wire, line[1])
    raise ValueError("unknown model '%s'" % ident)


def _known(model: str) -> str:
    ident = resolve(model)
    if ident is None:
        near = suggest(model)
        hint = "did you mean %s? " % near if near else ""
        raise ValueError("unknown model '%s': %ssee aqsense sensors" % (model, hint))
    return ident


def _edits(a: str, b: str) -> int:
    # Levenshtein distance
    row = list(range(len(b) + 1))
    for i in range(len(a)):
        corner = row[0]
        row[0] = i + 1
        for j in range(len(b)):
            above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, corner + (a[i] != b[j]))
            corner = above
    return row[len(b)]
