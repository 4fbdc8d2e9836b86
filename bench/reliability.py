"""Whether what is said to be 70 % sure is right in 70 of 100 cases: `python -m bench.reliability [ROUNDS]`.

Interviews that begin with a text of a voice that the model has not seen - every voice in its turn, left out with its
group as `make train` does - answered as the likelihoods of the bank say (see `bench/interview.py`); what is believed is
noted at the start and after each question, for as long as questions are asked. So many texts of each voice and type.
Prints the calibration error after each, and draws `docs/images/reliability.svg`. Takes about ten minutes.
"""

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.interview import adaptive, as_seen, course
from bench.machine import machine
from knowledge.corpus import read_corpus
from knowledge.interview import MOST_QUESTIONS
from knowledge.systems import PRIMARY, System, load_systems
from knowledge.training import Tuning, calibration, examples, leave_each_voice_out
from knowledge.tree import DATA

ROUNDS = 10
SVG = Path(__file__).parents[1] / "docs" / "images" / "reliability.svg"
SHOWN = (0, 1, 2, 4)  # questions answered
COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd")
SIDE, EDGE = 320, 44  # of the square, and the room around it, in pixels

Said = tuple[float, bool]  # the leading probability, and whether that type was right


def drawing(lines: Sequence[tuple[str, Sequence[tuple[float, float, int]]]]) -> str:
    """An SVG of share right over probability said, one line each."""

    def at(said: float, right: float) -> str:
        return f"{EDGE + SIDE * said:.1f},{EDGE + SIDE * (1 - right):.1f}"

    whole = SIDE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{whole}" font-size="11">',
        "<style>text { font-family: sans-serif }</style>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#bbb" stroke-dasharray="4 4" fill="none"/>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = EDGE + SIDE * tick, EDGE + SIDE * (1 - tick)
        parts.append(f'<text x="{x}" y="{EDGE + SIDE + 16}" text-anchor="middle">{tick:.0%}</text>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4}" text-anchor="end">{tick:.0%}</text>')
    parts.append(f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>')
    for number, ((label, points), colour) in enumerate(zip(lines, COLOURS, strict=False)):
        path = " ".join(at(said, right) for said, right, _ in points)
        parts.append(f'<polyline points="{path}" stroke="{colour}" stroke-width="2" fill="none"/>')
        parts += [
            f'<circle cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="3" fill="{colour}"/>'
            for point in path.split()
        ]
        parts.append(f'<text x="{EDGE + 10}" y="{EDGE + 18 + 15 * number}" fill="{colour}">{label}</text>')
    middle = EDGE + SIDE / 2
    parts.append(f'<text x="{middle}" y="{EDGE + SIDE + 34}" text-anchor="middle">said</text>')
    parts.append(f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">right</text>')
    return "\n".join([*parts, "</svg>", ""])


def customers(system: System, rounds: int, dice: random.Random) -> Iterator[tuple[System, str, str]]:
    """Texts with their types, each with the system whose model has not seen its voice."""
    tuning = Tuning.of(system.model)
    with tempfile.TemporaryDirectory() as scratch:
        for left in leave_each_voice_out(examples(list(read_corpus(DATA / "corpus" / system.id))), Path(scratch)):
            bias = tuple(tuning.bias(left.model.labels, left.model.bias))
            without = replace(system, model=replace(left.model, temperature=tuning.temperature, bias=bias))
            for type in system.order:
                texts = [text.text for text in left.texts if text.types == (type,)]
                for text in dice.sample(texts, min(rounds, len(texts))):
                    yield without, text, type


def main(rounds: int = ROUNDS) -> None:
    """Simulate, print, draw."""
    dice = random.Random(5)
    after: list[list[Said]] = [[] for _ in range(MOST_QUESTIONS + 1)]
    for system, text, type in customers(load_systems()[PRIMARY], rounds, dice):
        for number, told in enumerate(course(system, text, type, as_seen, adaptive(system), dice)):
            after[number].append((told.sure, told.top == type))
    print(machine())
    print("| questions answered | customers | said | right | calibration error |\n|---:|---:|---:|---:|---:|")
    lines = []
    for number, rows in enumerate(after):
        error, table = calibration(rows)
        right = sum(ok for _, ok in rows) / max(1, len(rows))
        said = sum(sure for sure, _ in rows) / max(1, len(rows))
        print(f"| {number} | {len(rows)} | {said:.3f} | {right:.3f} | {error:.3f} |")
        if number in SHOWN:
            lines.append((f"{number} answered: {len(rows)} customers, error {error:.3f}", table))
    SVG.write_text(drawing(lines), encoding="utf-8")
    print(f"drawn: {SVG}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
