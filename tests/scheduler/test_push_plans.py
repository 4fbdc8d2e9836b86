"""No statement of a tick reads through a big table: SQLite's own plans of everything that a whole tick runs."""

from datetime import date, time

from sqlalchemy import event

from scheduler.watch import Watch
from store import coming, deliveries, reminders
from store.tables import Person

BIG = {"prospect", "visit", "reminder", "delivery", "person", "receipt"}


async def test_every_statement_of_ticks_and_looks_goes_by_index(new_mornings, lite):
    from bot.service import open_database

    db = open_database(lite)
    mornings = new_mornings(db)
    admin = mornings.join(9, "2026-06-01 08:30")
    mornings.change(Person, admin.id, role="admin")
    for number in range(5):
        rep = mornings.rep(100 + number, "2026-06-01 08:30")
        kept = {"person_id": rep.id, "on": date(2026, 6, 1), "what": "看样", "at": time(16)}
        row = mornings.customer(rep, "甲先生")
        db.write_now(reminders.promise, prospect_id=row.id, **kept, now=mornings.at("2026-06-01 08:00"))
    said: set[str] = set()

    @event.listens_for(db.engine, "connect")
    def listen(connection, _):
        connection.set_trace_callback(said.add)

    db.engine.dispose()
    watch = Watch(mornings.push(), lambda: 0.0, lambda: 1)
    await mornings.tick("2026-06-01 08:30")
    await watch.look(mornings.at("2026-06-01 08:31"))
    sent = await mornings.tick("2026-06-01 15:00") + await mornings.tick("2026-06-01 18:00")
    db.read_now(lambda session: coming.coming(session, admin, mornings.at("2026-06-01 08:31")))
    db.read_now(coming.last, admin)
    db.read_now(deliveries.last_push)
    db.read_now(deliveries.next_push)
    db.read_now(deliveries.troubled, mornings.at("2026-05-25 08:30"))
    scans = {step: sql for sql in said for step in _plan(db, sql) if step.startswith("SCAN") and _table(step) in BIG}
    by_role = {step for step, sql in scans.items() if "person.role" in sql}  # admins: a look every 30 s over people
    db.close()

    assert sent == 10  # briefs and evenings
    assert len(said) > 20
    assert {step: sql for step, sql in scans.items() if step not in by_role} == {}


def _plan(db, sql):
    if not sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
        return []
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        return [step for *_, step in driver.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]


def _table(step):
    return step.split()[1]
