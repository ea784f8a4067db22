"""Sätze auf Deutsch. Jede Funktion hat ihr Gegenstück gleichen Namens in den anderen Sprachen."""

MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
NAMES = ("PM1", "PM2,5", "PM4", "PM10", "CO2", "Temperatur", "Feuchte", "Luftdruck", "Formaldehyd", "VOC", "NOx")
SEASONS = {"winter": "Winter", "spring": "Frühling", "summer": "Sommer", "autumn": "Herbst"}
REASONS = {
    "clock_untrusted": "die Uhr ist nicht gestellt, und nichts lässt sich datieren",
    "sensor_fault": "der Sensor meldet einen Fehler",
    "sensor_stuck": "der Sensor wiederholt immer dasselbe",
    "sensor_warming": "der Sensor wärmt sich auf",
    "value_missing": "zu wenige Messwerte in der letzten halben Stunde",
    "line_noisy": "zu viele Messwerte kommen beschädigt an; bitte das Kabel prüfen",
    "gap_recent": "zu viele Tage fehlen",
    "user_paused": "von der Besitzerin oder dem Besitzer angehalten",
    "sensor_changed": "hier steht jetzt ein anderer Sensor",
    "sensor_moved": "der Sensor steht jetzt woanders",
    "correction_changed": "die Messwerte werden jetzt anders korrigiert",
    "calibration_recent": "der Sensor wurde kalibriert",
    "drift_suspected": "kürzlich hat sich etwas verändert",
    "promise_broken": "es gab mehr Meldungen als versprochen",
    "disputed": "solche Aussagen wurden öfter bestritten als bestätigt",
    "coverage_days": "zu wenige vergleichbare Tage",
    "coverage_hours": "manche Stunden des Tages sind kaum bekannt",
    "coverage_weekend": "zu wenige Tage am Wochenende",
    "coverage_weeks": "zu wenige Kalenderwochen",
    "coverage_independence": "die Tage gleichen einander zu sehr, um voll zu zählen",
}


def date(year: int, month: int, day: int) -> str:
    """`12. März 2026`."""
    return "%d. %s %d" % (day, MONTHS.split()[month - 1], year)


def day_month(month: int, day: int) -> str:
    """`12. März`."""
    return "%d. %s" % (day, MONTHS.split()[month - 1])


