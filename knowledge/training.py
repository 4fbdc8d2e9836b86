"""Fit the shipped weights from the corpus: `python -m knowledge.training` (`make train`).

A multinomial logistic regression over the binary features of `features.py`, each text scaled to unit length and each
feature to how rare it is, so that what is said in few texts is held back less. A text with two types counts half for
each. scikit-learn is needed for it, and not for the running bot. The result is the same, bit for bit, for the same
corpus, code and library versions: a fixed order, no sampling, one thread per fit.

Beside the regression stands naive Bayes: what it knows of a feature it knows from that feature alone, which is a second
opinion on the common ones, and all there is to know of those that were seen in fewer than `RARE` texts. Together they
find the type of a text in ten voices that were left out in .754 of cases; the regression alone in .708.

Everything that is measured is measured on voices that were left out: a voice has its own words and tricks, and a model
that has seen it knows them.
"""

import argparse
import hashlib
import json
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from operator import add
from pathlib import Path
from typing import Any

from knowledge.belief import SPEAKS, believe
from knowledge.corpus import DRAFTS, Text, read_corpus
from knowledge.features import features, telling
from knowledge.model import NOTHING, Model, dumps, load
from knowledge.slots import plain
from knowledge.taboos import load_lists
from knowledge.text import comparable
from knowledge.tree import DATA
from knowledge.wording import Wording, seen

STRENGTH = 30.0  # inverse regularisation; best of 10, 30, 100 with voices left out
STEPS, TOLERANCE = 80, 1e-5  # of the solver; 200 moved no figure by more than five points in a thousand
# Where models are compared that differ by little: stopped at 78 to 90 steps, the same texts gave .7606 to .7644 right
# first on four voices left out and a loss of .8559 to .8621. The end is reached after some 280 steps.
THOROUGH_STEPS, THOROUGH_TOLERANCE = 1000, 1e-6
RARE = 5  # texts in which a feature has to stand for the regression: from 2 on it moved no figure
NAIVE = 0.2  # what the opinion of naive Bayes on a common feature counts for; best of 0, .1, .2, .3, .45
NAIVE_SELDOM = 0.35  # the same of a seldom one, where no regression speaks; .3 and .4 are as good, .2 and .7 worse
SMOOTH = 0.003  # texts added to each count; of .3, .1, .03, .01, .003, .001 the last but one did best
SILENT = 3.0  # times the texts of a type: what the texts that say nothing come to at most, however many there are
HEARD = 0.965  # share of descriptions by a voice that was never seen that is taken to say something
HEARD_SMALL = 0.85  # the same of a small corpus, which tells less well: a facet that is missing beats one made up
SMALL = 5_000  # a corpus of fewer texts keeps what was seen twice: with 5 half of what it knows would go
RARE_DRAFTS = 2  # the same of drafts, however many there are: what hurts is said in a thousand ways
GROUPS = 8  # in which the voices of a large corpus are left out: one by one took four times as long to show the same
RARITY = 6.0  # nats; log(texts / texts with the feature) of a feature that is held back as without this scale
FALSE_ALARMS = 0.05  # share of the harmless drafts of voices never seen, many near misses, taken for faulty ones
PROCESSES = 2

See = Callable[[str], Iterable[str]]  # what is seen in a text


@dataclass(frozen=True)
class Tuning:
    """What is fitted on voices left out: the temperature, and what the logit of `NOTHING` gains."""

    temperature: float = 1.0
    silence: float = 0.0

    def bias(self, labels: Sequence[str], bias: Sequence[float]) -> list[float]:
        """The bias of each label with it."""
        gain = self.silence * self.temperature
        return [value + gain * (label == NOTHING) for label, value in zip(labels, bias, strict=True)]

    @staticmethod
    def of(model: Model) -> "Tuning":
        """What a model was tuned to."""
        return Tuning(model.temperature, model.trained.get("silence", 0.0))


@dataclass(frozen=True)
class Fitted:
    """The outcome of one fit."""

    labels: tuple[str, ...]
    bias: list[float]
    weights: dict[str, list[float]]
    seldom: dict[str, tuple[float, ...]]  # features that naive Bayes alone knows; few rows differ

    def packed(self, tuning: Tuning, trained: Mapping[str, Any]) -> bytes:
        """The model file."""
        return dumps(
            labels=self.labels,
            bias=tuning.bias(self.labels, self.bias),
            weights=self.weights,
            temperature=tuning.temperature,
            trained={**trained, "silence": tuning.silence},
            seldom=self.seldom,
        )


