"""Which module of sentences answers requests in a language."""

LANGUAGES = ("en", "de")


def known(wanted: object, home: str) -> str:
    """The language of a reply: the one that was asked for (`de`, `de-AT`) when it is spoken here, else the home's."""
    primary = wanted[:8].lower().partition("-")[0] if isinstance(wanted, str) else ""
    return primary if primary in LANGUAGES else home


def of(lang: str):
    """The module of sentences; English for a language that nobody has written yet."""
    if lang == "de":
        from aqsense import replies_de

        return replies_de
    from aqsense import replies_en

    return replies_en