def listed(words: list, last: str = "und") -> str:
    """`a`, `a und b`, `a, b und c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " " + last + " " + words[-1]


def in_room(room: str) -> str:
    """`im Raum Küche`."""
    return "im Raum " + room


def count(n: int, one: str, many: str) -> str:
    """`1 Tag`, `2 Tage`."""
    return "%d %s" % (n, one if n == 1 else many)


def comma(number: str) -> str:
    """Eine Zahl mit Komma."""
    return number.replace(".", ",")


def capital(text: str) -> str:
    """Der Text mit großem ersten Buchstaben."""
    return text[:1].upper() + text[1:]


def reading(value: str, error: str | None, unit: str) -> str:
    """`41,2 ± 10,0 µg/m³`."""
    shown = comma(value if error is None else value + " ± " + error)
    return shown + " " + unit if unit else shown


def usual(low: str, high: str, unit: str) -> str:
    """Ein Bereich zu dieser Tageszeit."""
    return "üblich sind %s bis %s%s zu dieser Tageszeit" % (comma(low), comma(high), " " + unit if unit else "")


def typical(low: str, high: str, unit: str, settled: bool, former: str | None, missing: list) -> str:
    """Der übliche Bereich; `former`: der Tag, von dem ein vergangener stammt; `missing`: fehlende Jahreszeiten."""
    if former is not None:
        unit = " " + unit if unit else ""
        return "Bis zum %s waren %s bis %s%s zu dieser Tageszeit üblich." % (former, comma(low), comma(high), unit)
    text = capital(usual(low, high, unit)) + "."
    if not settled:
        text += " Noch nicht gefestigt."
    if missing:
        text += " Noch nicht erlebt: %s." % listed([SEASONS[s] for s in missing])
    return text


def last_year(low: str, high: str, unit: str, confirmed: bool) -> str:
    """Dieselbe Woche vor einem Jahr, als Satz, der hinzukommt; `confirmed`: sie zählt für den Bereich wieder."""
    text = " Diese Woche im Vorjahr: %s bis %s%s" % (comma(low), comma(high), " " + unit if unit else "")
    return text + (", und die Tage dieses Jahres stimmen damit überein." if confirmed else ".")


def typical_pending(have: int, need: int) -> str:
    """Noch kein Bereich."""
    return "Der übliche Bereich wird ab %d gültigen Tagen gezeigt; bisher %s." % (
        need,
        "ist es einer" if have == 1 else "sind es %d" % have,
    )


def now_usual(now: str, range_text: str | None, passed: str | None) -> str:
    """Eine Meldung war erlaubt und keine fällig; `passed`: was für alle gilt, wenn eine Stufe überschritten ist."""
    text = now + (", " + range_text if range_text else ", nichts Ungewöhnliches") + "."
    if passed:
        text += " Hier ist das üblich, nach den Richtwerten für alle aber nicht. %s" % passed
    return text


def no_valid_half_hour(room: str) -> str:
    """Nichts zu beurteilen."""
    return "%s gibt es keine gültige halbe Stunde zu beurteilen." % capital(in_room(room))


def _earliest(day: str | None) -> str:
    return " Frühestens am %s, wenn kein Tag verloren geht." % day if day else ""


def still_learning(room: str, have: int, need: int, earliest: str | None) -> str:
    """Zu wenige vergleichbare Tage."""
    text = "Es wird noch gelernt, was %s üblich ist: %d von %d vergleichbaren Tagen." % (in_room(room), have, need)
    return text + _earliest(earliest)


def withheld(room: str, code: str, earliest: str | None) -> str:
    """Eine persönliche Aussage wird aus einem anderen Grund zurückgehalten."""
    return "Keine persönliche Aussage %s: %s.%s" % (in_room(room), REASONS[code], _earliest(earliest))


def not_yet_told(room: str, have: int, need: int, earliest: str | None) -> str:
    """Vorläufig: ungewöhnliche Tage werden vermerkt, niemand wird benachrichtigt."""
    text = "Ungewöhnliche Tage %s werden vermerkt, noch nicht gemeldet: %d von %d vergleichbaren Tagen."
    return text % (in_room(room), have, need) + _earliest(earliest)


MISSING = {
    "scored_days": lambda n: count(n, "vergleichbarer Tag", "vergleichbare Tage"),
    "hour_support": lambda n: count(n, "weiterer Tag mit jeder Stunde", "weitere Tage mit jeder Stunde"),
    "weekend_days": lambda n: count(n, "Tag am Wochenende", "Tage am Wochenende"),
    "weeks": lambda n: count(n, "weitere Kalenderwoche", "weitere Kalenderwochen"),
    "n_effective": lambda n: count(n, "weiterer unabhängiger Tag", "weitere unabhängige Tage"),
}


def coverage(have: int, need: int, missing: list) -> str:
    """Fortschritt zur nächsten Stufe; `missing`: Paare aus Bedingung und Zahl, die fehlt."""
    text = "%d von %d vergleichbaren Tagen." % (have, need)
    words = [MISSING[name](short) for name, short in missing]
    return text + (" Außerdem fehlen: %s." % ", ".join(words) if words else "")


def coverage_full(have: int) -> str:
    """Jede Bedingung ist erfüllt."""
    return "%d vergleichbare Tage; es fehlt nichts." % have


def coverage_held(have: int, code: str) -> str:
    """Die Tage sind da; etwas anderes hält die Aussagen zurück."""
    return "%d vergleichbare Tage. Persönliche Aussagen warten: %s." % (have, REASONS[code])


def promoted(stage: str, n: int, back: bool) -> str:
    """Eine Stufe ist erreicht; `back`: eine, die nur unterbrochen war."""
    if back:
        kept = count(n, "vergleichbarer Tag", "vergleichbare Tage")
        return "Die Messwerte sind wieder da; das Gelernte ist erhalten: %s." % kept
    if stage == "provisional":
        return "%d vergleichbare Tage: Ungewöhnliches wird ab jetzt vermerkt, noch nicht gemeldet." % n
    if stage == "established":
        return "%d vergleichbare Tage: deutlich Ungewöhnliches wird ab jetzt gemeldet." % n
    return "Der Sensor ist bereit: jetzt wird gelernt, was üblich ist."


def demoted(stage: str, code: str | None) -> str:
    """Eine Stufe ist verloren."""
    why = REASONS[code] if code else "manches Gelernte ist zu alt"
    if stage in ("learning", "relearning"):
        return "Es wird neu gelernt: %s." % why
    if stage == "provisional":
        return "Ungewöhnliches wird vorerst nur vermerkt: %s." % why
    return "Persönliche Aussagen warten: %s." % why


def _among(rank: int, of: str) -> str:
    # "an jedem der letzten 59 Tage", "an allen bis auf 3 der letzten 59 Tage"
    if rank <= 1:
        return "jedem " + of
    return "allen bis auf %s %s" % ("einen" if rank == 2 else str(rank - 1), of)


def _days(rank: int, n: int) -> str:
    return "an " + _among(rank, "der letzten %d vergleichbaren Tage" % n)


def peak(name: str, room: str, around: str | None, rank: int, n: int) -> str:
    """Eine kurze Spitze von Teilchen."""
    at = " gegen %s Uhr" % around if around else ""
    text = "Die kurze %s-Spitze %s%s ist deutlich stärker als %s."
    return text % (name, in_room(room), at, _days(rank, n))


def _spans(rank: int, spans: int) -> str:
    return "in " + _among(rank, "der letzten %d Zeiträume von drei Tagen" % spans)


def sustained(name: str, room: str, around: str | None, rank: int, spans: int) -> str:
    """Teilchen, stundenlang hoch."""
    since = " (seit %s Uhr)" % around if around else ""
    text = "%s ist %s seit 4 Stunden hoch%s: höher als %s."
    return text % (name, in_room(room), since, _spans(rank, spans))


def daypart(name: str, room: str, around: str | None, rank: int, spans: int, above: str) -> str:
    """CO2 über dem, was diese Tageszeit üblicherweise hat."""
    at = " um %s Uhr" % around if around else ""
    text = "%s liegt %s%s weiter über dem zu dieser Zeit Üblichen als %s: etwa %s darüber."
    return text % (name, in_room(room), at, _spans(rank, spans), comma(above))


def notable(name: str, room: str, around: str | None, rank: int, n: int) -> str:
    """Ein stiller Vermerk: ungewöhnlich an einem Tag von dreißig."""
    at = " gegen %s Uhr" % around if around else ""
    text = "%s ist %s%s für diese Tageszeit ungewöhnlicher als %s. Nur vermerkt."
    return text % (name, in_room(room), at, _days(rank, n))


def ended(name: str, room: str, at: str) -> str:
    """Eine Episode ist vorbei."""
    return "Das Ungewöhnliche an %s %s endete um %s Uhr." % (name, in_room(room), at)


def account(claims: int, since: str, reference: str) -> str:
    """Meldungen, daneben was simulierte Haushalte zeigen, in denen alles in Ordnung ist."""
    text = "%s seit dem %s; etwa %s sind in einem Zuhause üblich, in dem alles in Ordnung ist."
    return text % (count(claims, "Meldung", "Meldungen"), since, comma(reference))


def account_empty() -> str:
    """Noch kein Tag begann mit einer erlaubten Meldung."""
    return "Noch war keine Meldung möglich."


def drift_question(day: str) -> str:
    """Was gefragt wird."""
    return "Was hat sich um den %s verändert?" % day


def drift(day: str, waits: bool) -> str:
    """Eine Veränderung wird vermutet; `waits`: Aussagen werden dafür zurückgehalten."""
    text = "Um den %s hat sich etwas verändert." % day
    return text + " Persönliche Aussagen warten, bis neu gelernt ist." if waits else text


FACTS = {
    "factor": "Tageshöchstwert das %s-fache",
    "floor_factor": "Tagestiefstwert das %s-fache",
    "one_factor": "Tiefst- und Höchstwert um denselben Faktor",
    "shape_changed": "Tagesgang verändert",
    "shape_kept": "Tagesgang gleich geblieben",
    "slow": "über %s Tage eingeschlichen",
    "quick": "nach %s Tagen bemerkt",
    "floor_ppm": "niedrigstes CO2 %s ppm, weniger als in der Außenluft",
    "ratio_kept": "Verhältnis zu den anderen Größen des Sensors gleich",
    "ratio_changed": "Verhältnis zu den anderen Größen des Sensors verändert",
    "other_moved": "ein anderer Sensor des Raums veränderte sich mit",
    "other_stayed": "ein anderer Sensor des Raums blieb gleich",
    "apart": "im Verhältnis zum anderen Sensor des Raums das %s-fache von früher",
    "still": "Schwankung innerhalb einer halben Stunde das %s-fache von früher",
    "noise": "Schwankung innerhalb einer halben Stunde das %s-fache von früher",
}


def fact(key: str, number: str) -> str:
    """Eine Tatsache, die für eine Erklärung spricht."""
    return comma(FACTS[key] % number) if "%" in FACTS[key] else FACTS[key]


def drift_none() -> str:
    """Keine Veränderung zu sehen."""
    return "Keine bleibende Veränderung zu sehen."


SENSOR_EVENTS = {
    "appeared": "Der Sensor %s antwortet.",
    "lost": "Der Sensor %s antwortet nicht mehr; Kabel und Strom prüfen.",
    "replaced": "Als %s antwortet ein anderer Sensor; was üblich ist, wird neu gelernt.",
    "stuck": "Der Sensor %s wiederholt immer dasselbe.",
    "noisy": "Zu viele Messwerte von %s kommen beschädigt an; bitte Kabel und Stromversorgung prüfen.",
    "recovered": "Der Sensor %s arbeitet wieder.",
}


def sensor_event(kind: str, sid: str) -> str:
    """Was mit einem Sensor geschah."""
    return SENSOR_EVENTS[kind] % sid
