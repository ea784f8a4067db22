"""Sätze, die Anfragen beantworten, auf Deutsch; die über das Gelernte gehören zum Kern."""


def too_many() -> str:
    """Mehr Anfragen, als in eine Sekunde passen."""
    return "Zu viele Anfragen in dieser Sekunde; bitte noch einmal fragen."


def retained() -> str:
    """Eine Anfrage mit retain käme bei jedem Start wieder."""
    return "Eine Anfrage mit retain wird nicht ausgeführt: bitte ohne retain senden."


def too_large(most: int) -> str:
    """Eine Anfrage ist zu lang."""
    return f"Eine Anfrage hat höchstens {most} Bytes."


def no_json() -> str:
    """Der Inhalt ist nicht lesbar."""
    return "Das ist kein JSON; bitte ein Dokument request/1 senden."


def no_object() -> str:
    """Der Inhalt ist JSON, aber kein Objekt."""
    return "Eine Anfrage ist ein JSON-Objekt; bitte ein Dokument request/1 senden."


def no_envelope() -> str:
    """Der Anfrage fehlt, was sie von anderen unterscheidet."""
    return "Eine Anfrage hat id und from (1 bis 64 Zeichen) und args (ein Objekt)."


def unknown_verb(verb: str, known) -> str:
    """Keine solche Anfrage."""
    return f"Es gibt keine Anfrage '{verb}'; bekannt sind {', '.join(known)}."


def expired() -> str:
    """Die Frist war vorbei, ehe etwas geschah."""
    return "Diese Anfrage kam für ihre eigene Frist zu spät und wurde nicht ausgeführt; bitte noch einmal senden."


def failed() -> str:
    """Ein Fehler von uns."""
    return "Das ist hier gescheitert; das Protokoll sagt, warum."


def clock_unset() -> str:
    """Noch lässt sich nichts datieren."""
    return "Die Uhr ist noch nicht gestellt; bitte danach noch einmal fragen."


def failed_on_board() -> str:
    """Ein Fehler von uns, wo es kein Protokoll gibt."""
    return "Das ist hier gescheitert; health sagt unter problems, warum."


def busy() -> str:
    """So viele Fragen, wie zugleich gehen, sind in Arbeit."""
    return "Mehrere Fragen sind gerade in Arbeit; bitte gleich noch einmal fragen."


def nothing_inferred() -> str:
    """Es wird nichts beurteilt, wie im sicheren Betrieb."""
    return "Bis aqsense neu gestartet wird, wird nichts beurteilt; bitte danach noch einmal fragen."


def refolding() -> str:
    """Das Gedächtnis wird neu gebildet."""
    return "Das Gedächtnis wird gerade neu gebildet; bitte gleich noch einmal fragen."


def one_of(name: str, known) -> str:
    """Ein unbekannter Wert."""
    return f"{name} ist eines von {', '.join(known)}."


def half_hour_wanted() -> str:
    """Die Frage nennt keine halbe Stunde."""
    return "Bitte id angeben, oder sid, quantity (etwa pm2_5_ugm3) und t (etwa 2026-02-24T18:30:00Z)."


def unknown_sensor(sid: str, known) -> str:
    """Kein solcher Sensor."""
    return f"Es gibt keinen Sensor '{sid}'; bekannt sind {', '.join(known)}."


def not_personal() -> str:
    """Eine Größe ohne persönliche Aussagen."""
    return "Persönliche Aussagen gibt es für pm2_5_ugm3 und co2_ppm."


def too_long(name: str, most: int) -> str:
    """Eine Angabe ist zu lang."""
    return f"{name} hat höchstens {most} Zeichen."


def unknown_answer() -> str:
    """Eine Kennung, die keine Antwort hat."""
    return "Es gibt keine Antwort mit dieser Kennung."


def unknown_token() -> str:
    """Eine Marke, die nicht gilt."""
    return "Diese Marke ist unbekannt oder älter als 60 s: bitte zuerst ohne Marke fragen."


