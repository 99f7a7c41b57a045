"""How good the answers are: every set on odd and on all, beside a baseline of the same run.

    python -m bench.answers

The sets' articles and labels stay where they are (../shared/bench). Passages are those that the product finds. The
baseline is the first sentence of the first passage; where it must be able to refuse, it refuses
when that passage holds under half of the question's words, weighed by rarity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from bench import ramdocs
from bench.cases import HELD, TUNED, Case, cases, contains, half, later, own, right
from qa.answer import quote, verify, words
from qa.answer.sentences import Asked
from qa.models import AnswerDraft, ClaimDraft, QuoteDraft

LATER = 30, 90
"""Days by which rtqa2022's questions are asked later as well: then every right article is older."""
Say = Callable[[Case], verify.Verified]


def ours(case: Case) -> verify.Verified:
    asked = Asked(case.question, case.weights, case.aged_from, case.spoken)
    draft = quote.extract(asked, quote.candidates(asked, case.hits)) or AnswerDraft(())
    return verified(draft, case)


def lead(case: Case) -> verify.Verified:
    """The first sentence of the first passage, where that passage speaks of half the question."""
    if not case.hits:
        return verified(AnswerDraft(()), case)
    part = case.hits[0].passage
    start, end = part.sentences[0]
    text = part.text[start - part.start : end - part.start]
    near = words.stems_of(f"{case.hits[0].article.title} {part.text}")
    if words.coverage(case.weights, near) < 0.5:
        return verified(AnswerDraft(()), case)
    return verified(AnswerDraft((ClaimDraft(text, (QuoteDraft(part.id, text),)),)), case)


def verified(draft: AnswerDraft, case: Case) -> verify.Verified:
    """Against the passages: the offsets are theirs, the text around them is not needed to measure."""
    texts = {}
    for hit in case.hits:
        key = (hit.passage.article_id, hit.passage.version)
        held = texts.get(key, "").ljust(hit.passage.end)
        texts[key] = held[: hit.passage.start] + hit.passage.text + held[hit.passage.end :]
    return verify.keep_supported(draft, case.hits, texts)


def share(values: Sequence[bool]) -> str:
    return f"{np.mean(values):.3f}" if values else "-"


def answered(name: str, made: Sequence[Case], say: Say) -> str:
    """Containment in the text, and a citation in gold, over all questions: a refusal counts as a miss."""
    said = [(case, say(case)) for case in made]
    held = [contains(answer.text, case.answers) for case, answer in said]
    cited = [any(c.article_id in case.gold for c in answer.citations) for case, answer in said]
    length = np.mean([len(answer.text) for _, answer in said if answer.claims])
    return f"{name:9} containment {share(held)}  cited in gold {share(cited)}  characters {length:.0f}"


def refused(name: str, made: Sequence[Case], say: Say) -> str:
    """Over questions of which those with `hidden` must be refused."""
    silent = np.array([not say(case).claims for case in made])
    wanted = np.array([case.hidden or not case.gold for case in made])
    right = float((silent & wanted).sum())
    precision, recall = right / max(silent.sum(), 1), right / max(wanted.sum(), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    wrong = float((silent & ~wanted).sum() / max((~wanted).sum(), 1))
    return f"{name:9} refusal precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}  false refusal {wrong:.3f}"


def ours_told(name: str, made: Sequence[Case], say: Say) -> str:
    """Of our sets: right answers, refusals, and disagreements where the sources do and do not differ."""
    said = [(case, say(case)) for case in made]
    asked = [(case, answer) for case, answer in said if case.gold]
    good = [bool(answer.claims) and right(case, answer.text) for case, answer in asked]
    silent = [not answer.claims for case, answer in said if not case.gold]
    false = [not answer.claims for _, answer in asked]
    torn = [bool(answer.conflicts) for case, answer in said if case.kind == "conflict"]
    alike = [bool(answer.conflicts) for case, answer in said if case.kind != "conflict"]
    return (
        f"{name:9} right {share(good)} of {len(good)}  refused {share(silent)} of {len(silent)} without an answer  "
        f"false refusal {share(false)}  differing shown {share(torn)} of {len(torn)}, falsely {share(alike)}"
    )


def one_of_each(made: Sequence[Case]) -> list[Case]:
    """Half of the questions with their articles hidden, the others as they are: by the first digit of the hash."""
    return [case for case in made if case.hidden == (half(case.id, 0) == "odd")]


def parts(made: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    return [("odd", [case for case in made if case.odd]), ("all", list(made))]


SYSTEMS: tuple[tuple[str, Say], ...] = (("ours", ours), ("baseline", lead))


def on_rtqa2022(made: Sequence[Case]) -> None:
    for part, some in parts(made):
        for name, say in SYSTEMS:
            plain = [case for case in some if not case.hidden]
            print(f"rtqa2022   {part} n={len(plain):3} {answered(name, plain, say)}")
            split = one_of_each(some)
            print(f"  half hidden  n={len(split):3} {refused(name, split, say)}")
            print(f"  each twice   n={len(some):3} {refused(name, some, say)}")


def asked_later(days: int) -> None:
    for part, some in parts(later(days)):
        for name, say in SYSTEMS:
            print(f"rtqa2022, {days} days later, {part} n={len(some):3} {refused(name, some, say)}")


def on_multihop47() -> None:
    for part, some in parts(cases("multihop47")):
        for name, say in SYSTEMS:
            print(f"multihop47 {part} n={len(some):3} {refused(name, some, say)}")
            print(f"  {answered(name, [case for case in some if case.gold], say)}")


def on_our_sets() -> None:
    tuned = [case for name in TUNED for case in own(name)]
    held = [case for name in HELD for case in own(name)]
    odd, even = [case for case in tuned if case.odd], [case for case in tuned if not case.odd]
    for part, some in (("odd", odd), ("held out", held), ("even, tuned on", even)):
        for name, say in SYSTEMS:
            print(f"our sets, {part} n={len(some):3} {ours_told(name, some, say)}")


def main() -> None:
    made = cases("rtqa2022")
    on_rtqa2022(made)
    for days in LATER:
        asked_later(days)
    on_multihop47()
    on_our_sets()
    ramdocs.main()
    started = perf_counter()
    for case in made[:100]:
        ours(case)
    print(
        f"answering alone, after retrieval: {(perf_counter() - started) * 10:.1f} ms a question, embedding nothing"
    )


if __name__ == "__main__":
    main()
