"""A typed postcode is cut to its first half before anything else is done with it."""

import re

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
