"""`zhike knowledge train`: an inferred system learns the types and the texts that a team added.

The shipped corpus and the team's are fitted together, as the shipped models are; the result is `model.bin` in the
team's folder. What is said of its worth comes from texts that were left out.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.belief import believe
from knowledge.corpus import Text, read_corpora
from knowledge.errors import Faults, UnknownSystem, ZhikeError
from knowledge.files import SystemFile, read
from knowledge.lint import LEAST
from knowledge.model import loads
from knowledge.retraining import need_trainer
from knowledge.systems import Kind, load_types
from knowledge.training import SMALL, Left, Tuning, digest, examples, fit, leave_each_voice_out, quieter, trimmed, tuned
from knowledge.tree import CORPUS, Tree

Say = Callable[[str], None]
Types = Mapping[str, Kind]
FIFTH = 5  # every fifth text is left out where something is tried


class NoFolder(ZhikeError):
    """还没有团队自己的知识文件夹。先在 config.toml 的 [knowledge] 里写 folder，见 docs/knowledge.md。"""


def own_folder(files: Tree) -> Path:
    """Where the team's files are.

    Raises:
        NoFolder: the team has none.
    """
    if files.own is None:
        raise NoFolder
    return files.own


def train(files: Tree, id: str, say: Say) -> Path:
    """Fit a system with what the team added; the file that was written.

    Raises:
        NoFolder: the team has no folder.
        NotTrainable: scikit-learn is not there.
        UnknownSystem: there is no such system, or its types are not inferred.
        Faults: with every fault of the types or the texts.
    """
    target = own_folder(files) / id / "model.bin"
    need_trainer()
    types = _types(files, id)
    texts = _texts(files, [folder / CORPUS for folder in files.folders], id)
    own = _texts(files, [own_folder(files) / CORPUS], id)
    _look_over(types, texts, own, id, say)
    before = files.layers(f"{id}/model.bin")[0]
    shipped = before.said == f"{id}/model.bin" and f"{id}/model.bin" in files
    say(f"用 {len(texts)} 条语料训练“{id}”，其中团队自己的 {len(own)} 条……")
    tuning = _tried(Tuning.of(loads(before.read())), texts, own, types, say) if shipped else _tuned(texts, types, say)
    raw = fit(trimmed(examples(texts))).packed(tuning, {"texts": len(texts), "corpus": digest(texts)})
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name("model.bin.new")
    beside.write_bytes(raw)
    beside.replace(target)
    return target


def _types(files: Tree, id: str) -> Types:
    if f"{id}/system.toml" not in files:
        raise UnknownSystem(f"没有“{id}”这个分类系统。用 zhike systems 看看有哪些。")
    faults: list[str] = []
    head = read(files, f"{id}/system.toml", SystemFile, faults)
    if head is None:
        raise Faults(faults)
    if head.kind != "infer":
        raise UnknownSystem(f"“{head.zh}”不是从话里判断的，不用训练。")
    return load_types(id, files)


def _texts(files: Tree, folders: Sequence[Path], id: str) -> list[Text]:
    try:
        return list(read_corpora(folders, id))
    except UnicodeDecodeError as fault:
        raise Faults([f"{files.own}/{CORPUS}/{id}: 有文件不是 UTF-8 编码"]) from fault
    except ValueError as fault:
        file, line, _ = str(fault).split(":", 2)
        raise Faults([f"{CORPUS}/{id}/{file}: 第 {line} 行: 前面还没有“## 类型”这样的标题"]) from fault


def _look_over(types: Types, texts: Sequence[Text], own: Sequence[Text], id: str, say: Say) -> None:
    """Refuse texts that cannot be learnt from; say which types have few of them."""
    faults = [
        f"{CORPUS}/{id}/{text.voice}.txt: 没有“{type}”这个类型：{text.text}"
        for text in own
        for type in text.types
        if type not in types
    ]
    counts = Counter(text.label for text in texts)
    faults += [f"{CORPUS}/{id}: {type} 一条语料也没有" for type in sorted(types) if not counts[type]]
    if faults:
        raise Faults(dict.fromkeys(faults))
    for type in sorted(types):
        if counts[type] < LEAST:
            say(f"  {type} 只有 {counts[type]} 条，{LEAST} 条以上才靠得住")


def _single(texts: Sequence[Text]) -> list[Text]:
    return [text for text in texts if len(text.types) == 1]


def _tried(tuning: Tuning, texts: Sequence[Text], own: Sequence[Text], types: Types, say: Say) -> Tuning:
    """What the shipped model was tuned to, which is kept; how fits without the team's texts judge these."""
    rows: list[tuple[str, Sequence[str]]] = []
    for fold in range(FIFTH if len(texts) < SMALL else 1):  # where a fit takes a minute, one fifth has to do
        held = set(_single(own)[fold::FIFTH])
        if held:
            rest = [text for text in texts if text not in held]
            model = loads(fit(trimmed(examples(rest))).packed(tuning, {}))
            rows.extend((text.label, believe(model, [text.text]).ranked) for text in held)
    if rows:
        say(f"拿团队自己的 {len(rows)} 条试试（考哪条，哪条就不参加训练）：")
    for line in _by_type(rows, types):
        say(line)
    return tuning


def _tuned(texts: Sequence[Text], types: Types, say: Say) -> Tuning:
    """What suits a system that has no shipped model: each fifth of its texts judged by a fit without it."""
    given = examples([replace(text, voice=str(at % FIFTH)) for at, text in enumerate(texts)])
    with tempfile.TemporaryDirectory() as scratch:
        tuning, left = tuned(list(leave_each_voice_out(given, Path(scratch))), quieter)
    say(f"分五份轮流留出来试（{len(_single(texts))} 条）：")
    for line in _by_type(list(_judged(left)), types):
        say(line)
    return tuning


def _judged(left: Sequence[Left]) -> Iterator[tuple[str, Sequence[str]]]:
    for held in left:
        for text in _single(held.texts):
            yield text.label, believe(held.model, [text.text]).ranked


def _by_type(rows: Sequence[tuple[str, Sequence[str]]], types: Types) -> Iterator[str]:
    """Of each type how many were right first, and among three."""
    for id, kind in types.items():
        ranked = [order for label, order in rows if label == id]
        if ranked:
            first, three = sum(order[0] == id for order in ranked), sum(id in order[:3] for order in ranked)
            yield f"  {kind.zh}（{id}）{len(ranked)} 条：第一个就对 {first} 条，前三个里有 {three} 条"


def copied(files: Tree, name: str, new: str) -> Path:
    """A shipped file copied into the team's folder, under a new name if one is given, to be changed there.

    Raises:
        NoFolder: the team has no folder.
        ZhikeError: there is no such file, or it is there already.
    """
    target = own_folder(files) / (new or name)
    inside = files.folders[0].resolve()
    source = (inside / name).resolve()
    if not source.is_relative_to(inside) or not source.is_file():
        raise ZhikeError(f"自带的知识里没有 {name}。用 zhike knowledge list 看看有哪些。")
    if not target.resolve().is_relative_to(own_folder(files).resolve()):
        raise ZhikeError(f"{new} 不在团队的文件夹里。")
    if target.exists():
        raise ZhikeError(f"{target} 已经有了，没有动它。")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    return target
