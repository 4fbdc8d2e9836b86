"""Ours beside what others would take, on the same corpus and the same split: `python -m bench.inference [VOICE …]`.

The voices named (default: four of different manners) are left out of the training of every side. Each side is fitted in
one process, then loaded and measured in a fresh one, so that load time and memory are those of a bot that starts.
fastText and SnowNLP are measured where they are installed (`pip install fasttext-community snownlp`).
"""

import json
import math
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench.machine import machine
from knowledge.corpus import Text, read_corpus
from knowledge.model import NOTHING
from knowledge.systems import load_systems
from knowledge.text import comparable
from knowledge.training import Tuning, calibration, examples, fit, write
from knowledge.tree import DATA

LEFT_OUT = ("west_notes", "crm_entries", "harbour_desk", "evening_group")
ROUNDS = 5
Ranking = Mapping[str, float]
Predict = Callable[[str], Ranking]


def split(voices: Sequence[str]) -> tuple[list[Text], list[Text]]:
    """Texts to learn from, and texts of one type to be judged by."""
    texts = list(read_corpus(DATA / "corpus" / "behavior"))
    learnt = [text for text in texts if text.voice not in voices and len(text.types) <= 1]
    return learnt, [text for text in texts if text.voice in voices and len(text.types) == 1]


# --- the sides: fit writes a folder, load reads it --------------------------------------------------------------------


def fit_ours(texts: Sequence[Text], folder: Path) -> None:
    """The shipped way."""
    write(fit(examples(texts)), folder / "model.bin", Tuning.of(load_systems()["behavior"].model), {})


def load_ours(folder: Path) -> Predict:
    """Belief with evidence."""
    from knowledge.belief import believe
    from knowledge.model import load

    model = load(folder / "model.bin")

    def predict(text: str) -> Ranking:
        belief = believe(model, [text])
        belief.shown(3)
        return belief.p

    return predict


def words_of_jieba(text: str) -> list[str]:
    """Jieba's cut as a function that can be pickled."""
    import jieba

    words: list[str] = jieba.lcut(text)
    return words


def fit_tfidf(texts: Sequence[Text], folder: Path) -> None:
    """Runs of one to three characters and jieba's words, logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    runs = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    words = TfidfVectorizer(tokenizer=words_of_jieba, token_pattern=None, min_df=2)
    made = make_pipeline(make_union(runs, words), LogisticRegression(C=10, max_iter=100))
    made.fit([comparable(text.text) for text in texts], [text.label for text in texts])
    (folder / "model.pickle").write_bytes(pickle.dumps(made))


def load_tfidf(folder: Path) -> Predict:
    """scikit-learn's pipeline."""
    made = pickle.loads((folder / "model.pickle").read_bytes())
    labels = list(made.classes_)
    return lambda text: dict(zip(labels, made.predict_proba([comparable(text)])[0].tolist(), strict=True))


def fit_fasttext(texts: Sequence[Text], folder: Path) -> None:
    """Words of jieba, runs of characters inside them."""
    import fasttext
    import jieba

    rows = [f"__label__{text.label} {' '.join(jieba.lcut(comparable(text.text)))}" for text in texts]
    (folder / "rows.txt").write_text("\n".join(rows), encoding="utf-8")
    made = fasttext.train_supervised(
        str(folder / "rows.txt"), epoch=25, lr=0.5, wordNgrams=2, minn=1, maxn=3, dim=100, thread=1, verbose=0
    )
    made.save_model(str(folder / "model.bin"))


def load_fasttext(folder: Path) -> Predict:
    """FastText's own file."""
    import fasttext
    import jieba

    made = fasttext.load_model(str(folder / "model.bin"))

    def predict(text: str) -> Ranking:
        rows = made.f.predict(" ".join(jieba.lcut(comparable(text))), 30, 0.0, "strict")
        return {label.removeprefix("__label__"): p for p, label in rows}

    return predict


def fit_snownlp(texts: Sequence[Text], folder: Path) -> None:
    """Naive Bayes as SnowNLP's sentiment has it."""
    from snownlp import seg
    from snownlp.classification.bayes import Bayes

    made = Bayes()
    made.train([[seg.seg(comparable(text.text)), text.label] for text in texts])
    made.save(str(folder / "bayes"), iszip=False)


def load_snownlp(folder: Path) -> Predict:
    """All classes, not only the best that SnowNLP returns."""
    from snownlp import seg
    from snownlp.classification.bayes import Bayes

    made = Bayes()
    made.load(str(folder / "bayes"), iszip=False)

    def predict(text: str) -> Ranking:
        words = seg.seg(comparable(text))
        logs = {
            label: math.log(rows.getsum() / made.total)
            + sum(math.log(made.d[label].freq(word) or 1e-9) for word in words)
            for label, rows in made.d.items()
        }
        high = max(logs.values())
        total = sum(math.exp(value - high) for value in logs.values())
        return {label: math.exp(value - high) / total for label, value in logs.items()}

    return predict


