"""Make `data/words.txt`, `data/sounds.txt` and `data/pinyin.txt`: `python -m knowledge.dictionary` (in `make train`).

Kept: the 50,000 most frequent words of at most four characters, and every word of jieba's that cuts the corpus.
The corpus is cut with the full dictionary first, so no word that matters there is lost. The sounds are pypinyin's for
every character of those words. The pinyin is that of the names that can be looked up, and of every other character,
for a team's own names; `--pinyin` makes it alone.
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge.corpus import read_corpus
from knowledge.files import SCENES
from knowledge.pinyin import PINYIN
from knowledge.segment import WORDS, tokenizer
from knowledge.sounds import SOUNDS, blurred
from knowledge.systems import load_types
from knowledge.text import comparable
from knowledge.tree import DATA

MOST = 50_000
LONGEST = 4


def main() -> None:
    """Write the trimmed dictionary, sorted by word so that a change reads well in a diff."""
    import jieba
    from pypinyin import Style, pinyin

    full = Path(jieba.__file__).parent / "dict.txt"
    frequency = {word: int(count) for word, count, *_ in map(str.split, full.read_text(encoding="utf-8").splitlines())}
    common = sorted((word for word in frequency if len(word) <= LONGEST), key=lambda word: (-frequency[word], word))
    keep = set(common[:MOST])
    whole = tokenizer(full)
    for folder in sorted((DATA / "corpus").iterdir()):
        for text in read_corpus(folder):
            keep.update(word for word in whole.lcut(comparable(text.text)) if word in frequency)
    WORDS.write_text("".join(f"{word} {frequency[word]}\n" for word in sorted(keep)), encoding="utf-8")
    heard = defaultdict(list)
    for char in sorted({char for word in keep for char in word if "\u4e00" <= char <= "\u9fff"}):
        heard[blurred(pinyin(char, style=Style.NORMAL)[0][0])].append(char)
    SOUNDS.write_text("".join(f"{name} {''.join(chars)}\n" for name, chars in sorted(heard.items())), encoding="utf-8")
    print(len(keep), "words,", len(heard), "sounds")


def names() -> Iterator[str]:
    """Every name that somebody may look up; models are not read, as they may not be there yet."""
    for folder in sorted(path.parent for path in DATA.glob("*/system.toml")):
        yield tomllib.loads((folder / "system.toml").read_text(encoding="utf-8"))["zh"]
        for kind in load_types(folder.name).values():
            yield from (kind.zh, *kind.aliases)
    for path in sorted((DATA / "playbooks").glob("*.toml")):
        book = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from (book["zh"], *book["aliases"])
    yield from SCENES.values()


def characters() -> Iterator[str]:
    """Every character of the dictionary by itself: a team's own names may have any of them."""
    words = (line.split(" ")[0] for line in WORDS.read_text(encoding="utf-8").splitlines())
    yield from sorted({char for word in words for char in word if "\u4e00" <= char <= "\u9fff"})


def read_aloud(told: Iterable[str], others: Iterable[str] = ()) -> str:
    """The table of pinyin: a syllable and the characters that are read so in one of the names, a line each.

    Characters that only `others` have are read as they mostly are.
    """
    from pypinyin import lazy_pinyin

    spoken: dict[str, set[str]] = defaultdict(set)
    known: set[str] = set()
    for name in map(comparable, told):
        for part in re.findall("[\u4e00-\u9fff]+", name):
            known.update(part)
            for char, syllable in zip(part, lazy_pinyin(part), strict=True):
                spoken[syllable].add(char)
    for char in others:
        (syllable,) = lazy_pinyin(char)
        if char not in known and syllable.isascii():  # what has no reading comes back as it is
            spoken[syllable].add(char)
    return "".join(f"{name} {''.join(sorted(chars))}\n" for name, chars in sorted(spoken.items()))


if __name__ == "__main__":
    if "--pinyin" not in sys.argv:
        main()
    PINYIN.write_text(read_aloud(names(), characters()), encoding="utf-8")
