"""The command line: one function per command; messages in Chinese, exit code 0, 1 for trouble, 2 for wrong usage.

Heavy imports are inside the functions, so that `zhike systems` does not pay for Telegram.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from knowledge.errors import Faults, ZhikeError

if TYPE_CHECKING:
    from bot.config import Config
    from knowledge.systems import Systems
    from knowledge.tree import Tree
    from store.db import Database


LONGEST_SIMULATION = timedelta(days=3 * 366)


class Parser(argparse.ArgumentParser):
    """Usage errors in Chinese."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to get help."""
        self.exit(2, f"用法不对：{message}\n用 {self.prog} --help 看用法。\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except Faults as faults:
        for fault in faults.faults:
            print(f"✗ {fault}", file=sys.stderr)
    except ZhikeError as fault:
        print(f"✗ {fault}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 1


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = Parser(prog="zhike", description="知客：见客户前问几句，就知道是哪种人、怎么打交道。")
    commands = top.add_subparsers(required=True, metavar="命令", parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int | None], about: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    demo = command("demo", _demo, "不用令牌，在本机浏览器里试用真正的机器人")
    demo.add_argument("--host", default="127.0.0.1", help="监听的地址，默认 127.0.0.1")
    demo.add_argument("--port", type=int, default=8765, help="监听的端口，默认 8765；0 表示任选")
    demo.add_argument("--database", default="", metavar="URL", help="数据库，默认 sqlite:///.zhike/demo.db")
    demo.add_argument("--empty", action="store_true", help="不放示例团队")

    command("run", _run, "在 Telegram 上运行")

    classify = command("classify", _classify, "从标准输入读文字，一行一条，输出判断（JSON Lines）；只用自带的模型")
    classify.add_argument("--system", default="behavior", help="分类系统，默认 behavior")
    classify.add_argument("--top", type=int, default=3, help="列出前几种，默认 3；0 表示全部")

    interview = command("interview", _interview, "在标准输入输出上做一次问答（JSON Lines）；只用自带的模型")
    interview.add_argument("--system", default="behavior", help="分类系统，默认 behavior")
    interview.add_argument("--scene", default="", metavar="名称", help="场景名，只记在结果里")

    advise = command("advise", _advise, "一种客户怎么打交道，或者一个步骤打法")
    advise.add_argument("type", metavar="类型", help="编号、名称、别名或拼音，如 silent、沉默、cm、异议处理")
    advise.add_argument("--system", default="", help="只在这个分类系统里找；不写就都找，behavior 的优先")
    advise.add_argument(
        "--moment",
        default="",
        help="时机：visit phone wechat quote objection complaint，或 面谈 电话 微信 报价 异议 投诉",
    )
    advise.add_argument("--json", action="store_true", help="输出 JSON")

    systems = command("systems", _systems, "有哪些分类系统、类型和步骤打法")
    systems.add_argument("--json", action="store_true", help="输出 JSON")

    due = command("due", _due, "现在（或某一刻）该推送什么，只看不发")
    due.add_argument("--at", default="", metavar="ISO", help="时刻，如 2026-11-23T08:30+08:00")
    due.add_argument("--from", dest="first", default="", metavar="DAY", help="一天一天排下去：从哪天，如 2027-01-01")
    due.add_argument("--to", dest="last", default="", metavar="DAY", help="到哪天（最多三年）")
    due.add_argument("--json", action="store_true", help="输出 JSON")

    command("check", _check, "检查配置、知识文件、数据库和令牌")

    knowledge = command(
        "knowledge", _knowledge, "团队自己的知识文件：列出、抄一份来改、训练、检查并换上、编辑器用的格式"
    )
    knowledge.add_argument(
        "action",
        choices=("list", "copy", "train", "reload", "schema"),
        metavar="动作",
        help="list [开头]、copy 文件 [新名字]、train 系统、reload、schema 文件夹",
    )
    knowledge.add_argument("arguments", nargs="*", metavar="文件、系统或文件夹", help="如 behavior/types/silent.toml")

    db = command("db", _db, "数据库：升级、降级、备份、恢复")
    db.add_argument(
        "action",
        choices=("upgrade", "downgrade", "backup", "restore"),
        metavar="动作",
        help="upgrade、downgrade、backup 或 restore",
    )
    db.add_argument(
        "argument", nargs="?", default="", metavar="文件或版本", help="备份、恢复的文件，或降级到的版本（默认退一步）"
    )

    retrain = command("retrain", _retrain, "用大家确认、改过的类型训练团队自己的模型，变好了才采用（几分钟）")
    ways = retrain.add_mutually_exclusive_group()
    ways.add_argument("--dry-run", action="store_true", help="只试算，看会不会变好，什么都不改")
    ways.add_argument("--undo", action="store_true", help="退回上一个团队模型；没有就退回自带的")
    ways.add_argument("--list", action="store_true", help="有哪些模型，什么时候训练的，好多少")

    invite = command("invite", _invite, "生成一个一次性的邀请链接")
    invite.add_argument(
        "--role", required=True, choices=("rep", "manager", "admin"), metavar="身份", help="rep、manager 或 admin"
    )
    invite.add_argument("--team", default="", metavar="团队", help="团队名，没有就新建")

    export = command("export", _export, "把全部客户导出到 xlsx")
    export.add_argument("file", metavar="文件", help="如 客户.xlsx")

    purge = command("purge", _purge, "彻底删除一位客户和他的记录")
    purge.add_argument("--prospect", type=int, required=True, metavar="编号", help="客户编号（导出表里有）")
    return top


def say(text: str) -> None:
    """Tell the operator something."""
    print(text, flush=True)


def _demo(options: argparse.Namespace) -> None:
    from bot import log
    from bot.config import load_config
    from bot.demo import demo

    log.set_up("WARNING")
    asyncio.run(
        demo(
            load_config,
            host=options.host,
            port=options.port,
            database=options.database,
            empty=options.empty,
            announce=say,
        )
    )


def _run(_: argparse.Namespace) -> None:
    gc.disable()  # until everything is loaded: hardly any of it is garbage, and looking for it is a tenth of the start
    from bot import log
    from bot.check import config_faults
    from bot.clock import SystemClock
    from bot.config import load_config
    from bot.knowledge import Renewal
    from bot.service import desk_for, open_database, run
    from bot.worker import fork, settle_memory, settle_threads
    from store.db import Database

    config = load_config()
    log.set_up(config.log.level)
    faults = list(config_faults(config))
    if faults:
        raise Faults(faults)
    db = open_database(config.database.url)
    try:
        renewal = Renewal(config, load_config)  # before the files are read: what changes meanwhile is not missed
        desk = desk_for(config, db, SystemClock().now)
        desk.edition.ready()
        settle_memory()
        db.hang_up()  # no connection may cross the fork
        worker = None
        if hasattr(os, "fork"):  # each process has a renewal of its own from here on
            worker = fork(lambda: replace(desk, db=Database(config.database.url)), renewal.renewed)
        settle_threads()
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(run(config, desk, say, worker, renewal))
    finally:
        db.close()


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop's event loop, where there is one for this system."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _classify(options: argparse.Namespace) -> None:
    from knowledge.reports import judgement

    system = _systems_of_config()[options.system]
    for line in sys.stdin:
        text = line.rstrip("\r\n")
        if text.strip():
            _print_json(judgement(text, system, options.top))


def _interview(options: argparse.Namespace) -> None:
    from bot.dialogue import dialogue

    for row in dialogue(_systems_of_config()[options.system], _events(sys.stdin), scene=options.scene):
        _print_json(row)


def _systems_of_config() -> "Systems":
    from bot.config import load_config
    from knowledge.systems import load_systems

    return load_systems(load_config().files())


def _events(source: TextIO) -> Iterable[Any]:
    for line in source:
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            yield {"malformed": line.strip()[:80]}


def _print_json(row: object) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


def _advise(options: argparse.Namespace) -> None:
    from bot.config import load_config
    from knowledge.edition import edition
    from knowledge.errors import UnknownType
    from knowledge.files import MOMENTS
    from knowledge.finding import Type
    from knowledge.playbooks import Playbook
    from knowledge.reports import card, playbook

    moment = {zh: key for key, zh in MOMENTS.items()}.get(options.moment, options.moment)
    if moment and moment not in MOMENTS:
        raise ZhikeError(f"没有“{options.moment}”这个时机。可选：{'、'.join(MOMENTS.values())}。")
    config = load_config()
    read = edition(config.files())
    if options.system:
        read.systems.catalogue(options.system)
    found = [hit.entry for hit in read.library.find(options.type, options.system)]
    entry = next((entry for entry in found if isinstance(entry, Type | Playbook)), None)
    if entry is None:
        raise UnknownType(f"没有找到“{options.type}”。用 zhike systems 看看有哪些类型和打法。")
    talk = config.talk
    if isinstance(entry, Playbook):
        _print_playbook(playbook(entry, talk), as_json=options.json)
        return
    if moment and entry.kind.card.moments is None:
        raise ZhikeError(f"“{entry.kind.zh}”（{entry.system.zh}）没有分时机的提醒，去掉 --moment 看全部。")
    told = card(entry.kind, entry.system, talk, moment)
    if options.json:
        _print_json(told)
        return
    say(f"{entry.kind.zh}（{entry.system.zh}）")
    for title, lines in told["card"].items():
        if lines:
            say(f"【{title}】" + ("" if isinstance(lines, list) else lines))
        for line in lines if isinstance(lines, list) else ():
            say(f"  · {line}")


def _print_playbook(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print_json(told)
        return
    say(f"{told['zh']}：{told['about']}")
    for number, step in enumerate(told["steps"], 1):
        say(f"【{number}. {step['title']}】{step['goal']}")
        for line in step["do"]:
            say(f"  · {line}")
        for line in step["say"]:
            say(f"  “{line}”")
        say(f"  成了的样子：{step['check']}")
    for line in told["misses"]:
        say(f"容易漏：{line}")


def _systems(options: argparse.Namespace) -> None:
    from bot.config import load_config
    from knowledge.edition import edition
    from knowledge.reports import everything

    read = edition(load_config().files())
    rows = list(everything(read.systems, read.library.playbooks, read.suggestions.values()))
    if options.json:
        _print_json(rows)
        return
    for row in rows:
        of = "步" if row["kind"] == "playbook" else "种"
        say("　".join([row["id"], row["zh"], f"{len(row['types'])} {of}", *row["aliases"]]))
        for kind in [] if row["parts"] else row["types"]:
            say(f"  {kind['id']:<16}{kind['zh']}　{'、'.join(kind['aliases'])}".rstrip())


def _due(options: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from bot.config import load_config
    from bot.preview import due_at
    from bot.service import desk_for, open_database

    config = load_config()
    if options.first or options.last:
        _simulate(options, config)
        return
    at = _instant(options.at) if options.at else SystemClock().now()
    db = open_database(config.database.url)
    try:
        rows = db.read_now(due_at, desk_for(config, db, lambda: at), at)
    finally:
        db.close()
    for row in rows:
        if options.json:
            _print_json(row)
        else:
            say(f"{row['person']}（{row['local_time']}）{'' if row['sends'] else '　到时间才发'}")
            for item in row["items"]:
                say(f"  {item['due']}　{item['name']}　{item['why']}{'　（今天排不下）' if item['waits'] else ''}")
            say(f"  {_pushes(row)}")
    if not rows and not options.json:
        say("没有要推送的。")


def _simulate(options: argparse.Namespace, config: "Config") -> None:
    """`zhike due --from --to`."""
    from bot.clock import SystemClock
    from bot.preview import simulated
    from bot.service import desk_for, open_database

    now = SystemClock().now()
    first = _date(options.first) if options.first else now.date()
    last = _date(options.last) if options.last else first + timedelta(days=365)
    if options.at or not timedelta() <= last - first <= LONGEST_SIMULATION:
        raise ZhikeError("--from 要早于 --to，最多三年；不能和 --at 一起用。")
    db = open_database(config.database.url)
    try:
        rows = db.read_now(lambda session: list(simulated(session, desk_for(config, db, lambda: now), first, last)))
    finally:
        db.close()
    for row in rows:
        if options.json:
            _print_json(row)
        elif "on" in row:
            _say_day(row)
        else:
            _say_tally(row)
    if not rows and not options.json:
        say("没有客户，没什么可排的。")


def _say_day(row: dict[str, Any]) -> None:
    if not row["contacts"]:
        return
    from knowledge.kinds import load_kinds

    called = {"promise": "说好的", **{id: kind.zh for id, kind in load_kinds().all.items()}}
    names = []
    for one in row["contacts"]:
        kinds = "、".join(called[kind] for kind in one["kinds"] if kind in called)
        names.append(f"{one['name']}（{kinds}）" if kinds else one["name"])
    waits = f"　还有 {row['waits']} 位往后放" if row["waits"] else ""
    say(f"{row['on']}　{row['person']}　{len(names)} 位：{'、'.join(names)}{waits}")


def _say_tally(row: dict[str, Any]) -> None:
    say(
        f"{row['person']}：{row['customers']} 位客户，{row['days']} 个工作日联系 {row['contacts']} 次，"
        f"其中定好日子的 {row['with_a_day']} 次，一天最多 {row['most_on_a_day']} 次；"
        f"超过最晚日子 {row['late']} 次，漏 {row['missed']} 次，重 {row['doubled']} 次。"
    )
    if row["without_plan"]:
        say(f"  另有 {row['without_plan']} 位没有计划，不会提醒：/today 下面可以按节奏排上。")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ZhikeError("日子要写成 2027-01-01 这样。") from None


def _pushes(row: dict[str, Any]) -> str:
    """When a person hears from the bot next, and how the last message ended."""
    from cards.hours import COMING, ENDED

    ahead = "，".join(f"{one['at'][5:]} {COMING[one['kind']]}" for one in row["next"]) or "没有安排"
    last = f"　上一次：{row['last']['at'][5:]} {ENDED[row['last']['state']]}" if row["last"] else ""
    away = f"　请假到 {row['away'][1]}" if row["away"] else ""
    return f"下一次：{ahead}{away}{last}"


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise ZhikeError("时刻要写成 2026-11-23T08:30+08:00 这样。") from fault
    if at.tzinfo is None:
        raise ZhikeError("时刻要带时区，如 2026-11-23T08:30+08:00。")
    return at


def _check(_: argparse.Namespace) -> int:
    from bot.check import check
    from bot.config import load_config

    findings = asyncio.run(check(load_config()))
    for finding in findings:
        say(f"{'✓' if finding.good else '✗'} {finding.text}")
    return 0 if all(finding.good for finding in findings) else 1


WANTED = {  # what each action of `zhike knowledge` takes: at least, at most, and how it is written
    "list": (0, 1, "list [开头]"),
    "copy": (1, 2, "copy scenes.toml"),
    "train": (1, 1, "train behavior"),
    "reload": (0, 0, "reload"),
    "schema": (1, 1, "schema 文件夹"),
}


def _knowledge(options: argparse.Namespace) -> None:
    from bot.config import load_config

    least, most, example = WANTED[options.action]
    if not least <= len(options.arguments) <= most:
        raise ZhikeError(f"要写成 zhike knowledge {example} 这样。")
    config = load_config()
    first, second = [*options.arguments, "", ""][:2]
    match options.action:
        case "list":
            _list_files(config.files(), first)
        case "copy":
            from bot.fitting import copied

            say(f"抄好了：{copied(config.files(), first, second)}。改完运行 zhike check。")
        case "train":
            from bot.fitting import train

            say(f"✓ 写好了 {train(config.files(), first, say)}。接着运行 zhike check，再 zhike knowledge reload。")
        case "reload":
            _reload(config)
        case "schema":
            _write_schemas(Path(first))


def _list_files(files: "Tree", begin: str) -> None:
    """What there is and what the team has of its own; of the shipped files those that begin so."""
    shipped = {name for entry, name in files.everything() if entry.said == name}
    say(f"自带的：{files.folders[0]}，{len(shipped)} 个文件")
    for name in sorted(shipped) if begin else ():
        if name.startswith(begin):
            say(f"  {name}")
    if files.own is None:
        say("团队的：还没有。在 config.toml 的 [knowledge] 里写 folder，见 docs/knowledge.md")
        return
    own = sorted(name for entry, name in files.everything() if entry.said != name)
    say(f"团队的：{files.own}，{len(own)} 个文件")
    for name in own:
        say(f"  {name}　{_laid(name) if name in shipped else '新加的'}")


def _laid(name: str) -> str:
    """How a team's file lies over the shipped one."""
    from knowledge.edition import BY_ENTRY, BY_ENTRY_IN, SHIPPED

    if name in SHIPPED:
        return "用不上，只用自带的"
    by_entry = name.rpartition("/")[2] in BY_ENTRY or name.startswith(BY_ENTRY_IN)
    return "逐条并进自带的" if by_entry else "换掉自带的"


def _reload(config: "Config") -> None:
    from bot.clock import SystemClock
    from bot.knowledge import leave_note
    from knowledge.edition import edition

    files = config.files().kept()
    try:
        edition(files).checked().called(config.team.view)
    except Faults as faults:
        say(f"有 {len(faults.faults)} 处不对，没有换，正在运行的机器人还用原来的：")
        raise
    leave_note(files, SystemClock().now())
    say(f"✓ {len(files.everything())} 个文件都没有问题。正在运行的机器人几秒内换上，聊到一半的接着聊。")


def _write_schemas(folder: Path) -> None:
    from knowledge.reference import files

    for name, text in files().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    say(f"写好了：{folder}/.taplo.toml 和 {folder}/.schemas/。")
    say(f"用装了 Even Better TOML 的 VS Code 打开 {folder}，边写边提示。")


def _db(options: argparse.Namespace) -> None:
    from bot.config import load_config
    from store import backup, migrate
    from store.db import Database

    config = load_config()
    db = Database(config.database.url)
    try:
        match options.action:
            case "upgrade":
                migrate.upgrade(db.engine)
                say("数据库已经是最新的。")
            case "downgrade":
                migrate.downgrade(db.engine, options.argument or "-1")
                say("数据库已降级。")
            case "backup":
                backup.backup(db.engine, _file(options.argument, "backup"))
                say(f"已备份到 {options.argument}。")
            case _:
                backup.restore(db.engine, _file(options.argument, "restore"))
                say(f"已从 {options.argument} 恢复。")
    finally:
        db.close()


def _file(argument: str, action: str) -> Path:
    if not argument:
        raise ZhikeError(f"要写上文件名，如 zhike db {action} 备份.db")
    return Path(argument)


def _retrain(options: argparse.Namespace, data: Path | None = None) -> int:
    from bot import retraining
    from bot.clock import SystemClock
    from knowledge.corpus import read_corpora
    from knowledge.systems import PRIMARY, load_systems
    from knowledge.tree import CORPUS, Tree

    config, db = _opened()
    try:
        files = Tree(data) if data else config.files()
        system = load_systems(files)[PRIMARY]
        if options.list:
            retraining.show(db, system, config.reminders.tz, say)
            return 0
        if options.undo:
            return 0 if retraining.undo(db, system, say) else 1
        corpus = list(read_corpora([folder / CORPUS for folder in files.folders], system.id))
        taken = retraining.retrain(db, system, corpus, SystemClock().now, say, dry=options.dry_run)
        return 0 if taken else 1
    finally:
        db.close()


def _opened() -> "tuple[Config, Database]":
    from bot.config import load_config
    from bot.service import open_database

    config = load_config()
    return config, open_database(config.database.url)


def _invite(options: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from bot.invitation import make

    config, db = _opened()
    try:
        code = db.write_now(make, options.role, options.team, SystemClock().now(), config.people.invite_hours)
    finally:
        db.close()
    say(f"{config.people.invite_hours} 小时内有效，只能用一次。让对方打开机器人，发送：\n/start {code}")


def _export(options: argparse.Namespace) -> None:
    from handlers.book import write
    from knowledge.columns import fields
    from knowledge.systems import PRIMARY

    _, db = _opened()
    systems = _systems_of_config()
    try:
        with Path(options.file).open("wb") as out:
            count = db.read_now(write, None, out, systems, fields(systems, PRIMARY))
    except OSError as fault:
        raise ZhikeError(f"写不了文件 {options.file}：{fault.strerror}") from fault
    finally:
        db.close()
    say(f"导出了 {count} 位客户到 {options.file}。")


def _purge(options: argparse.Namespace) -> int:
    from store import prospects

    _, db = _opened()
    try:
        gone = db.write_now(prospects.erase, options.prospect)
    finally:
        db.close()
    say("已彻底删除。" if gone else "没有这位客户。")
    return 0 if gone else 1
