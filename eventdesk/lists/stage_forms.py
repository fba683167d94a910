"""The form by which an organiser says how somebody is followed up."""

import re
from collections.abc import Mapping
from typing import Any, Self

from wtforms import Form, HiddenField, SelectField, StringField, ValidationError
from wtforms.fields import Field

from ..fields import DayField, NumberField, Plain, tidy
from ..labels import LabelRules, Stage
from .stages import FollowUp

STEP_MOST = 200
VALUE_MOST = 2_000_000_000
_CURRENCY = re.compile(r"[A-Z]{3}")


class FollowForm(Form):
    """How far it is, who sees to it, what it may come to, and what comes next: `FollowForm(...).of(rules, owners)`."""

    made_from = HiddenField()
    stage = SelectField("Stage", validate_choice=False)
    owner = SelectField("Who sees to it", validate_choice=False)
    value = NumberField("What it may come to", description="In whole units, without cents.")
    currency = StringField(
        "Currency",
        description="Three letters, such as EUR.",
        filters=[lambda typed: tidy(typed).upper()],
        render_kw={"maxlength": 3, "size": 5, "autocapitalize": "characters", "spellcheck": "false"},
    )
    next_step = StringField(
        "Next step",
        description="What is to be done, such as: send the offer for 60 vehicles. The person may ask to read it.",
        filters=[tidy],
        validators=[Plain(STEP_MOST)],
        render_kw={"maxlength": STEP_MOST},
    )
    next_step_on = DayField("On")

    @classmethod
    def showing(cls, kept: FollowUp, currency: str) -> "FollowForm":
        """The form with what is kept, and the currency to begin with where there is none."""
        return cls(
            data={
                "made_from": kept.mark,
                "stage": kept.stage.value,
                "owner": str(kept.owner_id or ""),
                "value": kept.value,
                "currency": kept.currency or currency,
                "next_step": kept.next_step,
                "next_step_on": kept.next_step_on,
            }
        )

    def of(self, rules: LabelRules, owners: Mapping[int, str]) -> Self:
        """The form with the stages of a label, and who may see to one of its people: the names of organisers by id."""
        self.stage.choices = [(each.value, each.value.capitalize()) for each in rules.stages]
        self.owner.choices = [("", "Nobody yet"), *((str(id_), name) for id_, name in owners.items())]
        return self

    @property
    def wanted(self) -> FollowUp:
        """What is to be kept, once checked: a currency only with a value, a day only with a step."""
        value: Any = self.value.data
        step = self.next_step.data or ""
        return FollowUp(
            stage=Stage(self.stage.data),
            owner_id=int(self.owner.data) if self.owner.data else None,
            value=value,
            currency=(self.currency.data or "") if value is not None else "",
            next_step=step,
            next_step_on=self.next_step_on.data if step else None,
        )

    def validate_stage(self, field: SelectField) -> None:
        """One of those the label has."""
        _offered(field)

    def validate_owner(self, field: SelectField) -> None:
        """Somebody there is, or nobody."""
        _offered(field)

    def validate_value(self, field: Field) -> None:
        """A number that can be kept."""
        if field.data is not None and not 0 <= field.data <= VALUE_MOST:
            raise ValidationError(f"Use a number from 0 to {VALUE_MOST:,}.")

    def validate_currency(self, field: Field) -> None:
        """ISO 4217, where there is a value."""
        if self.value.data is not None and not _CURRENCY.fullmatch(field.data or ""):
            raise ValidationError("Write the three letters of a currency, such as EUR.")

    def validate_next_step_on(self, field: Field) -> None:
        """A day of something."""
        if field.data and not (self.next_step.data or "").strip():
            raise ValidationError("Say what is to be done on that day, or leave this empty.")


def _offered(field: SelectField) -> None:
    """Raises ValidationError for what is none of the choices."""
    if field.data not in [choice[0] for choice in field.iter_choices()]:
        raise ValidationError("Choose one of these.")
