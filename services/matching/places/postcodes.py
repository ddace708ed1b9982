"""Full postcodes in running text: found and cut before anything keeps or logs the text."""

import re

POSTCODE = re.compile(
    r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)[\s.,-]{0,3}[0-9][A-Z]{2}\b",
    re.IGNORECASE,
)


def holds_postcode(text: str) -> bool:
    """True when some part of the text reads as a full postcode.

    >>> holds_postcode("We live at RG30 4AB."), holds_postcode("near RG30, year 4 at school")
    (True, False)
    """
    return POSTCODE.search(text) is not None


def cut_postcodes(text: str) -> str:
    """The text with each full postcode cut to its outward code.

    >>> cut_postcodes("seen outside rg30 4ab on Monday")
    'seen outside RG30 on Monday'
    """
    return POSTCODE.sub(lambda found: found[1].upper(), text)
