"""Whether what is shown is what decided: `python -m bench.removal FILE`, a JSON line with a `text` each.

Each of the three strongest spans that `zhike classify` prints for a text is cut out of it; the type must become less
likely.
"""

import json
import sys
from pathlib import Path

from knowledge.belief import believe
from knowledge.reports import judgement
from knowledge.systems import load_systems

SPANS = 3


def main(path: Path) -> None:
    """Print the shares, and every case that is not as it should be."""
    system = load_systems()["behavior"]
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line]
    spans = lower = 0
    for text in texts:
        told = judgement(text, system)
        leading = told["types"][0]["id"]
        rows = sorted((row for row in told["evidence"] if leading in row["for"]), key=lambda row: -row["weight"])
        before = believe(system.model, [text], types=system.order).p[leading]
        for row in rows[:SPANS]:
            left = text[: row["start"]] + text[row["end"] :]
            after = believe(system.model, [left], types=system.order).p[leading]
            spans += 1
            lower += after < before
            if after >= before:
                print(f"{leading} {before:.6f} -> {after:.6f} without “{row['term']}”: {text}")
    print(f"{len(texts)} texts, {spans} spans: the type is less likely without it in {lower / max(1, spans):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
