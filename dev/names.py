"""Names for invented people: common first names, and family names that are put together here."""

from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = {
    "woman": _words(
        "Abena Aisha Alice Amara Anita Beth Bronwen Carys Chloe Dawn Elif Ellen Emma Esther Fatima "
        "Fiona Grace Hannah Holly Ines Isla Jade Jasmine Joanna Kasia Kate Kira Laila Laura Leanne "
        "Lucy Magda Maryam Megan Molly Nadia Naomi Nia Nicola Orla Petra Rachel Rina Rosa Ruth "
        "Sadia Sarah Shanice Sian Sonia Tamsin Tara Thea Vera Yasmin Zara Zoe"
    ),
    "man": _words(
        "Adam Ahmed Alex Andrew Callum Chris Colin Daniel Darren Dylan Edward Emeka Ethan Farid "
        "Gareth George Harry Hugh Ian Imran Jack Jamal James Jerome Joel Karim Keith Kieran Kofi "
        "Lee Leon Liam Luke Marcus Martin Matt Musa Nathan Neil Nikhil Owen Pavel Peter Rafiq Rhys "
        "Robin Rory Sam Sean Simon Stefan Tariq Tom Tunde Victor Will Yusuf Zac"
    ),
}
_STARTS = _words(
    "Alder Amber Ash Beck Birch Bram Brook Clay Cope Dale Elm Fair Fern Gold Grey Hal Hart Haw "
    "Hazel Heath Holm Kes Lang Lark Lin Mar Mere North Oak Penn Quar Rains Raven Red Rook Row "
    "Sedge Silver Stan Stone Thorn Wes Whit Wil Win Wren Yar"
)
_ENDS = _words(
    "bourne by combe cote croft den fold gate ham hurst ley low mead mere ridge shaw thwaite ton "
    "wick"
)


def first_name(chance: Random, kind: str) -> str:
    """`kind` is woman or man."""
    return chance.choice(FIRST_NAMES[kind])


def last_name(chance: Random) -> str:
    return chance.choice(_STARTS) + chance.choice(_ENDS)
