"""How long until a freshly started bot answers, and how much memory it has then: `zhike run` beside a bare PTB echo.

`python -m bench.start [ROUNDS]`

Both poll, both are measured from exec to the arrival of the first answer; the update is waiting when they start.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.machine import machine
from bench.side import running
from bench.telegram import Telegram
from bench.turn import Measures, table

ROUNDS = 5


async def compare(rounds: int) -> dict[str, list[Measures]]:
    """Both sides in turns."""
    found: dict[str, list[Measures]] = {"ours": [], "echo": []}
    telegram = Telegram()
    base_url = await telegram.listen()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):  # the first compiles byte-code and does not count
            for side in ("ours", "echo") if number % 2 else ("echo", "ours"):
                async with running(side, telegram, base_url, Path(folder), hook=False) as bot:
                    measures = {"start to first answer (s)": bot.started, "memory then (MB)": bot.memory}
                if number:
                    found[side].append(measures)
    return found


def main(rounds: int = ROUNDS) -> None:
    """Measure and print."""
    print(machine())
    print(table(asyncio.run(compare(rounds))))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