@dataclass(frozen=True)
class Example:
    """A text with its features, worked out once; it counts as `weight` texts."""

    text: Text
    keys: tuple[str, ...]
    weight: int = 1


def text_features(text: str) -> Iterable[str]:
    """What is seen in a description of a customer."""
    return features(comparable(text))


def examples(texts: Sequence[Text], weight: int = 1, see: See = text_features) -> list[Example]:
    """The texts with their features."""
    return [Example(text, tuple(sorted(see(text.text))), weight) for text in texts]


def _common(given: Iterable[Example], rare: int) -> dict[str, int]:
    """The features that are not rare, each with how many texts it stands in.

    Texts of each weight are counted by themselves: a heavy one does not lift what few of the others say.
    """
    counts: dict[int, Counter[str]] = {}
    for example in given:
        counts.setdefault(example.weight, Counter()).update(example.keys)
    common = {key for weight, seen in counts.items() for key, count in seen.items() if count * weight >= rare}
    return {key: sum(weight * seen[key] for weight, seen in counts.items()) for key in sorted(common)}


def trimmed(given: Sequence[Example], rare: int = 0) -> list[Example]:
    """Without what tells nothing in any part of them, because it is too rare in all: a fit is the same, bit for bit."""
    common = _common(given, rare or rare_in(given))
    once = {key: key for example in given for key in example.keys if key in common or telling(key)}
    return [replace(example, keys=tuple(once[key] for key in example.keys if key in once)) for example in given]


def rare_in(given: Sequence[Example]) -> int:
    """In how many texts a feature has to stand: fewer where there are few."""
    return RARE if len(given) >= SMALL else 2


def fit(
    given: Sequence[Example],
    strength: float = STRENGTH,
    rare: int = 0,
    *,
    thorough: bool = False,
    naive: bool = True,
) -> Fitted:
    """Weights from labelled texts. A text of weight 2 is as good as two of the same; `thorough` goes on to the end.

    `rare` 0 goes by how many there are. Without `naive` it is the regression alone.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    everything = sum(example.weight for example in given)
    common = _common(given, rare or rare_in(given))
    rarity = {key: math.log(everything / count) / RARITY for key, count in common.items()}
    place = {key: at for at, key in enumerate(rarity)}
    counts = Counter(label for example in given for label in example.text.types or (NOTHING,))
    silent = counts.pop(NOTHING, 0)
    quiet = min(1.0, SILENT * sum(counts.values()) / max(1, len(counts)) / max(1, silent))
    indptr, labels, weights = [0], list[str](), list[float]()
    indices, data = list[int](), list[float]()
    for example in given:
        known = [key for key in example.keys if key in place]
        if not known:
            continue
        for label in example.text.types or (NOTHING,):
            indices.extend(place[key] for key in known)
            data.extend(rarity[key] / math.sqrt(len(known)) for key in known)
            indptr.append(len(indices))
            labels.append(label)
            weights.append(example.weight * (1 / len(example.text.types) if example.text.types else quiet))
    matrix = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(place)))
    steps, tolerance = (THOROUGH_STEPS, THOROUGH_TOLERANCE) if thorough else (STEPS, TOLERANCE)
    classifier = LogisticRegression(C=strength, max_iter=steps, tol=tolerance)
    with threadpool_limits(1), _few_steps_are_meant():
        classifier.fit(matrix, np.array(labels), sample_weight=np.array(weights))
    order = tuple(classifier.classes_.tolist())
    weights_of = {
        key: [rarity[key] * weight for weight in row]
        for key, row in zip(place, classifier.coef_.T.tolist(), strict=True)
    }
    seldom: dict[str, tuple[float, ...]] = {}
    if naive:
        opinion = Naive.of(given, common, order)
        for key, nats in opinion.rows(common, NAIVE).items():
            weights_of[key] = list(map(add, weights_of[key], nats))
        seldom = opinion.rows((key for key in opinion.seen if key not in common), NAIVE_SELDOM)
    return Fitted(labels=order, bias=classifier.intercept_.tolist(), weights=weights_of, seldom=seldom)


@dataclass(frozen=True)
class Naive:
    """Naive Bayes over binary features: of each feature in which texts it stands, by label."""

    labels: tuple[str, ...]
    seen: Mapping[str, Mapping[str, float]]  # texts of a label with a feature; one of two types is half a text of each
    totals: Mapping[str, float]  # features in all texts of a label; only the common ones are counted
    kinds: int  # how many common features there are

    @staticmethod
    def of(given: Iterable[Example], common: Collection[str], labels: tuple[str, ...]) -> "Naive":
        """What the texts say of the common features and of those that tell something even where they are seldom.

        Of these nothing is learnt from a text of more weight: it is about a customer of the team's, and what is said
        of one customer only - a name - is not to be in a model.
        """
        seen: dict[str, dict[str, float]] = {}
        totals = dict.fromkeys(labels, 0.0)
        for example in given:
            types = example.text.types or (NOTHING,)
            share = example.weight / len(types)
            for key in example.keys:
                if key not in common and (example.weight > 1 or not telling(key)):
                    continue
                counts = seen.setdefault(key, {})
                for type in types:
                    counts[type] = counts.get(type, 0.0) + share
                    totals[type] += share if key in common else 0.0
        return Naive(labels, {key: seen[key] for key in sorted(seen)}, totals, len(common))

    def rows(self, keys: Iterable[str], counts_for: float) -> dict[str, tuple[float, ...]]:
        """Of each feature, for each label, how much likelier it is there than in the mean of the types, in nats.

        Most features stand in one text: few rows differ, and each is worked out once.
        """
        made: dict[tuple[tuple[str, float], ...], tuple[float, ...]] = {}
        found = {}
        for key in keys:
            seen = tuple(sorted(self.seen[key].items()))
            if seen not in made:
                made[seen] = tuple(counts_for * nats for nats in self._nats(dict(seen)))
            found[key] = made[seen]
        return found

    def _nats(self, counts: Mapping[str, float]) -> list[float]:
        logs = {
            label: math.log((counts.get(label, 0.0) + SMOOTH) / (self.totals[label] + SMOOTH * self.kinds))
            for label in self.labels
        }
        types = [value for label, value in logs.items() if label != NOTHING]
        mean = sum(types) / len(types)
        return [logs[label] - mean for label in self.labels]


def digest(texts: Iterable[Text]) -> str:
    """What a corpus is recognised by."""
    return hashlib.sha256("\n".join(f"{text.types}{text.text}" for text in texts).encode()).hexdigest()[:12]


def _few_steps_are_meant() -> Any:
    """scikit-learn warns when the solver stops at its number of steps, which is what we ask of it."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    return warnings.catch_warnings(action="ignore", category=ConvergenceWarning)


