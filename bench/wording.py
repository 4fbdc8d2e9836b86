"""The check of drafts on drafts that it was not trained on: `python -m bench.wording [SET]`.

`drafts/development_*.txt` were written before the first model was trained, and are what a change is tried on since.
`drafts/sealed_*.txt` were written before the check was changed for them to be found, and are in no corpus: no list, no
threshold and no feature was chosen by them. `drafts/stranger_*.txt`, `trainer_*.txt` and `inspector_*.txt` are by three
others who had read the documents' rules and nothing of the program. Each look at these is told in docs/wording.md; what
is printed is counts alone. Keep it so.

A line is what the draft is, a tab, the draft. `clash:TYPE` is a draft that a customer of that type minds; before a
harmless one stands the type of the customer, or nothing. The strangers' faulty ones are of no kind: `?`.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from knowledge.model import NOTHING
from knowledge.rewording import reword
from knowledge.slots import plain
from knowledge.training import confusion, found
from knowledge.wording import Wording, load_wording

DRAFTS = Path(__file__).parent / "drafts"


@dataclass(frozen=True)
class Draft:
    """A draft, what it is, and the type of the customer whom it is for."""

    kind: str
    type: str
    text: str


def drafts(name: str = "development") -> Iterator[Draft]:
    """The drafts of a set."""
    for line in (DRAFTS / f"{name}_faulty.txt").read_text(encoding="utf-8").splitlines():
        said, text = line.split("\t", 1)
        kind, _, type = said.partition(":")
        yield Draft(kind, type, text)
    for line in (DRAFTS / f"{name}_harmless.txt").read_text(encoding="utf-8").splitlines():
        type, _, text = line.rpartition("\t")
        yield Draft(NOTHING, type, text)


def listed(wording: Wording, draft: Draft) -> list[str]:
    """What the lists alone find."""
    return [id for id, taboo in wording.taboos.items() if taboo.hits(plain(draft.text))]


def main() -> None:
    """Print the error rates of the lists alone and of the whole check, what is taken for what, and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "set", nargs="?", default="development", choices=("development", "sealed", "stranger", "trainer", "inspector")
    )
    told = list(drafts(parser.parse_args().set))
    wording = load_wording()
    checked, took, reworded, findings = list[tuple[str, list[str]]](), list[float](), 0, 0
    for draft in told:
        began = time.perf_counter()
        wrong = wording.check(draft.text, draft.type)
        took.append(1000 * (time.perf_counter() - began))
        checked.append((draft.kind, [finding.taboo.id for finding in wrong]))
        findings += bool(wrong)
        reworded += reword(wording, draft.text, wrong, draft.type) is not None
    print("lists alone", found([(draft.kind, listed(wording, draft)) for draft in told]))
    print("whole check", found(checked))
    print("\n".join(confusion(checked, [*wording.taboos, "clash", "?"])))
    print(f"a better draft for {reworded} of {findings}; a check took {median(took):.1f} ms, at most {max(took):.1f}")


if __name__ == "__main__":
    main()
