"""One statement in the driver, through `store/quick.py`, and through `Session.exec`: `python -m bench.store`."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlmodel import Session, col, select

from bench.machine import machine
from bot.service import open_database
from store import people
from store.quick import DRIVER, Driver
from store.tables import Person

ROUNDS = 9
TIMES = 2000


def took(call: Callable[[], object]) -> float:
    """Seconds a call, over one round."""
    at = time.perf_counter()
    for _ in range(TIMES):
        call()
    return (time.perf_counter() - at) / TIMES


def main() -> None:
    """Measure in turns and print."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        now = datetime.now(UTC)
        who = {"name": "x", "role": "rep", "team_id": None, "tz": "UTC", "push_at": "08:30", "now": now}
        db.write_now(people.join, telegram_id=1, **who)
        with Session(db.engine) as session:
            driver = Driver.of(session.connection())
            session.info[DRIVER] = driver
            found = select(Person).where(col(Person.telegram_id) == 1, col(Person.active))
            sql = "SELECT id, name, role, team_id, tz, awaiting FROM person WHERE telegram_id = ? AND active"
            ways: dict[str, Callable[[], object]] = {
                "driver": lambda: driver.connection.execute(sql, (1,)).fetchall(),
                "store/quick.py": lambda: people.taking_turn(session, 1),
                "Session.exec, statement made once": lambda: session.exec(found).one(),
                "Session.exec": lambda: people.by_telegram(session, 1),
            }
            rounds = [{name: took(way) for name, way in ways.items()} for _ in range(ROUNDS)]
        db.close()
    print(machine())
    print("| | µs | times the driver |\n|---|---:|---:|")
    for name in ways:
        times = median(row[name] / row["driver"] for row in rounds)
        print(f"| {name} | {1e6 * median(row[name] for row in rounds):.1f} | {times:.1f} |")


if __name__ == "__main__":
    main()
