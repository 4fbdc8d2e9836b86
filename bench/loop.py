"""How long anything holds up the event loop of `zhike run`, under load: `python -m bench.loop [SECONDS]`.

The bot runs as it is, with one more task that asks to be woken every millisecond and notes how late it is, while 64
chats talk all the time. A late wake-up may be the machine's doing as well, so the same is noted of a process that does
nothing else.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from bench import side
from bench.machine import machine
from bench.telegram import Telegram
from bench.turn import crowd

SECONDS = 20.0
EVERY = 0.001
BOUND = 0.020  # seconds; what nothing may exceed


async def ticking(late: list[float]) -> None:
    """Note how late each wake-up is."""
    while True:
        at = time.perf_counter()
        await asyncio.sleep(EVERY)
        late.append(time.perf_counter() - at - EVERY)


def table(late: list[float]) -> str:
    """Median, a late one in a hundred and in a thousand, the latest, in ms; and how many were over the bound."""
    cuts = quantiles(late, n=1000)
    figures = (cuts[499], cuts[989], cuts[998], max(late))
    over = sum(one > BOUND for one in late)
    return " | ".join(f"{1e3 * figure:.2f}" for figure in figures) + f" | {over} of {len(late)}"


def serve() -> None:
    """`zhike run` with the task beside it; what it noted goes to standard output at the end."""
    from bot import service
    from bot.__main__ import main

    late: list[float] = []
    run = service.run

    async def watched(*arguments: object, **named: object) -> None:
        watching = asyncio.create_task(ticking(late))
        await run(*arguments, **named)  # type: ignore[arg-type]
        watching.cancel()
        print(f"LATE {table(late[1000:])}", flush=True)  # the first second is the start

    service.run = watched  # type: ignore[assignment]
    sys.argv = ["zhike", "run"]
    main()


async def idle(seconds: float) -> str:
    """The same of this process alone."""
    late: list[float] = []
    watching = asyncio.create_task(ticking(late))
    await asyncio.sleep(seconds)
    watching.cancel()
    return table(late)


async def measured(seconds: float) -> str:
    """Under load."""
    telegram = Telegram()
    base_url = await telegram.listen()
    with tempfile.TemporaryDirectory() as folder:
        side.OURS = ["-m", "bench.loop", "--serve"]
        async with side.running("ours", telegram, base_url, Path(folder), hook=True) as bot:
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                await crowd(bot, 64)
        lines = (Path(folder) / "ours.log").read_text(encoding="utf-8").splitlines()
        return next(line.removeprefix("LATE ") for line in lines if line.startswith("LATE "))


def main(seconds: float = SECONDS) -> None:
    """Measure and print."""
    print(machine())
    print("| | median (ms) | 1 in 100 | 1 in 1000 | latest | over 20 ms |\n|---|---:|---:|---:|---:|---:|")
    print(f"| nothing to do | {asyncio.run(idle(seconds / 4))} |")
    print(f"| 64 chats | {asyncio.run(measured(seconds))} |")


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        main(*map(float, sys.argv[1:]))