def write(fitted: Fitted, path: Path, tuning: Tuning, trained: Mapping[str, Any]) -> Model:
    """Save and read back, so that what is measured is what is shipped."""
    path.write_bytes(fitted.packed(tuning, trained))
    return load(path)


# --- measuring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Left:
    """A voice that was left out, and the model that was fitted without it."""

    voice: str
    model: Model
    given: list[Example]

    @property
    def texts(self) -> list[Text]:
        """Its texts."""
        return [example.text for example in self.given]

    def logits(self) -> Iterator[tuple[Text, list[float]]]:
        """Each text of one type with what the model makes of it, one value per label."""
        for example in self.given:
            if len(example.text.types) == 1:
                yield example.text, self.model.logits(self.model.known(example.keys))


def leave_each_voice_out(given: Sequence[Example], scratch: Path) -> Iterator[Left]:
    """For each voice a model that has not seen it, nor, of a large corpus, the others of its group."""
    return leave_voices_out(given, scratch, grouped(given, GROUPS if len(given) >= SMALL else 0))


def grouped(given: Iterable[Example], groups: int = 0) -> list[tuple[str, ...]]:
    """The voices in so many groups, each by itself for 0."""
    voices = sorted({example.text.voice for example in given})
    return [tuple(voices[at :: groups or len(voices)]) for at in range(min(groups or len(voices), len(voices)))]


