"""Fit the coefficients of qa/answer/sentences.py and qa/answer/judge.py on the even half, report on the odd half.

    python -m bench.fit_answers

Sentences: does a sentence of the passages that were found hold an accepted string. Judge: is the question one whose
articles were left in place, of rtqa2022 twice (as it is, and with every article hidden that holds an answer), asked on its
day and later; of multihop47; and of twelve of our own sets (bench/sets).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bench.cases import TUNED, Case, cases, contains, later, own
from qa.answer import judge, sentences
from qa.answer.sentences import Asked, Scored

RIDGE = 10.0
"""By 8-fold cross-validation over the even questions: log loss .497 at 1, .483 at 3, .478 at 10, .496 at 30."""


LIST_RIDGE = 3.0
FOR_OTHERS = frozenset(["words", "with headline", "kind"])
"""What is seen in a sentence and does not count for its chance."""


def logistic(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Newton's method on standardised features with a ridge on all but the bias.

    Returns [features + 1] for the features as they were given, the bias last.
    """
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    matrix = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    each = np.ones(len(rows)) if weights is None else weights
    theta = np.zeros(matrix.shape[1])
    ridge = np.full(matrix.shape[1], RIDGE)
    ridge[-1] = 1e-6
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ theta, -30, 30)))
        slope = matrix.T @ (each * (chance - labels)) + ridge * theta
        curve = (matrix * (each * chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        theta -= step
        if np.abs(step).max() < 1e-6:
            break
    scaled = theta[:-1] / spread
    return np.append(scaled, theta[-1] - scaled @ middle)


def asked(case: Case) -> Asked:
    return Asked(case.question, case.weights, case.aged_from, case.spoken)


def ranked(case: Case) -> list[Scored]:
    return sentences.score(asked(case), sentences.split(case.hits))


def accuracy(made: Iterable[Case]) -> str:
    """Shares of questions whose first sentence, or one of the first three origins' sentences, holds an answer."""
    hits: list[tuple[bool, bool, bool]] = []
    for case in made:
        scored = ranked(case)
        top = [holds(case, one) for one in scored]
        voices: dict[str, bool] = {}
        for one, good in zip(scored, top, strict=True):
            voices.setdefault(one.sentence.hit.article.origin, good)
        hits.append((bool(top[:1] and top[0]), any(top[:3]), any(list(voices.values())[:3])))
    return " ".join(f"{share:.3f}" for share in np.mean(np.array(hits, dtype=float), axis=0))


def holds(case: Case, one: Scored) -> bool:
    """Whether a sentence holds an accepted string; of our sets, whose strings are short, in an article that may be cited."""
    text = one.sentence.text
    if case.expect:
        held = any(string.casefold() in text.casefold() for string in case.expect)
    else:
        held = contains(text, case.answers)
    return held and (not case.kind or one.sentence.hit.article.id in case.gold)


LISTED = 40
"""Sentences of a question that are set against each other."""
COUNTS = 1.5
"""What a question of rtqa2022 weighs, one of our sets 1."""


def halves(told: Sequence[Case]) -> str:
    """The accuracy on rtqa2022 and on our sets, even and odd."""
    parts = {
        f"{name} {half}": [case for case in told if bool(case.kind) == (name == "ours") and case.odd == (half == "odd")]
        for name in ("rtqa2022", "ours") for half in ("even", "odd")
    }  # fmt: skip
    return ", ".join(f"{name} {accuracy(some)}" for name, some in parts.items())


def fit_sentences(made: Sequence[Case]) -> np.ndarray:
    """The sentences of one question against each other, then the chance: both from the same rows."""
    used = [at for at, name in enumerate(sentences.FEATURES) if name not in FOR_OTHERS]
    lists = []
    for case in made:
        scored = ranked(case)[:LISTED]
        good = np.array([holds(case, one) for one in scored])
        if good.any():
            lists.append(
                (np.array([one.seen for one in scored])[:, used], good, 1.0 if case.kind else COUNTS)
            )
    slope = listwise(lists)
    each = np.concatenate([np.where(good, 1 / good.sum(), 1 / max((~good).sum(), 1)) for _, good, _ in lists])
    scores = np.concatenate([rows @ slope for rows, _, _ in lists])[:, None]
    labels = np.concatenate([good for _, good, _ in lists]).astype(float)
    scale, bias = logistic(scores, labels, each * 20)
    theta = np.zeros(len(sentences.FEATURES) + 1)
    theta[[*used, -1]] = [*(slope * scale), bias]
    return theta


def listwise(lists: Sequence[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """Newton's method on the chance that one of the right rows of a list comes first, softmax over it. Returns [features]."""
    every = np.vstack([rows for rows, _, _ in lists])
    middle, spread = every.mean(axis=0), every.std(axis=0) + 1e-6
    theta = np.zeros(every.shape[1])
    for _ in range(60):
        slope, curve = LIST_RIDGE * theta, np.eye(len(theta)) * LIST_RIDGE
        for rows, good, weight in lists:
            scaled = (rows - middle) / spread
            reached = np.exp(scaled @ theta - (scaled @ theta).max())
            share_, right = reached / reached.sum(), np.where(good, reached, 0) / reached[good].sum()
            slope -= weight * (right - share_) @ scaled
            mean = share_ @ scaled
            curve += weight * ((scaled * share_[:, None]).T @ scaled - np.outer(mean, mean))
        step = np.clip(np.linalg.solve(curve, slope), -1, 1)
        theta -= step
        if np.abs(step).max() < 1e-5:
            break
    found: np.ndarray = theta / spread
    return found


def shown(names: Sequence[str], theta: np.ndarray) -> str:
    lines = [f"  {name:18} {value:7.3f}" for name, value in zip((*names, "bias"), theta, strict=True)]
    rounded = ", ".join(f"{value:.2f}" for value in theta[:-1])
    return "\n".join([*lines, f"WEIGHTS = ({rounded})", f"BIAS = {theta[-1]:.2f}"])


def set_sentences(theta: np.ndarray) -> None:
    sentences.WEIGHTS = tuple(theta[:-1])
    sentences.BIAS = float(theta[-1])


def refusals(made: Sequence[Case]) -> tuple[np.ndarray, np.ndarray]:
    rows, labels = [], []
    for case in made:
        scored = ranked(case)
        if scored:
            rows.append(judge.seen(asked(case), scored))
            labels.append(not case.hidden and bool(case.gold))
    return np.array(rows), np.array(labels, dtype=float)


def f1(refused: np.ndarray, wanted: np.ndarray) -> tuple[float, float, float]:
    right = float((refused & wanted).sum())
    precision, recall = right / max(refused.sum(), 1), right / max(wanted.sum(), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def main() -> None:
    made = cases("rtqa2022")
    ours = [case for name in TUNED for case in own(name)]
    told = [case for case in (*ours, *made) if case.gold and not case.hidden]
    print("columns: first sentence, first three, first of three origins")
    print(f"as committed: {halves(told)}")
    before = sentences.WEIGHTS, sentences.BIAS
    theta = fit_sentences([case for case in told if not case.odd])
    set_sentences(theta)
    print(f"fitted here:  {halves(told)}")
    print(shown(sentences.FEATURES, theta))
    sentences.WEIGHTS, sentences.BIAS = before
    dated = {
        "rtqa2022": (made, 160.0), "a month later": (later(30), 50.0), "a quarter later": (later(90), 50.0),
    }  # fmt: skip
    judged("asked on a day", dated, WITH_A_DAY)
    undated = {
        "multihop47": (cases("multihop47"), 150.0), "rtqa2022": (cases("rtqa2022", dated=False), 60.0),
        "our sets": (ours, 300.0),
    }  # fmt: skip
    judged("at any time", undated, AT_ANY_TIME)


WITH_A_DAY = "passage score", "in article", "kind", "with headline", "other words"
AT_ANY_TIME = (
    "passage score", "best cosine", "long cosine", "chance", "other words", "missing", "said", "yes or no",
)  # fmt: skip
"""Chosen on the even halves."""
Weighed = dict[str, tuple[Sequence[Case], float]]
"""Sets with what their questions weigh together."""


def judged(title: str, sets: Weighed, names: Sequence[str]) -> None:
    """One regression on some of the features for all sets."""
    print(title)
    used = [judge.FEATURES.index(name) for name in names]
    even = [refusals([case for case in made if not case.odd]) for made, _ in sets.values()]
    weighed = zip(even, sets.values(), strict=True)
    each = np.concatenate([np.full(len(labels), of / len(labels)) for (_, labels), (_, of) in weighed])
    fitted = logistic(
        np.vstack([rows[:, used] for rows, _ in even]), np.concatenate([labels for _, labels in even]), each
    )
    theta = np.zeros(len(judge.FEATURES) + 1)
    theta[[*used, -1]] = fitted
    print(shown(judge.FEATURES, theta))
    for name, (made, _) in sets.items():
        for part in ("even", "odd"):
            rows, labels = refusals([case for case in made if case.odd == (part == "odd")])
            chance = 1 / (1 + np.exp(-(rows @ theta[:-1] + theta[-1])))
            for level in (0.44, 0.47, 0.5, 0.53):
                found = f1(chance < level, labels == 0)
                wrong = float((chance[labels == 1] < level).mean())
                print(f"{name} {part} {level} refusal precision {found[0]:.3f} recall {found[1]:.3f} "
                      f"F1 {found[2]:.3f} false refusal {wrong:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
