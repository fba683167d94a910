"""The check itself: a label, a title and a text in, a report out. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from ..labels import RULES, Brief, Label, LabelRules
from .features import Sentence, Vocabulary, read
from .findings import CLEAN, INCOMPLETE, Finding, Level, Place, Report
from .folding import Folded, fold
from .packs import Kind, Pack, Rule, package
from .trained import FAULT, SOUND, WHOLE, Trained, trained
from .words import stem


def check(
    rules: LabelRules,
    title: str,
    text: str,
    brief: Brief | None = None,
    *,
    packs: Mapping[Label, Pack] | None = None,
) -> Report:
    """What a title and a text (Markdown, as typed) say against their label, and what they leave unanswered."""
    return examined(rules, trained(rules), (packs or package())[rules.label], title, text, brief or Brief())


def examined(rules: LabelRules, scales: Trained, pack: Pack, title: str, text: str, brief: Brief) -> Report:
    """The same by other scales and another pack than the package's."""
    folded = {True: fold(title), False: fold(text)}
    sentences = read(folded[True].text, folded[False].text, scales.vocabulary)
    scores, whole = scales.scores(sentences)
    typed = {True: title, False: text}
    findings = tuple(
        _finding(rules, pack, scales, each, rule, folded[each.title], typed[each.title], sure=sure)
        for each, rule, sure in _faults(pack, scales, sentences, scores)
    )
    missing = tuple(
        question.name
        for question in rules.brief
        if not _says_something(pack, question.name, brief[question.name])
        and not scales.answered(question.name, scores, whole)
    )
    return Report(
        findings=findings,
        missing=missing,
        verdict=pack.verdict if findings else INCOMPLETE if missing else CLEAN,
        sounds_like=_sounds_like(rules, whole) if sentences else rules.label,
    )


def _faults(
    pack: Pack, scales: Trained, sentences: Sequence[Sentence], scores: Sequence[Sequence[float]]
) -> Iterator[tuple[Sentence, Rule | None, bool]]:
    """The sentences at fault, each with the rule that says so, or none, and whether the trained part lets that block.

    Once a text is surely at fault somewhere, less is enough elsewhere in it.
    """
    fault = scales.scales.names.index(FAULT)
    met = [next(pack.matches(sentence), None) for sentence in sentences]
    sure = any(met) or max((score[fault] for score in scores), default=0.0) >= scales.limits["text"]
    for sentence, rule, score in zip(sentences, met, scores, strict=True):
        if rule or (sure and score[fault] >= scales.limits["sentence"]):
            yield sentence, rule, score[fault] >= scales.limits["block"]


def _finding(
    rules: LabelRules,
    pack: Pack,
    scales: Trained,
    sentence: Sentence,
    rule: Rule | None,
    folded: Folded,
    typed: str,
    *,
    sure: bool,
) -> Finding:
    start, end = folded.typed_at(sentence.span.start, sentence.span.end)
    kind = pack.kinds[rule.kind] if rule else _kind(pack, scales, sentence)
    cues = scales.cues(sentence)
    said = f" ({', '.join(f'“{word}”' for word in cues)})" if cues and not rule else ""
    return Finding(
        place=Place.TITLE if sentence.title else Place.TEXT,
        start=start,
        end=end,
        passage=typed[start:end],
        rule=rule.id if rule else kind.id,
        kind=kind.title,
        touches=touched(rules, kind.touches),
        why=(rule and rule.why) or kind.why.removesuffix(".") + said + ".",
        suggestion=(rule and rule.suggestion) or kind.suggestion,
        level=rule.level if rule and (sure or rule.own) else Level.ADVISES,
    )


def _kind(pack: Pack, scales: Trained, sentence: Sentence) -> Kind:
    """What sort of fault the words of a sentence speak for most."""
    return max(pack.kinds.values(), key=lambda kind: sum(cue in sentence.about for cue in kind.cues))


def touched(rules: LabelRules, place: str) -> str:
    """What a pack means by `charter 1`, `promise` or `brief offer`, as it is said to people."""
    sort, _, which = place.partition(" ")
    if sort == "charter":
        return rules.charter[int(which) - 1]
    if sort == "brief":
        return next(question.title for question in rules.brief if question.name == which)
    return rules.promise_of((), "The host")


def says_something(rules: LabelRules, name: str, answer: str, *, packs: Mapping[Label, Pack] | None = None) -> bool:
    """Whether an answer to a brief question counts: “everyone”, “our solution” and “ask us” say nothing."""
    return _says_something((packs or package())[rules.label], name, answer)


def _says_something(pack: Pack, name: str, answer: str) -> bool:
    empty = pack.hollow.get("any", frozenset()) | pack.hollow.get(name, frozenset())
    return any(
        shown not in empty and stem(word) not in empty
        for sentence in read("", fold(answer).text, Vocabulary())
        for (word, *_), shown in zip(sentence.words, sentence.shown, strict=True)
        if word.isalnum() or len(word) > 1
    )


def _sounds_like(rules: LabelRules, whole: Mapping[str, float]) -> Label:
    if whole[SOUND + WHOLE] >= 0:
        return rules.label
    return next(other.label for other in RULES.values() if other is not rules)