def leave_voices_out(
    given: Sequence[Example], scratch: Path, groups: Sequence[tuple[str, ...]], rare: int = 0, *, naive: bool = True
) -> Iterator[Left]:
    """For each voice a model fitted without its group, two groups at a time."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        fitted = pool.map(partial(_without, given, scratch, rare, naive), groups)
        for group, path in zip(groups, fitted, strict=True):
            for voice in group:
                yield Left(voice, load(path), [example for example in given if example.text.voice == voice])


def _without(given: Sequence[Example], scratch: Path, rare: int, naive: bool, group: tuple[str, ...]) -> Path:
    path = scratch / f"{group[0]}.bin"
    rest = [example for example in given if example.text.voice not in group]
    write(fit(rest, rare=rare, naive=naive), path, Tuning(), {})
    return path


def best_temperature(left: Sequence[Left]) -> float:
    """The temperature with the smallest log loss over the texts of one type left out, among the types, to 0.01."""
    rows = [
        (logits[first:], held.model.labels.index(text.label) - first)
        for held in left
        for first in [int(NOTHING in held.model.labels)]  # it sorts before every id
        for text, logits in held.logits()
    ]

    def loss(temperature: float) -> float:
        total = 0.0
        for logits, right in rows:
            high = max(logits)
            norm = sum(math.exp((logit - high) / temperature) for logit in logits)
            total -= (logits[right] - high) / temperature - math.log(norm)
        return total

    return _smallest(loss, 0.2, 3.0)


def _smallest(loss: Callable[[float], float], low: float, high: float) -> float:
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 0.005:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return round((low + high) / 2, 2)


def quieter(left: Sequence[Left]) -> float:
    """What to add to the logit of `NOTHING` so that enough of the texts of one type left out are taken to speak."""
    margins = sorted(
        logits[at] - math.log(sum(math.exp(logit) for number, logit in enumerate(logits) if number != at))
        for held in left
        if NOTHING in held.model.labels
        for at in [held.model.labels.index(NOTHING)]
        for _, logits in held.logits()
    )
    speaks = math.log(SPEAKS / (1 - SPEAKS))
    heard = HEARD if len(margins) >= SMALL else HEARD_SMALL
    return round(speaks - margins[int(heard * (len(margins) - 1))], 2) if margins else 0.0


def trusting(left: Sequence[Left]) -> float:
    """What to add to the logit of `NOTHING` so that few enough of the harmless drafts left out are taken for faulty."""
    lists = load_lists()
    margins = sorted(
        wording.harmless(text.text)
        for held in left
        for wording in [Wording(lists, held.model)]
        for text in held.texts
        if not text.types
    )
    return math.ceil(-100 * margins[int(FALSE_ALARMS * len(margins))]) / 100


def score(model: Model, texts: Sequence[Text]) -> dict[str, float]:
    """Shares: right first and among three, heard (enough for a label), and kept quiet where there is nothing."""
    single = [text for text in texts if len(text.types) == 1]
    empty = [text for text in texts if not text.types]
    beliefs = [believe(model, [text.text]) for text in single]
    top1 = sum(belief.top == text.label for belief, text in zip(beliefs, single, strict=True))
    top3 = sum(text.label in belief.ranked[:3] for belief, text in zip(beliefs, single, strict=True))
    quiet = sum(not believe(model, [text.text]).enough for text in empty)
    return {
        "texts": len(single),
        "top1": top1 / max(1, len(single)),
        "top3": top3 / max(1, len(single)),
        "heard": sum(belief.enough for belief in beliefs) / max(1, len(single)),
        "empty": len(empty),
        "quiet": quiet / max(1, len(empty)),
    }


def calibration(rows: Sequence[tuple[float, bool]], bins: int = 10) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error of what was said and whether it was right; per bin mean, share right, and count."""
    table = []
    for number in range(bins):
        inside = [row for row in rows if number / bins < row[0] <= (number + 1) / bins]
        if inside:
            said, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            table.append((said, right, len(inside)))
    return sum(count * abs(said - right) for said, right, count in table) / max(1, len(rows)), table


def _said(left: Sequence[Left]) -> list[tuple[float, bool]]:
    """The leading probability of each text of one type, and whether it was that type."""
    return [
        (belief.sure, belief.top == text.label)
        for held in left
        for text in held.texts
        if len(text.types) == 1
        for belief in [believe(held.model, [text.text])]
    ]


Say = Callable[[str], None]


def tuned(left: Sequence[Left], silence: Callable[[Sequence[Left]], float]) -> tuple[Tuning, list[Left]]:
    """What fits all voices, and the models with it."""
    temperature = best_temperature(left)
    left = [replace(held, model=replace(held.model, temperature=temperature)) for held in left]
    tuning = Tuning(temperature, silence(left))
    return tuning, [
        replace(held, model=replace(held.model, bias=tuple(tuning.bias(held.model.labels, held.model.bias))))
        for held in left
    ]


