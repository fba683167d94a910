"""The only two rules by which a contribution is hidden, as everybody reads them. Pure."""

from collections.abc import Mapping

from .models import Breach

#: Each with what it leaves free, so that nobody holds their tongue for nothing.
BREACHES: Mapping[Breach, str] = {
    Breach.ATTACK: "No attacks on a person. Be as hard as you like on a thing; leave people out of it.",
    Breach.ADVERTISING: "No advertising. Any product may be talked about, competitors included; none is offered here.",
}
#: The same where the words stood that broke it.
BROKE: Mapping[Breach, str] = {Breach.ATTACK: "it attacked a person", Breach.ADVERTISING: "it advertised"}
