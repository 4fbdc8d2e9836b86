"""Fit the shipped weights from the corpus: `python -m knowledge.training` (`make train`).

A multinomial logistic regression over the binary features of `features.py`, each text scaled to unit length. The texts
with two types count half for each. Needs scikit-learn, which the running bot does not.
The result is the same, bit for bit, for the same corpus, code and library versions: a fixed order, no sampling.
"""

import argparse
import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.corpus import Text, read_corpus
from knowledge.features import features
from knowledge.model import NOTHING, Model, load, save
from knowledge.systems import DATA
from knowledge.text import comparable

STRENGTH = 30.0  # inverse regularisation; best of 3, 10, 30, 100 in leave-one-voice-out
RARE = 2  # a feature seen in fewer texts is dropped: it costs size and moved no figure


@dataclass(frozen=True)
class Fitted:
    """The outcome of one fit, ready for `model.save`."""

    labels: tuple[str, ...]
    bias: list[float]
    weights: dict[str, list[float]]


def fit(texts: Sequence[Text], strength: float = STRENGTH, rare: int = RARE) -> Fitted:
    """Weights from labelled texts."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [sorted(features(comparable(text.text))) for text in texts]
    seen = Counter(key for row in rows for key in row)
    keys = sorted(key for key, count in seen.items() if count >= rare)
    place = {key: at for at, key in enumerate(keys)}
    indptr, indices, data, labels, weights = [0], [], [], [], []
    for text, row in zip(texts, rows, strict=True):
        known = [place[key] for key in row if key in place]
        if not known:
            continue
        for label in text.types or (NOTHING,):
            indices.extend(known)
            data.extend([1 / math.sqrt(len(known))] * len(known))
            indptr.append(len(indices))
            labels.append(label)
            weights.append(1 / max(1, len(text.types)))
    matrix = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(keys)))
    classifier = LogisticRegression(C=strength, max_iter=400, tol=1e-5)
    classifier.fit(matrix, np.array(labels), sample_weight=np.array(weights))
    by_key = classifier.coef_.T.tolist()
    return Fitted(
        labels=tuple(classifier.classes_.tolist()),
        bias=classifier.intercept_.tolist(),
        weights=dict(zip(keys, by_key, strict=True)),
    )


def write(fitted: Fitted, path: Path, temperature: float, trained: dict[str, Any]) -> Model:
    """Save and read back, so that what is measured is what is shipped."""
    save(path, labels=fitted.labels, bias=fitted.bias, weights=fitted.weights, temperature=temperature, trained=trained)
    return load(path)


def best_temperature(models: Sequence[tuple[Model, Sequence[Text]]]) -> float:
    """The temperature with the smallest log loss over held-out texts, to 0.01."""

    def loss(temperature: float) -> float:
        total = 0.0
        for model, texts in models:
            for text in texts:
                logits = model.logits(model.known(features(comparable(text.text))))
                high = max(logits)
                norm = sum(math.exp((logit - high) / temperature) for logit in logits)
                total -= (logits[model.labels.index(text.label)] - high) / temperature - math.log(norm)
        return total

    return _smallest(loss, 0.3, 3.0)


def _smallest(loss: Callable[[float], float], low: float, high: float) -> float:
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 0.005:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return round((low + high) / 2, 2)


def leave_one_voice_out(texts: Sequence[Text], scratch: Path) -> list[tuple[Model, list[Text]]]:
    """For each voice, a model fitted on all the others, with the texts of the voice."""
    pairs = []
    for voice in sorted({text.voice for text in texts}):
        fitted = fit([text for text in texts if text.voice != voice])
        model = write(fitted, scratch / f"{voice}.bin", 1.0, {})
        pairs.append((model, [text for text in texts if text.voice == voice]))
    return pairs


def score(model: Model, texts: Sequence[Text]) -> dict[str, float]:
    """Shares of the texts with one type whose type is first, and among the first three; and of `enough` on the rest."""
    from knowledge.belief import believe

    single = [text for text in texts if len(text.types) == 1]
    empty = [text for text in texts if not text.types]
    beliefs = [believe(model, [text.text]) for text in single]
    top1 = sum(belief.top == text.label for belief, text in zip(beliefs, single, strict=True))
    top3 = sum(text.label in belief.ranked[:3] for belief, text in zip(beliefs, single, strict=True))
    spoke = sum(belief.speaks for belief in beliefs)
    quiet = sum(not believe(model, [text.text]).speaks for text in empty)
    return {
        "texts": len(single),
        "top1": top1 / max(1, len(single)),
        "top3": top3 / max(1, len(single)),
        "heard": spoke / max(1, len(single)),
        "quiet": quiet / max(1, len(empty)),
    }


def main() -> None:
    """Fit every system that has a corpus, print what was measured, write `model.bin`."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skip-measuring", action="store_true", help="keep the temperature of the present model")
    options = parser.parse_args()
    for folder in sorted((DATA / "corpus").iterdir()):
        texts = list(read_corpus(folder))
        target = DATA / folder.name / "model.bin"
        with tempfile.TemporaryDirectory() as scratch:
            if options.skip_measuring:
                temperature = load(target).temperature
            else:
                held_out = leave_one_voice_out(texts, Path(scratch))
                temperature = best_temperature(held_out)
                for model, own in held_out:
                    print(own[0].voice, json.dumps({k: round(v, 3) for k, v in score(model, own).items()}))
        digest = hashlib.sha256("\n".join(f"{t.types}{t.text}" for t in texts).encode()).hexdigest()[:12]
        model = write(fit(texts), target, temperature, {"texts": len(texts), "corpus": digest})
        print(folder.name, len(texts), "texts", len(model.rows), "features", "temperature", temperature)


if __name__ == "__main__":
    main()
