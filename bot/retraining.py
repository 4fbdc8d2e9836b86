"""`zhike retrain`: reps' corrections become a model of the team's own, if it is better; and the way back.

Nothing of what reps wrote is printed or logged: only counts and figures are.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.models import base
from knowledge import retraining
from knowledge.corpus import Text
from knowledge.errors import ZhikeError
from knowledge.retraining import FEWEST, Change, Report
from knowledge.systems import System
from knowledge.training import digest
from store import models
from store.db import Database
from store.models import Made

Say = Callable[[str], None]


class CorpusChanged(ZhikeError):
    """语料改过了，自带的模型还是旧的。先运行 make train，再来重新训练。"""


def retrain(
    db: Database, system: System, corpus: Sequence[Text], now: Callable[[], datetime], say: Say, *, dry: bool = False
) -> bool:
    """Measure, and unless a figure speaks against it or `dry` is set take the new model; False if it is refused.

    Raises:
        NotTrainable: scikit-learn is not there.
        CorpusChanged: the shipped model is not that of `corpus`.
    """
    retraining.need_trainer()
    if digest(corpus) != base(system):
        raise CorpusChanged
    team = _team(db, system, say)
    if len(team) < FEWEST:
        say(f"还不够：至少要 {FEWEST} 条才看得出好坏，什么都没有改。请大家看完结果多点“改类型”，说对了也点一下。")
        return True
    db.hang_up()  # what follows takes minutes: no connection waits for it
    say(f"用 {len(corpus)} 条自带的语料和这 {len(team)} 条试，要几分钟。")
    report = retraining.measured(system.model, corpus, team, partial(_progress, say))
    _say_report(report, say)
    against = list(retraining.objections(report, len(system.types)))
    for reason in against:
        say(f"✗ {reason}")
    if against:
        say("没有变好，不采用，什么都没有改。")
        return False
    if dry:
        say("变好了。只是试算，什么都没有改。")
        return True
    say("变好了，正在训练要用的模型……")
    body = retraining.fitted(system.model, corpus, team)
    db.write_now(
        models.take, system=system.id, body=body, base=base(system), report=json.dumps(report.values()), now=now()
    )
    say("✓ 已经采用。运行 zhike knowledge reload（或重启机器人）后生效；要退回去就运行 zhike retrain --undo。")
    return True


def _team(db: Database, system: System, say: Say) -> list[Text]:
    """The cases that can be learnt from; says how many there are, and why others are of no use."""
    found = db.read_now(models.cases, system.id)
    known = [text for text in found.texts if text.label in system.types]
    team = retraining.distinct(known)
    useless = {
        "没有打过字": found.silent,
        "类型已经没有了": len(found.texts) - len(known),
        "和后面的话一样": len(known) - len(team),
    }
    told = "、".join(f" {count} 条{why}" for why, count in useless.items() if count)
    say(f"大家确认或改过类型的问答，能用的有 {len(team)} 条" + (f"（另有{told}，用不上）。" if told else "。"))
    return team


def _progress(say: Say, done: int, of: int) -> None:
    say(f"  试算 {done}/{of}")


def _say_report(report: Report, say: Say) -> None:
    for title, change in (("没见过的口气", report.voices), ("团队自己的客户", report.team)):
        say(f"{title}（{change.before.texts} 条没参加训练的）：{_told(change)}")


def _told(change: Change) -> str:
    before, after = change.before, change.after
    return (
        f"第一个就对 {before.first:.1%} → {after.first:.1%}，前三个里有 {before.three:.1%} → {after.three:.1%}，"
        f"对数损失 {before.loss:.4f} → {after.loss:.4f}"
    )


def undo(db: Database, system: System, say: Say) -> bool:
    """Go back to the model before; False where the shipped one is in use."""
    if not db.write_now(models.put_back, system.id, base(system)):
        say("用的就是自带的模型，没有可退的。")
        return False
    back = db.read_now(models.in_use, system.id)
    say(
        "✓ 退回到"
        + ("上一个团队模型" if back else "自带的模型")
        + "。运行 zhike knowledge reload（或重启机器人）后生效。"
    )
    return True


def show(db: Database, system: System, tz: str, say: Say) -> None:
    """Every model that there is, the newest first, with its date and what was measured."""
    rows = db.read_now(models.made, system.id)
    for row in rows:
        say(f"{_standing(row, system)}　{row.at.astimezone(ZoneInfo(tz)):%Y-%m-%d %H:%M}")
        _say_report(Report.of(json.loads(row.report)), lambda line: say(f"    {line}"))
    usable = any(row.active and row.base == base(system) for row in rows)
    say(f"{'　　' if usable else '在用'}　自带的模型")


def _standing(row: Made, system: System) -> str:
    if row.base != base(system):
        return "过时"
    return "在用" if row.active else "　　"
