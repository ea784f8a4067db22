"""Sätze, die der Besitzerin oder dem Besitzer antworten, auf Deutsch."""

LANG = "de"


def unknown_verb(verb: str) -> str:
    """Keine solche Anfrage."""
    return "Es gibt keine Anfrage '%s'." % verb


def unknown_claim() -> str:
    """Die Kennung gehört zu keiner Meldung, die noch bekannt ist."""
    return "Keine Meldung der letzten Wochen hat diese Kennung."


def too_late(days: int) -> str:
    """Die Meldung ist zu alt."""
    return "Eine Meldung lässt sich %d Tage lang bestätigen; diese ist älter." % days


def cap_reached(used: int, most: int, again: str) -> str:
    """Kein weiterer Tag lässt sich ausnehmen."""
    return "%d von %d bestätigten Tagen in diesem Fenster sind vergeben; weitere sind ab dem %s möglich." % (
        used,
        most,
        again,
    )


def claim_answered(verb: str) -> str:
    """Eine Meldung wurde beantwortet."""
    if verb == "confirm":
        return "Bestätigt: Dieser Tag zählt beim Vergleich nicht mehr mit."
    if verb == "dispute":
        return "Widerspruch vermerkt. Der Tag bleibt im Vergleich."
    return "Die Antwort ist zurückgenommen."


def annotated(label: str) -> str:
    """Eine Notiz."""
    return "Vermerkt: %s. Nichts wird dadurch ausgenommen." % label


def declared(relearns: bool) -> str:
    """Eine Veränderung wurde mitgeteilt."""
    return "Ab heute wird neu gelernt." if relearns else "Vermerkt: Das Gelernte bleibt."


def steered(verb: str) -> str:
    """Lernen oder Sprechen wurde gelenkt."""
    if verb == "relearn":
        return "Ab heute wird neu gelernt."
    return "Persönliche Aussagen sind angehalten." if verb == "pause" else "Persönliche Aussagen sind wieder möglich."


def level(name: str) -> str:
    """Wie viel gesagt wird."""
    return "Ab morgen gilt die Stufe '%s'." % name


def one_of(key: str, known) -> str:
    """Ein unbekannter Wert."""
    return "%s ist eines von: %s." % (key, ", ".join(known))


def bad_instant(key: str) -> str:
    """Kein Zeitpunkt."""
    return "%s ist ein Zeitpunkt in UTC, etwa 2026-02-24T18:30:00Z." % key


def backwards() -> str:
    """Eine Zeit endet, bevor sie beginnt."""
    return "to muss nach from liegen."


def missing(key: str) -> str:
    """Etwas fehlt."""
    return "%s fehlt." % key


def nothing_learned() -> str:
    """Noch nichts gelernt."""
    return "Dort wurde noch nichts gelernt."