def bad_instant(name: str) -> str:
    """Kein Zeitpunkt."""
    return f"{name} ist ein Zeitpunkt, etwa 2026-02-24T18:30:00Z."


def bad_since() -> str:
    """So lässt sich eine Veränderung nicht datieren."""
    return "since ist ein Tag wie 2026-02-19 oder ein Zeitpunkt wie 2026-02-19T18:00:00Z, nicht in der Zukunft."


def span_wanted() -> str:
    """Eine Anfrage zum Vergessen nennt nichts."""
    return "Bitte from und to als Zeitpunkte angeben, oder sid, oder all als true."


def samples_wanted() -> str:
    """Eine Anfrage nach früheren Werten nennt nichts."""
    return "Bitte sid angeben, und boot mit from_seq und to_seq, oder from und to als Zeitpunkte."


def samples_follow(samples: int, half_hours: int, sid: str, more: bool) -> str:
    """Was auf `history/` kommt."""
    if not samples and not half_hours:
        return "Keiner dieser Werte ist noch vorhanden."
    parts = [_count(samples, "Messwert", "Messwerte")] if samples else []
    parts += [_count(half_hours, "halbe Stunde", "halbe Stunden")] if half_hours else []
    follow = "folgt" if samples + half_hours == 1 else "folgen"
    rest = " Es gibt mehr: bitte ab deren Ende noch einmal fragen." if more else ""
    return f"{' und '.join(parts)} {follow} auf history/{sid}.{rest}"


def announced(count: int, taken_back: bool) -> str:
    """Die Zentrale weiß von den Sensoren, oder dass sie fort sind."""
    return f"{_count(count, 'Ankündigung', 'Ankündigungen')} {'zurückgenommen' if taken_back else 'wiederholt'}."


def to_forget(half_hours: int, days: int, answers: int, done: bool) -> str:
    """Wie viel geht oder ging."""
    listed = f"{_count(half_hours, 'halbe Stunde', 'halbe Stunden')} von {_count(days, 'Tag', 'Tagen')}"
    listed += f" und {_count(answers, 'Antwort', 'Antworten')}"
    return f"Vergessen: {listed}." if done else f"Zu vergessen: {listed}."


def not_recomputed(days: int, done: bool) -> str:
    """Tageswerte, die mitgehen oder mitgingen, weil nichts mehr da ist, woraus sie zu berechnen wären."""
    goes = ("ging" if done else "geht") if days == 1 else ("gingen" if done else "gehen")
    return f"{_count(days, 'älterer Tag', 'ältere Tage')} {goes} mit: die halben Stunden dazu sind nicht mehr da."


def not_in_memory() -> str:
    """Eine halbe Stunde, die niemand mehr kennt."""
    return "Diese halbe Stunde ist nicht im Gedächtnis."


def nothing_said() -> str:
    """Eine halbe Stunde, über die nichts gesagt wurde."""
    return "Über diese halbe Stunde wurde nichts gesagt."


def unknown_document() -> str:
    """Eine Kennung, die zu keiner erinnerten halben Stunde gehört."""
    return "Es gibt kein Dokument mit dieser Kennung, oder seine halbe Stunde ist nicht mehr im Gedächtnis."


def typical_below(value: str, unit: str) -> str:
    """Was üblich gewesen wäre."""
    return f"Unter {value.replace('.', ',')} {unit} wäre es üblich gewesen."


def declared_since(day: int, half_hours: int) -> str:
    """Eine Veränderung wurde auf einen Tag zurückdatiert."""
    from aqsense import inferred, texts_de

    since = inferred.day_in_words(texts_de, day)
    hours = _count(half_hours, "halben Stunde", "halben Stunden")
    return f"Ab dem {since} wurde neu gelernt, aus {hours} seither; was davor war, zählt nicht mehr mit."


def _count(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"
