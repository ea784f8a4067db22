"""Which module of sentences speaks the owner's language."""


def of(lang: str):
    """The module of sentences for `lang`; English for a language that nobody has written yet."""
    if lang == "de":
        from aqsense import texts_de

        return texts_de
    from aqsense import texts_en

    return texts_en
