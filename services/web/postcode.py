"""A typed postcode is cut to its first half before anything else is done with it."""

import re

IN_TEXT = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?[\s.,-]{0,3}[0-9][A-Z]{2}\b", re.IGNORECASE)
FULL_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}")


def first_half(typed: str) -> str:
    """The outward code of a full postcode; of anything else its first word, shortened.

    Whether there is such a place is for the graph to say; what is cut off is not kept anywhere.

    >>> first_half("rg30 4ab"), first_half("RG304AB"), first_half("RG30"), first_half("RG30 4")
    ('RG30', 'RG30', 'RG30', 'RG30')
    """
    words = typed.upper().split()
    if full := FULL_POSTCODE.fullmatch("".join(words)):
        return full[1]
    return words[0][:20] if words else ""


def holds_postcode(text: str) -> bool:
    """True when some part of the text reads as a full postcode. The register judges alike.

    >>> holds_postcode("We live at RG30 4AB."), holds_postcode("near RG30, year 4 at school")
    (True, False)
    """
    return IN_TEXT.search(text) is not None
