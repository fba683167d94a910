"""The cast of every test: two who organise, users and buyers, and a stranger. Nobody here exists."""

from dataclasses import dataclass

PASSPHRASE = "a lamp under four bridges"


@dataclass(frozen=True)
class Person:
    """Someone with a name and an address; buyers have a company and a role."""

    name: str
    email: str
    company: str = ""
    role: str = ""

    @property
    def form(self) -> dict[str, str]:
        """What this person types to register."""
        return {field: value for field, value in vars(self).items() if value}

    @property
    def details(self) -> dict[str, str]:
        """What a buyer says beyond name and email."""
        return {"company": self.company, "role": self.role}


#: The owner; Cora organises community sessions alone, Bert commercial briefings alone.
ADA = Person("Ada Owner", "ada@desk.example")
CORA = Person("Cora Convener", "cora@desk.example")
BERT = Person("Bert Seller", "bert@desk.example")
#: They help at doors, and organise nothing.
HAL = Person("Hal Helper", "hal@desk.example")
HEDDA = Person("Hedda Helper", "hedda@desk.example")
#: Users.
UGO = Person("Ugo User", "ugo@users.example")
UMA = Person("Uma User", "uma@users.example")
UDO = Person("Udo User", "udo@users.example")
#: Buyers.
BEA = Person("Bea Buyer", "bea@buyers.example", "Beacon Ltd", "Head of buying")
BOB = Person("Bob Buyer", "bob@buyers.example", "Bobbin & Co", "Owner")
#: Nobody knows Zed.
ZED = Person("Zed Stranger", "zed@elsewhere.example")
