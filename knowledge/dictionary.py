"""Make `data/words.txt` and `data/sounds.txt`: `python -m knowledge.dictionary` (part of `make train`).

Kept: the 50,000 most frequent words of at most four characters, and every word of jieba's that cuts the corpus.
The corpus is cut with the full dictionary first, so no word that matters there is lost. The sounds are pypinyin's for
every character of those words.
"""

from collections import defaultdict
from pathlib import Path

from knowledge.corpus import read_corpus
from knowledge.segment import WORDS, tokenizer
from knowledge.sounds import SOUNDS, blurred
from knowledge.systems import DATA
from knowledge.text import comparable

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


if __name__ == "__main__":
    main()
