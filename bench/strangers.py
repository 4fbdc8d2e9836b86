"""The inference on texts by others: `python -m bench.strangers [FILE …]`.

`texts/*.jsonl` are by two authors who knew the definitions of the types and nothing of the program: hurried notes of 4
to 25 characters with slips of the ear and words of many regions, reports in a sentence or two, and what says nothing
about behaviour (`label` null). They are in no corpus, and what is printed is counts alone. Other files of that shape
can be named.
"""

import json
import sys
from pathlib import Path

from knowledge.belief import believe
from knowledge.edition import edition
from knowledge.systems import PRIMARY

TEXTS = Path(__file__).parent / "texts"


def main(files: list[str]) -> None:
    """Judge and print."""
    system = edition().systems[PRIMARY]
    print("| | texts | right first | among three | enough |\n|---|---:|---:|---:|---:|")
    for path in map(Path, files or sorted(map(str, TEXTS.glob("*.jsonl")))):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        judged = [(believe(system.model, [row["text"]], types=system.order), row["label"]) for row in rows]
        told = [(belief, label) for belief, label in judged if label is not None]
        first = f"{sum(belief.top == label for belief, label in told) / len(told):.3f}" if told else ""
        three = f"{sum(label in belief.ranked[:3] for belief, label in told) / len(told):.3f}" if told else ""
        enough = sum(belief.enough for belief, _ in judged) / len(judged)
        print(f"| {path.stem} | {len(rows)} | {first} | {three} | {enough:.3f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
