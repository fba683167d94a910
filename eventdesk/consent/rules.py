"""How the words of a consent are told apart from others. Pure."""

from hashlib import sha256


def version_of(said: str) -> str:
    """The digest of what stood beside a button: the first 32 digits of the SHA-256 of its UTF-8."""
    return sha256(said.encode()).hexdigest()[:32]
