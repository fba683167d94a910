"""What may be said to a person when a wish cannot be granted. One family, translated to an answer in one place."""


class DomainError(Exception):
    """A refusal in plain words. `status` is the HTTP status it becomes."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(DomainError):
    """Input that cannot be taken, by field: {field: [sentences]}. Shown beside the fields."""

    status = 422

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(said)}" for field, said in problems.items()))
        self.problems = problems


class NotFound(DomainError):
    """There is no such thing, or it may not be known to this person."""

    status = 404


class OtherList(NotFound):
    """It is there, on a list that this person does not work with: told as if it were not, and kept as an attempt."""

    def __init__(self, message: str, label: str) -> None:
        super().__init__(message)
        self.label = label


class Forbidden(DomainError):
    """The request came from elsewhere, or without its token."""

    status = 403


class Conflict(DomainError):
    """The state has moved on since the person looked, or does not allow the act."""

    status = 409


class TooMany(DomainError):
    """More attempts than a person makes."""

    status = 429
