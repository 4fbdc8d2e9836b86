"""The check of drafts on drafts that nothing was fitted to: `python -m bench.wording`.

`drafts/unseen_faulty.txt` (kind, tab, draft) and `drafts/unseen_harmless.txt` were written before the model was
trained; they are in no corpus, and no list, no threshold and no feature was chosen by them. Keep it so.
"""

from pathlib import Path

from knowledge.model import NOTHING
from knowledge.slots import plain
from knowledge.training import confusion, found
from knowledge.wording import load_wording

DRAFTS = Path(__file__).parent / "drafts"


def drafts() -> list[tuple[str, str]]:
    """Each draft with what it is."""
    faulty = (DRAFTS / "unseen_faulty.txt").read_text(encoding="utf-8").splitlines()
    harmless = (DRAFTS / "unseen_harmless.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in faulty]
    return [*((kind, draft) for kind, draft in pairs), *((NOTHING, draft) for draft in harmless)]


def main() -> None:
    """Print both error rates, of the lists alone and of the whole check, and what is taken for what."""
    wording = load_wording()
    told = drafts()
    listed = [(kind, [id for id, taboo in wording.taboos.items() if taboo.hits(plain(draft))]) for kind, draft in told]
    checked = [(kind, [finding.taboo.id for finding in wording.check(draft)]) for kind, draft in told]
    print("lists alone", found(listed))
    print("whole check", found(checked))
    print("\n".join(confusion(checked, wording.taboos)))


if __name__ == "__main__":
    main()