def measured(given: Sequence[Example], scratch: Path, say: Say) -> Tuning:
    """Leave each voice out, print what came of it, and return what fits all of them.

    A voice that was left out together with others has a model that knows less than the one that is shipped.
    """
    tuning, left = tuned(list(leave_each_voice_out(given, scratch)), quieter)
    scores = {held.voice: score(held.model, held.texts) for held in left}
    for voice, figures in scores.items():
        say(f"{voice} {json.dumps({name: round(figure, 3) for name, figure in figures.items()})}")
    total = sum(figures["texts"] for figures in scores.values())
    for name in ("top1", "top3", "heard"):
        say(f"all {name} {sum(f[name] * f['texts'] for f in scores.values()) / total:.3f}")
    error, table = calibration(_said(left))
    say(f"calibration error {error:.3f}")
    for said, right, count in table:
        say(f"  said {said:.2f} right {right:.2f} of {count}")
    return tuning


def measured_drafts(given: Sequence[Example], scratch: Path, say: Say) -> Tuning:
    """The same for drafts: how many faulty ones are found, how many harmless ones are taken for faulty, and as what."""
    left_out = leave_voices_out(given, scratch, grouped(given, GROUPS), RARE_DRAFTS, naive=False)
    tuning, left = tuned(list(left_out), trusting)
    lists = load_lists()
    taboos = lists.taboos
    everything = list[tuple[str, list[str]]]()  # what a draft is, and what is found in it, worst first
    for held in left:
        wording = Wording(lists, held.model)
        rows = [(text.label, [row.taboo.id for row in wording.check(text.text)]) for text in held.texts]
        say(f"{held.voice} {found(rows)}")
        everything.extend(rows)
    listed = [
        (text.label, [id for id in taboos if taboos[id].hits(plain(text.text))]) for h in left for text in h.texts
    ]
    say(f"all {found(everything)}")
    say(f"lists alone {found(listed)}")
    for line in confusion(everything, taboos):
        say(line)
    return tuning


def found(rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Of rows of what a draft is and what is found in it: shares found, found as what they are, and false alarms."""
    bad = [(label, told) for label, told in rows if label != NOTHING]
    good = [told for label, told in rows if label == NOTHING]
    figures = {
        "faulty": len(bad),
        "found": round(sum(bool(told) for _, told in bad) / max(1, len(bad)), 3),
        "own kind": round(sum(label in told for label, told in bad) / max(1, len(bad)), 3),
        "harmless": len(good),
        "false alarms": round(sum(map(bool, good)) / max(1, len(good)), 3),
    }
    return json.dumps(figures)


def confusion(rows: Sequence[tuple[str, Sequence[str]]], kinds: Iterable[str]) -> Iterator[str]:
    """The table: a line for what drafts are, a column for what is found first."""
    order = [*kinds, NOTHING]
    count = Counter((label, told[0] if told else NOTHING) for label, told in rows)
    yield " | ".join(["", *order])
    for label in order:
        yield " | ".join([label, *(str(count[label, first]) for first in order)])


def main() -> None:
    """Fit every system that has a corpus, and the check of drafts; print what was measured, write `model.bin`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skip-measuring", action="store_true", help="keep what the present model was tuned to")
    parser.add_argument("--system", default="", help="only this one")
    options = parser.parse_args()
    for folder in sorted(path for path in (DATA / "corpus").iterdir() if path.is_dir()):
        if options.system not in ("", folder.name):
            continue
        drafts = folder.name == DRAFTS
        texts = list(read_corpus(folder))
        given = examples(texts, see=partial(seen, lists=load_lists()) if drafts else text_features)
        target = DATA / folder.name / "model.bin"
        with tempfile.TemporaryDirectory() as scratch:
            tuning = Tuning.of(load(target)) if target.exists() else None
            if tuning is None or not options.skip_measuring:
                measure = measured_drafts if drafts else measured
                tuning = measure(given, Path(scratch), partial(print, flush=True))
            model = write(
                fit(given, rare=RARE_DRAFTS, naive=False) if drafts else fit(given),
                target,
                tuning,
                {"texts": len(texts), "corpus": digest(texts)},
            )
        print(folder.name, len(texts), "texts", model.rows.often, "+", model.rows.seldom, "features", tuning)


if __name__ == "__main__":
    main()
