"""Six hundred people whom nobody could mistake for a word: each surname is one that no page says by chance. Pure."""

from random import Random

from tests.cast import Person
from tests.year.acts import COMMERCIAL, COMMUNITY

USERS, BUYERS, BOTH = range(330), range(330, 500), range(500, 600)
#: They come to the door and give no address: nobody can know them again.
NAMELESS = range(600, 612)
#: What happens to these is told in `singled.py`, and nothing else does.
SINGLED = {*range(20), *range(330, 350), *range(500, 510)}
GIVEN = (
    "Ansgar", "Bettina", "Casimir", "Dagny", "Eskil", "Fernanda", "Gunhild", "Halvard", "Ingeborg", "Jarmila", "Kasimira",
    "Leopoldina", "Mechthild", "Nikodem", "Oddvar", "Perpetua", "Quirin", "Ragnhild", "Sigismund", "Torvald", "Ulrikke",
    "Valborg", "Wenzel", "Xaveria", "Yngvild", "Zdenka",
)  # fmt: skip
HEADS = ("Bra", "Dro", "Fje", "Gla", "Hvi", "Kne", "Mju", "Plo", "Sko", "Två", "Vre", "Zwe", "Ska", "Ødy")
MIDDLES = ("bbe", "dvi", "gzo", "kjo", "lmu", "npe", "rqua", "sfi", "tzi", "vgu", "xli", "zme")
TAILS = ("dal", "feld", "grav", "hult", "kvist", "lund", "mark", "nes")
FIRMS = ("Freight", "Ferries", "Terminals", "Logistics", "Cold Chain", "Couriers")
ROLES = ("Head of operations", "Purchasing", "Owner", "Fleet manager", "IT manager")


def people(random: Random) -> list[Person]:
    """Their number is their place in this list."""
    surnames = [head + middle + tail for head in HEADS for middle in MIDDLES for tail in TAILS]
    random.shuffle(surnames)
    return [_person(number, random.choice(GIVEN), surnames[number], random) for number in range(NAMELESS.stop)]


def _person(number: int, given: str, surname: str, random: Random) -> Person:
    name = f"{given} {surname}"
    if number in NAMELESS:
        return Person(name, "")
    local = f"{given}.{surname}{number}".casefold().replace("å", "aa").replace("ø", "oe")
    return Person(name, f"{local}@post.example", f"{surname} {random.choice(FIRMS)}", random.choice(ROLES))


def those_of(label: str) -> list[int]:
    """The numbers of all who may come to events of a label."""
    own = {COMMUNITY: USERS, COMMERCIAL: BUYERS}[label]
    return [number for number in (*own, *BOTH) if number not in SINGLED]
