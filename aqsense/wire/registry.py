"""Every model that aqsense knows: one line each, naming the module of its family.

Nothing of a family is imported before one of its models is asked for.
"""

MODELS = (  # id, module, aliases
    ("pms1003", "plantower", ("g1", "pms-1003")),
    ("pms3003", "plantower", ("g3", "pms-3003", "pms2003")),
    ("pms5003", "plantower", ("g5", "pms-5003")),
    ("pms7003", "plantower", ("g7", "pms-7003")),
    ("pmsa003", "plantower", ("g10", "pms-a003")),
    ("pms9003m", "plantower", ("pms-9003m",)),
    ("pms5003t", "plantower", ("pms-5003t",)),
    ("pms5003s", "plantower", ("pms-5003s",)),
    ("pms5003st", "plantower", ("pms-5003st",)),
    ("sds011", "nova", ("sds-011",)),
    ("sds018", "nova", ("sds-018",)),
    ("sds021", "nova", ("sds-021",)),
    ("sds198", "nova", ("sds-198",)),
    ("sps30", "sps30", ()),
    ("hpma115s0", "honeywell", ("hpma115", "hpma115s0-xxx")),
    ("hpma115c0", "honeywell", ("hpma115c0-xxx",)),
    ("zh03b", "winsen_pm", ("zh03",)),
    ("zh06", "winsen_pm", ("zh06-i",)),
    ("pm1003", "cubic_pm", ("pm1003a",)),
    ("pm1006", "cubic_pm", ("vindriktning",)),
    ("pm1006k", "cubic_pm", ()),
    ("pm2008", "cubic_pm", ("pm2005", "pm2016", "pm2105", "pm3015")),
    ("sngcja5", "panasonic", ("sn-gcja5", "gcja5")),
    ("nextpm", "nextpm", ("next-pm",)),
    ("nextpmmodbus", "nextpm_modbus", ("nextpm-modbus",)),
    ("mhz19", "winsen_co2", ("mh-z19",)),
    ("mhz19b", "winsen_co2", ("mh-z19b",)),
    ("mhz19c", "winsen_co2", ("mh-z19c",)),
    ("mhz19d", "winsen_co2", ("mh-z19d",)),
    ("mhz19e", "winsen_co2", ("mh-z19e",)),
    ("mhz14a", "winsen_co2", ("mh-z14a",)),
    ("mhz16", "winsen_co2", ("mh-z16",)),
    ("s8", "senseair", ("senseair-s8", "s8lp")),
    ("k30", "senseair", ("senseair-k30", "k33")),
    ("s88", "senseair", ("senseair-s88", "s88lp")),
    ("sunrise", "sunrise", ("senseair-sunrise",)),
    ("scd30", "scd30", ()),
    ("cm1106", "cubic_co2", ("cm1106-c",)),
    ("cm1107", "cubic_co2", ("cm1107t",)),
    ("cm1106sln", "cubic_co2", ("cm1106sl-n", "cm1106sl-ns")),
    ("t6613", "telaire", ()),
    ("t6615", "telaire", ()),
    ("t6703", "t67xx", ()),
    ("t6713", "t67xx", ("t6793",)),
    ("cozir", "gss", ("cozir-a", "cozir-lp")),
    ("sprintir", "gss", ("sprintir-w",)),
    ("minir", "gss", ("explorir",)),
    ("zphs01b", "zphs01b", ()),
    ("sm300d2", "sm300d2", ("m701",)),
    ("sm300d2modbus", "sm300d2", ("sm300d2-modbus",)),
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
