"""The morning push of the real service to a Telegram that enforces its limits: `python -m bench.push [REPS] [TALK]`.

`zhike run` as a process of its own, REPS reps (1,500) whose morning has come, five customers due each; meanwhile chats
of others say TALK things a second (2). Figures are of what Telegram let in: how much of its 30 a second was used from
the first to the last message of the push, how often it had to refuse, and how long live chats waited for their answer.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from sqlmodel import Session, col, func, select

from bench.machine import first_in_line, machine
from bench.side import CHATS, joined, running
from bench.strict import ANSWER, JITTER, StrictTelegram
from bench.turn import ARRIVED, DID, LEFT
from bot.service import open_database
from store.tables import Delivery, Person, Prospect, Visit

REPS = 1500
TALK = 2.0
DUE = 5
FIRST = 100_000  # Telegram id of the first rep
LIMIT = 30
AFTER = timedelta(seconds=8)  # until the push, while the service starts and answers its first message
PATIENCE = 900.0


def filled(folder: Path, reps: int, at: datetime, url: str = "") -> str:
    """A database in which the chats that talk are reps without customers, and `reps` more are due at `at`."""
    url = joined(folder, url)
    db = open_database(url)
    zone = noon(at)

    def fill(session: Session) -> None:
        for row in session.exec(select(Person)):
            row.next_push_at = None
        for number in range(reps):
            person = Person(
                telegram_id=FIRST + number, name=f"销售{number}", role="rep", tz=zone, push_at="00:00", created_at=at
            )
            person.next_push_at = at
            session.add(person)
            session.flush()
            for customer in range(DUE):
                row = Prospect(
                    owner_id=person.id or 0,
                    name=f"客户{customer}",
                    name_key=f"客户{customer}",
                    type_id="silent",
                    grade="ABCD"[customer % 4],
                    next_contact_on=at.date() - timedelta(days=customer + 1),
                    last_contact_at=at - timedelta(days=30),
                    created_at=at,
                    updated_at=at,
                )
                session.add(row)
                session.flush()
                past = at - timedelta(days=30)
                session.add(
                    Visit(prospect_id=row.id or 0, person_id=person.id or 0, at=past, note="看了样册，问了工期")
                )

    db.write_now(fill)
    db.close()
    return url


def noon(now: datetime) -> str:
    """A zone in which it is about noon (the signs of Etc/GMT are the other way round)."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def working(now: datetime) -> dict[str, str]:
    """Settings in which today is a working day until midnight, in any zone."""
    days = ",".join(f'"{now.date() + timedelta(days=away)}"' for away in (-1, 0, 1))
    return {
        "ZHIKE_REMINDERS__LATEST_PUSH": "23:59",
        "ZHIKE_CALENDAR__WORKING_DAYS": f"[{days}]",
        "ZHIKE_LOG__LEVEL": "WARNING",
    }


async def talking(telegram: StrictTelegram, each: float, waits: list[float], stop: asyncio.Event) -> None:
    """Say one thing every `each` seconds, each in another chat, and note how long the answer takes."""
    chats = list(CHATS)
    under_way: set[asyncio.Task[None]] = set()

    async def say(chat: int, text: str) -> None:
        waits.append(await telegram.say(chat, text))

    number = 0
    while not stop.is_set():
        text = "，".join(part[number % len(part)] for part in (ARRIVED, DID, LEFT))
        task = asyncio.create_task(say(chats[number % len(chats)], text))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        number += 1
        await asyncio.sleep(each)
    await asyncio.wait(under_way) if under_way else None


def states(url: str) -> dict[str, int]:
    """How many deliveries are in each state."""
    db = open_database(url)
    state = col(Delivery.state)
    found = db.read_now(lambda session: session.exec(select(state, func.count()).group_by(state)).all())
    db.close()
    return dict(found)


async def measured(reps: int, talk: float) -> None:
    """Run one push and print what came of it."""
    telegram = StrictTelegram()
    base_url = await telegram.listen()
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(UTC)
        url = filled(folder, reps, datetime.now(UTC) + AFTER)
        waits: list[float] = []
        stop = asyncio.Event()
        async with running("ours", telegram, base_url, folder, hook=True, database=url, settings=working(now)) as bot:
            talker = asyncio.create_task(talking(telegram, 1 / talk, waits, stop)) if talk else None
            cpu, began = bot.cpu, time.perf_counter()
            async with asyncio.timeout(PATIENCE):
                await telegram.served(reps, FIRST)
            spent = bot.cpu - cpu
            took = time.perf_counter() - began
            stop.set()
            if talker is not None:
                await talker
            await asyncio.sleep(1)
            memory = bot.memory
        report(telegram, waits, states(url), spent / took, memory)


def report(telegram: StrictTelegram, waits: list[float], states: dict[str, int], load: float, memory: float) -> None:
    """Print a row of figures each."""
    pushes = [at for at, chat in telegram.arrived if chat >= FIRST]
    span = pushes[-1] - pushes[0]
    everything = sum(pushes[0] <= at <= pushes[-1] for at, _ in telegram.arrived) - 1
    doubled = sum(count > 1 for (chat, _), count in telegram.got.items() if chat >= FIRST)
    late = quantiles(waits, n=20) if len(waits) > 1 else []
    print("| | |\n|---|---:|")
    print(f"| messages of the push | {len(pushes)} in {span:.1f} s, {doubled} of them twice |")
    print(f"| all messages meanwhile | {everything + 1}, {everything / span:.2f} a second |")
    print(f"| of Telegram's {LIMIT} a second | **{everything / span / LIMIT:.1%}** |")
    print(f"| refused with 429 | **{len(telegram.refused)}** |")
    print(f"| on the wire at once, at most | {telegram.most_on_wire} |")
    if late:
        figures = f"{median(waits):.3f} / {late[-1]:.3f} / {max(waits):.3f}"
        print(f"| live answers: median / p95 / slowest (s) | {figures}, of {len(waits)} |")
    print(f"| processor, all its processes | {load:.0%} of one core |")
    print(f"| memory | {memory:.0f} MB |")
    print(f"| deliveries afterwards | {', '.join(f'{count} {state}' for state, count in states.items())} |")


def main(reps: int = REPS, talk: float = TALK) -> None:
    """Measure and print."""
    print(machine())
    print(first_in_line())
    print(f"answers take {ANSWER[0]:.3f} to {ANSWER[1]:.3f} s, the way differs by up to {JITTER * 1e3:.0f} ms")
    asyncio.run(measured(reps, talk))


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)))
