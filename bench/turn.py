"""One whole answer of an interview - update in, inference, durable commit, message out - beside a bare echo.

`python -m bench.turn [ROUNDS]`

Both sides run at the same time and are asked in turns, a few messages each, and the ratios are what counts: absolute
times swing with the machine, within seconds.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from bench.machine import machine
from bench.side import CHATS, Running, running
from bench.telegram import Telegram

ROUNDS = 5
ALONE = 400  # updates of the one chat whose latency is measured
BLOCK = 40  # of them one after another, before it is the other side's turn
CROWD = 1600  # updates of each throughput measurement, shared by its chats
WARM = 2  # updates of each chat before anything is measured

# What a rep types is one of each, so that hardly a text comes twice.
ARRIVED = (
    "进门先绕着展厅走了一圈",
    "约了三次才见上",
    "他一坐下就看表",
    "在他办公室聊了半个多钟头",
    "电话里说好只给十分钟",
    "带着老婆和一个懂行的朋友来的",
    "加了微信一个礼拜才回话",
    "是老客户介绍过来的",
    "上回来过，这回又来了",
    "展会上跟了我一路",
    "下午五点多才到店里",
)
DID = (
    "没怎么开口，问一句才答一句",
    "先问最低多少钱，说对面那家便宜两成",
    "把参数表从头看到尾，拿笔记下来",
    "尽说他家孩子上学的事，产品一句没问",
    "说以前买过别家的，坏了没人管，语气挺冲",
    "当场就要拍板，合同都没细看",
    "倒没嫌贵，就是颜色选了又换",
    "开口就说认识我们老总，去年买了三套房",
    "样品翻来覆去地摸，挑出一个小划痕",
    "先问能不能分期，说最近手头紧",
    "每一步都按他自己列的单子来问",
    "听完冷笑一下，说卖东西的都这么讲",
    "问用的什么胶，几年会老化，有没有替代的",
)
LEFT = (
    "最后说回去跟家里商量商量",
    "临走又讲了一遍要送安装",
    "我说什么他都点头，一提签字就说不急",
    "催我明天就把方案发过去",
    "说再去别家转转",
    "让我别老给他打电话",
    "一直看着手机",
    "客客气气把我送到电梯口",
    "末了留了个电话，说是他秘书的",
)

ASKED = "❓"  # in a message of ours that ends with a question

Measures = dict[str, float]
Times = dict[str, list[float]]


async def alone(bot: Running, texts: Iterator[str], found: Times) -> None:
    """Latency of each answer, one chat, one after another: to words, and to a choice's number."""
    for text in texts:
        found["choice" if text.isdigit() else "words"].append(await bot.telegram.say(CHATS[0], text))


async def crowd(bot: Running, chats: int, updates: int = CROWD) -> float:
    """Answers per second with so many chats, each of which writes again when it was answered."""

    async def chat(id: int) -> None:
        for text in said(bot, id, updates // chats):
            await bot.telegram.say(id, text)

    at = time.perf_counter()
    await asyncio.gather(*map(chat, CHATS[:chats]))
    return updates / (time.perf_counter() - at)


def said(bot: Running, chat: int, count: int) -> Iterator[str]:
    """What a chat says, one at a time: words every fourth time, and a choice's number where a question waits for one.

    The echo asks nothing and gets numbers at the same places. Words come again only after 1,286 others.
    """
    for number in range(count):
        waits = bot.side == "echo" or ASKED in bot.telegram.texts.get(chat, "")
        if number % 4 and waits:
            yield str(number % 3 + 1)
        else:
            at = chat * 131 + number
            yield "，".join(part[at % len(part)] for part in (ARRIVED, DID, LEFT))


async def measured(sides: Sequence[str], folder: Path) -> dict[str, Measures]:
    """Each side in a process of its own, everything measured once, in the order of `sides`."""
    async with AsyncExitStack() as stack:
        bots = {side: await _started(side, folder, stack) for side in sides}
        texts = {side: said(bot, CHATS[0], ALONE) for side, bot in bots.items()}
        times: dict[str, Times] = {side: {"words": [], "choice": []} for side in sides}
        for number in range(ALONE // BLOCK):
            for side in sides if number % 2 else reversed(sides):
                await alone(bots[side], islice(texts[side], BLOCK), times[side])
        before = {side: bot.cpu for side, bot in bots.items()}
        rates = {chats: {side: await crowd(bot, chats) for side, bot in bots.items()} for chats in (16, 64)}
        return {side: _measures(bots[side], times[side], before[side], rates) for side in sides}


async def _started(side: str, folder: Path, stack: AsyncExitStack) -> Running:
    telegram = Telegram()
    base_url = await telegram.listen()
    stack.push_async_callback(telegram.close)
    bot = await stack.enter_async_context(running(side, telegram, base_url, folder, hook=True))
    await crowd(bot, len(CHATS), WARM * len(CHATS))
    return bot


def _measures(bot: Running, times: Times, before: float, rates: Mapping[int, Mapping[str, float]]) -> Measures:
    all = [time for some in times.values() for time in some]
    return {
        "p50, 1 chat (ms)": 1e3 * median(all),
        "- of choices": 1e3 * median(times["choice"]),
        "- of words": 1e3 * median(times["words"]),
        "p95, 1 chat (ms)": 1e3 * quantiles(all, n=20)[-1],
        **{f"answers/s, {chats} chats": found[bot.side] for chats, found in rates.items()},
        "processor time per answer (ms)": 1e3 * (bot.cpu - before) / (2 * CROWD),
        "start to first answer (s)": bot.started,
        "memory afterwards (MB)": bot.memory,
    }


async def compare(rounds: int) -> dict[str, list[Measures]]:
    """Ours and the echo in turns; who begins changes from round to round."""
    found: dict[str, list[Measures]] = {"ours": [], "echo": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):  # the first fills disk caches and byte-code, and does not count
            measures = await measured(("ours", "echo") if number % 2 else ("echo", "ours"), Path(folder))
            for side, some in measures.items() if number else ():
                found[side].append(some)
                print(f"round {number} {side}: {_line(some)}", flush=True)
    return found


def _line(measures: Measures) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in measures.items())


def table(found: dict[str, list[Measures]]) -> str:
    """Medians of both sides, and the median of the ratios of each round."""
    lines = ["| | 知客 | PTB echo | ours / echo (lowest - highest round) |", "|---|---:|---:|---:|"]
    for name in found["ours"][0]:
        ours = [row[name] for row in found["ours"]]
        echo = [row[name] for row in found["echo"]]
        ratios = [a / b for a, b in zip(ours, echo, strict=True)]
        spread = f"{min(ratios):.2f} - {max(ratios):.2f}"
        lines.append(f"| {name} | {median(ours):.2f} | {median(echo):.2f} | **{median(ratios):.2f}** ({spread}) |")
    return "\n".join(lines)


def main(rounds: int = ROUNDS) -> None:
    """Measure and print."""
    print(machine())
    print(table(asyncio.run(compare(rounds))))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