def fit_keywords(texts: Sequence[Text], folder: Path) -> None:
    """For each type the forty words that stand in its texts far more often than in others."""
    from collections import Counter

    import jieba

    per: dict[str, Counter[str]] = {}
    for text in texts:
        per.setdefault(text.label, Counter()).update({w for w in jieba.lcut(comparable(text.text)) if len(w) > 1})
    everywhere = sum(per.values(), Counter())
    lists = {
        label: sorted(words, key=lambda word: -(words[word] ** 2) / everywhere[word])[:40]
        for label, words in per.items()
        if label != NOTHING
    }
    (folder / "keywords.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")


def load_keywords(folder: Path) -> Predict:
    """As many points as words are found."""
    lists: dict[str, list[str]] = json.loads((folder / "keywords.json").read_text(encoding="utf-8"))

    def predict(text: str) -> Ranking:
        plain = comparable(text)
        points = {label: 0.1 + sum(word in plain for word in words) for label, words in lists.items()}
        total = sum(points.values())
        return {label: value / total for label, value in points.items()}

    return predict


SIDES: dict[str, tuple[str, Callable[[Sequence[Text], Path], None], Callable[[Path], Predict], str]] = {
    "ours": ("知客 (with evidence)", fit_ours, load_ours, ""),
    "tfidf": ("TF-IDF + logistic regression", fit_tfidf, load_tfidf, "sklearn"),
    "fasttext": ("fastText", fit_fasttext, load_fasttext, "fasttext"),
    "snownlp": ("SnowNLP's Bayes", fit_snownlp, load_snownlp, "snownlp"),
    "keywords": ("keywords", fit_keywords, load_keywords, ""),
}


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(side: str, folder: Path, voices: Sequence[str]) -> dict[str, float]:
    """Load a side in this fresh process and judge every text."""
    _, judged = split(voices)
    process = psutil.Process()
    before, at = process.memory_info().rss, time.perf_counter()
    predict = SIDES[side][2](folder)
    predict("预热")
    load = time.perf_counter() - at
    rows = [(_ranked(predict(text.text)), text.label) for text in judged]
    memory = process.memory_info().rss - before
    times = []
    for _ in range(ROUNDS):
        at = time.perf_counter()
        for number, text in enumerate(judged[::7]):
            predict(f"{text.text}{number}")  # nothing may be remembered from before
        times.append((time.perf_counter() - at) / len(judged[::7]))
    return {
        "top1": sum(ranked[0][1] == right for ranked, right in rows) / len(rows),
        "top3": sum(right in [label for _, label in ranked[:3]] for ranked, right in rows) / len(rows),
        "calibration error": calibration([(ranked[0][0], ranked[0][1] == right) for ranked, right in rows])[0],
        "µs a text": 1e6 * median(times),
        "MB": memory / 1e6,
        "s to load": load,
    }


def _ranked(p: Ranking) -> list[tuple[float, str]]:
    total = sum(value for label, value in p.items() if label != NOTHING) or 1.0
    return sorted(((value / total, label) for label, value in p.items() if label != NOTHING), reverse=True)


def compare(voices: Sequence[str]) -> str:
    """A row per side."""
    learnt, judged = split(voices)
    lines = [f"{len(learnt)} texts learnt, {len(judged)} judged, of {', '.join(voices)}", ""]
    head: list[str] = []
    for side, (name, teach, _, needs) in SIDES.items():
        if needs and find_spec(needs) is None:
            lines.append(f"| {name} | not installed |")
            continue
        with tempfile.TemporaryDirectory() as folder:
            teach(learnt, Path(folder))
            told: Any = subprocess.run(
                [sys.executable, "-m", "bench.inference", "--measure", side, folder, *voices],
                check=True,
                capture_output=True,
                text=True,
            )
        figures = json.loads(told.stdout.splitlines()[-1])
        if not head:
            head = ["| | " + " | ".join(figures) + " |", "|---|" + "---:|" * len(figures)]
            lines.extend(head)
        lines.append(f"| {name} | " + " | ".join(f"{value:.3g}" for value in figures.values()) + " |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Compare, or measure one side (used by `compare`)."""
    if arguments and arguments[0] == "--measure":
        side, folder, *voices = arguments[1:]
        print(json.dumps(measure(side, Path(folder), voices)))
        return
    print(machine())
    print(compare(arguments or LEFT_OUT))


if __name__ == "__main__":
    main(sys.argv[1:])
