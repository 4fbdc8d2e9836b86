"""The training texts: one file per voice, headings `## type`, `## a + b` (two types, the stronger first) and `## -`.

What says nothing in any system stands once for all of them, beside their folders. The drafts of `wording` describe
nobody, so it is not for them: there `## -` stands above drafts that are harmless.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.model import NOTHING


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text. `types` is empty for a text that says nothing about behaviour."""

    voice: str
    text: str
    types: tuple[str, ...]

    @property
    def label(self) -> str:
        """The stronger type, or `NOTHING`."""
        return self.types[0] if self.types else NOTHING


SHARED = "nothing.txt"
DRAFTS = "wording"  # the corpus whose texts are drafts to customers


def read_corpus(folder: Path) -> Iterator[Text]:
    """Every text of every voice of a system, in the order of the files, and then those that say nothing anywhere.

    Raises:
        ValueError: a text stands before the first heading; names file and line.
    """
    return read_corpora([folder.parent], folder.name)


def read_corpora(folders: Sequence[Path], system: str) -> Iterator[Text]:
    """The same from several folders of corpora, of which some may have none of that system.

    Raises:
        ValueError: a text stands before the first heading; names file and line.
    """
    own = [path for folder in folders for path in sorted((folder / system).glob("*.txt"))]
    shared = [folder / SHARED for folder in folders if (folder / SHARED).exists() and system != DRAFTS]
    for path in [*own, *shared]:
        types: tuple[str, ...] | None = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row = line.strip()
            if row.startswith("## "):
                types = tuple(part.strip() for part in row[3:].split("+") if part.strip() != NOTHING)
            elif row and not row.startswith("#"):
                if types is None:
                    raise ValueError(f"{path.name}:{number}: a text before the first heading")
                yield Text(path.stem, row, types)
