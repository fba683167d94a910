"""A new event from its JSON: the file fills the form, beside what is noted of its words. Nothing is saved by that."""

import json

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ..access import DESK
from ..errors import DomainError, Refused
from ..events.files import from_json, parsed
from ..labels import RULES
from .blueprint import blueprint
from .events import form_page
from .notes import noted_in

#: Fewer words say too little to ask whether they belong to another label.
ENOUGH_WORDS = 20


@blueprint.route("/events/new/file", methods=["GET", "POST"])
@DESK
def event_file() -> ResponseReturnValue:
    """Where a file is chosen, or its text put in; then the form of a new event, filled from it."""
    if request.method == "GET":
        return render_template("desk/event_file.html", problems=(), typed="")
    typed = request.form.get("json", "")
    try:
        chosen = request.files.get("file")
        text = chosen.read().decode() if chosen else ""
        said = parsed(text or typed)
        form = from_json(said)
    except UnicodeError:
        problems = ["This is not text in UTF-8."]
    except Refused as error:
        problems = [f"{name}: {' '.join(sentences)}" for name, sentences in error.problems.items()]
    except DomainError as error:
        problems = [error.message]
    else:
        good = form.validate()
        notes = noted_in(form, None)
        enough = len(f"{form.title.data} {form.description.data}".split()) >= ENOUGH_WORDS
        return form_page(
            None,
            form,
            status=200 if good else Refused.status,
            filled={
                "label": RULES.get(form.label.data),
                "sounds_like": notes.sounds_like if notes and enough else None,
                "questions": json.dumps(said["questions"]) if form.asked else "",
                "number": len(form.asked or ()),
            },
        )
    return render_template("desk/event_file.html", problems=problems, typed=typed), Refused.status
