"""One text judged beside `jieba.lcut` of the same text: `python -m bench.text [ROUNDS]`.

jieba with its own dictionary, as the documentation has it; ours with all of its steps, each text as if never seen. The
texts are those of the corpus, so the model has learnt them; for the time that makes no difference but for the rows of
its features, which the first round makes and which does not count.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

import jieba

from bench.machine import machine
from bot.worker import settle_memory
from knowledge import belief
from knowledge.belief import Belief, believe
from knowledge.corpus import read_corpus
from knowledge.edition import edition
from knowledge.systems import PRIMARY, System
from knowledge.text import comparable
from knowledge.tree import DATA

ROUNDS = 9
TEXTS = 1000


def took(call: Callable[[str], object], texts: Sequence[str]) -> float:
    """Processor seconds a text, over one round."""
    at = time.thread_time()
    for text in texts:
        call(text)
    return (time.thread_time() - at) / len(texts)


def judged(system: System, text: str) -> Belief:
    """The belief of a text that no cache has."""
    belief._read.cache_clear()
    belief._reading.cache_clear()
    comparable.cache_clear()
    return believe(system.model, [text], types=system.order)


def main(rounds: int = ROUNDS) -> None:
    """Measure in turns and print."""
    system = edition().systems[PRIMARY]
    every = [text.text for text in read_corpus(DATA / "corpus" / PRIMARY)]
    texts = random.Random(1).sample(every, TEXTS)
    jieba.lcut("预热")
    settle_memory()  # as in `zhike run`, for both
    ways: dict[str, Callable[[str], object]] = {
        "jieba.lcut": jieba.lcut,
        "belief": lambda text: judged(system, text),
        "belief and evidence": lambda text: judged(system, text).evidence,
    }
    found = [{name: took(way, texts) for name, way in ways.items()} for _ in range(rounds + 1)][1:]
    print(machine())
    print(f"{TEXTS} texts of {median(map(len, texts)):.0f} characters, {rounds} rounds")
    print("| | µs a text | times lcut (lowest - highest round) |\n|---|---:|---:|")
    for name in ways:
        times = [row[name] / row["jieba.lcut"] for row in found]
        spread = f"{min(times):.2f} - {max(times):.2f}"
        print(f"| {name} | {1e6 * median(row[name] for row in found):.0f} | **{median(times):.2f}** ({spread}) |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
