"""A small system, a corpus in eight voices, and a team with words of its own; a fit takes a fraction of a second."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.corpus import Text
from knowledge.model import NOTHING, Model, loads
from knowledge.retraining import HELD_OUT, Fit
from knowledge.training import Tuning, digest, examples, fit
from tests.knowledge.test_systems import QUESTIONS, SYSTEM, TYPE

SAID = {
    "fast": ("马上要货", "当场拍板", "催着发车", "看了两眼"),
    "slow": ("慢慢再看", "拖到下月", "总说不急", "看了两眼"),
    NOTHING: ("朝阳八号", "周二下午", "三楼左手", "姓王的"),
}
WHO = ("他", "老板", "对方", "阿姨")
JARGON = {"fast": "秒表", "slow": "磨盘"}  # words that the corpus does not have
WHERE = ("城东", "城西", "河边", "山上", "路口", "桥头", "码头")


def corpus() -> list[Text]:
    """Every saying of everybody in every voice."""
    return [
        Text(voice, f"{who}{said}", () if type == NOTHING else (type,))
        for voice in (*sorted(HELD_OUT), "north", "south", "east", "west")
        for type, sayings in SAID.items()
        for said in sayings
        for who in WHO
    ]


def team() -> list[Text]:
    """Fourteen cases that only the team's own words tell apart."""
    return [Text("team", f"{where}那家{word}", (type,)) for where in WHERE for type, word in JARGON.items()]


def mistaken() -> list[Text]:
    """Twelve cases in the words of the corpus, with the other type each."""
    other = {"fast": "slow", "slow": "fast"}
    return [
        Text("team", f"{where}{said}", (other[type],))
        for where in WHERE[:2]
        for type in other
        for said in SAID[type][:3]
    ]


def model(texts: Sequence[Text] | None = None) -> Model:
    """The model of the corpus."""
    return loads(packed(texts or corpus()))


def packed(texts: Sequence[Text]) -> bytes:
    """Its file."""
    return fit(examples(texts)).packed(Tuning(0.7), {"texts": len(texts), "corpus": digest(texts)})


def stopped(_: Fit) -> bytes:
    """What a fit comes to in a process that the system stops."""
    os._exit(9)


def knowledge(folder: Path) -> Path:
    """The small system and its corpus as a folder of knowledge files, under the name of the primary system."""
    home, texts = folder / "behavior", corpus()
    (home / "types").mkdir(parents=True)
    (home / "system.toml").write_text(SYSTEM.replace('"pace"', '"behavior"'), encoding="utf-8")
    (home / "questions.toml").write_text(QUESTIONS, encoding="utf-8")
    for id, zh, other in (("fast", "很快", "slow"), ("slow", "很慢", "fast")):
        (home / "types" / f"{id}.toml").write_text(TYPE.format(id=id, zh=zh, other=other), encoding="utf-8")
    written = folder / "corpus" / "behavior"
    written.mkdir(parents=True)
    for voice in sorted({text.voice for text in texts}):
        lines = _lines([text for text in texts if text.voice == voice])
        (written / f"{voice}.txt").write_text("\n".join(lines), encoding="utf-8")
    (home / "model.bin").write_bytes(packed(sorted(texts, key=lambda text: text.voice)))
    return folder


def _lines(texts: Sequence[Text]) -> Iterator[str]:
    for text in texts:
        yield f"## {text.label}"
        yield text.text
