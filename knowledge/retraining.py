"""The team's own model: the shipped corpus together with the customers whose type the reps named.

Whether it is better is measured on what it has not seen: on voices of the corpus that are left out, so that it is not
spoilt for what others write, and on the team's own cases, each judged by a model that was fitted without it. With a
figure among `objections` it is not to be taken.

A case counts as two texts, in the fit and where rare features are dropped (`training.RARE`, which either the corpus or
the cases have to reach alone). So what one or two interviews say, a customer's name for instance, is never in the
model, not even as a feature without weight, unless it is in the shipped one.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from itertools import chain
from multiprocessing import get_context
from typing import Any

from knowledge.belief import Belief, believe
from knowledge.corpus import Text
from knowledge.errors import ZhikeError
from knowledge.model import Model, loads
from knowledge.text import comparable
from knowledge.training import PROCESSES, RARE, Example, Tuning, examples, fit, trimmed

TEAM_WEIGHT = 2  # texts that a case counts as; two cases stay below `training.RARE`
FEWEST = 10  # cases; of fewer a single one moves the share that is right by more than ten points
FOLDS = 5
# Four manners of writing, from reports in whole sentences to irony in ten characters: the shipped way has .887, .740,
# .796 and .700 of them right first when each is left out, and .805 of all voices.
HELD_OUT = frozenset({"crm_entries", "misheard", "west_notes", "wry_rep"})
FIRST_MAY_FALL = 0.002  # on those 5,000 texts: ten of them; 42 and 44 cases moved it by 0 and 0.0018, upwards
LOSS_MAY_RISE = 0.005  # of the loss before; the same cases raised it by 0.0008 and 0.0002
ALONE = 5_000  # texts of all fits together, below which it takes longer to start processes than to fit

Tell = Callable[[int, int], None]  # how many fits are done, of how many


class NotTrainable(ZhikeError):
    """重新训练要用 scikit-learn，这里没有装。先运行：.venv/bin/python -m pip install --editable '.[train]'"""


class FitLost(ZhikeError):
    """训练的进程被系统停掉了，多半是内存不够：要空出 3 GB。什么都没有改，可以换一台内存大的机器再来。"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How texts of one type were judged: shares right first and among three, mean log loss in nats."""

    texts: int
    first: float
    three: float
    loss: float


@dataclass(frozen=True, slots=True)
class Change:
    """The same texts, judged without the team's cases and with them."""

    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured: on voices left out of the corpus, and on the team's own cases."""

    voices: Change
    team: Change

    def values(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @staticmethod
    def of(values: dict[str, Any]) -> "Report":
        """From what `values` gave."""
        parts = {name: {when: Figures(**row) for when, row in values[name].items()} for name in ("voices", "team")}
        return Report(**{name: Change(**part) for name, part in parts.items()})


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit that is to be made."""

    given: Sequence[Example]
    thorough: bool = False


def need_trainer() -> None:
    """Make sure of scikit-learn before anything else is done.

    Raises:
        NotTrainable: it is not installed.
    """
    try:
        import_module("sklearn")
    except ImportError as fault:
        raise NotTrainable from fault


def distinct(team: Iterable[Text]) -> list[Text]:
    """Of cases with the same words the last: a description that was sent twice must not prove itself right."""
    return list({comparable(text.text): text for text in team}.values())


def measured(
    shipped: Model, corpus: Sequence[Text], team: Sequence[Text], tell: Tell, voices: frozenset[str] = HELD_OUT
) -> Report:
    """Before and after on `voices` of the corpus and on the team's cases."""
    given = trimmed([*examples(corpus), *examples(team, TEAM_WEIGHT)], RARE)
    all_texts, cases = given[: len(corpus)], given[len(corpus) :]
    others = [example for example in all_texts if example.text.voice not in voices]
    folds = min(FOLDS, len(cases))
    without = [[case for at, case in enumerate(cases) if at % folds != fold] for fold in range(folds)]
    thorough = [Fit(others, thorough=True), Fit([*others, *cases], thorough=True)]
    fits = [*thorough, *(Fit([*all_texts, *left]) for left in without)]
    plain, with_team, *by_fold = _fitted(fits, Tuning.of(shipped), tell)
    held = [text for text in corpus if text.voice in voices and len(text.types) == 1]
    apart = (_judged(model, team[fold::folds]) for fold, model in enumerate(by_fold))
    return Report(
        voices=Change(_figures(_judged(plain, held)), _figures(_judged(with_team, held))),
        team=Change(_figures(_judged(shipped, team)), _figures(chain.from_iterable(apart))),
    )


def fitted(shipped: Model, corpus: Sequence[Text], team: Sequence[Text]) -> bytes:
    """The model file of corpus and cases together, with the temperature of the shipped model."""
    given = trimmed([*examples(corpus), *examples(team, TEAM_WEIGHT)], RARE)
    return fit(given, rare=RARE, thorough=True).packed(Tuning.of(shipped), {**shipped.trained, "team": len(team)})


def objections(report: Report, types: int) -> Iterator[str]:
    """Every figure that speaks against the model, in a sentence; `types` is how many there are to choose from."""
    before, after = report.voices.before, report.voices.after
    if before.first - after.first > FIRST_MAY_FALL:
        yield f"没见过的口气里第一个就对的变少了：{before.first:.1%} → {after.first:.1%}"
    if after.loss > before.loss * (1 + LOSS_MAY_RISE):
        yield f"没见过的口气的对数损失变大了：{before.loss:.4f} → {after.loss:.4f}"
    before, after = report.team.before, report.team.after
    if after.loss > before.loss:
        yield f"团队自己客户的对数损失变大了：{before.loss:.4f} → {after.loss:.4f}"
    if after.loss > math.log(types):
        yield f"团队给的类型和写的话对不上，比瞎猜还差：对数损失 {after.loss:.4f}，瞎猜是 {math.log(types):.4f}"


def _fitted(fits: Sequence[Fit], tuning: Tuning, tell: Tell) -> Iterator[Model]:
    """A model for each, two at a time where there is much to fit."""
    for number, raw in enumerate(_each(partial(_packed, tuning), fits), start=1):
        tell(number, len(fits))
        yield loads(raw)


def _each(pack: Callable[[Fit], bytes], fits: Sequence[Fit]) -> Iterator[bytes]:
    if sum(len(one.given) for one in fits) < ALONE:
        yield from map(pack, fits)
        return
    # Started anew rather than forked: this process may have threads and an open database.
    try:
        with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
            yield from pool.map(pack, fits)
    except BrokenProcessPool as fault:
        raise FitLost from fault


def _packed(tuning: Tuning, made: Fit) -> bytes:
    return fit(made.given, rare=RARE, thorough=made.thorough).packed(tuning, {})


def _judged(model: Model, texts: Iterable[Text]) -> Iterator[tuple[Belief, str]]:
    return ((believe(model, [text.text]), text.label) for text in texts)


def _figures(judged: Iterable[tuple[Belief, str]]) -> Figures:
    rows = list(judged)
    return Figures(
        texts=len(rows),
        first=sum(belief.top == label for belief, label in rows) / len(rows),
        three=sum(label in belief.ranked[:3] for belief, label in rows) / len(rows),
        loss=-sum(math.log(belief.p[label]) for belief, label in rows) / len(rows),
    )
