"""Customer lists sent to the chat, shown, taken in; and the export. Real files, the real other process."""

import io
import os
import sys

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select
from telegram import Update

from bot.polling import answer
from cards import imports as words
from handlers.aside import Aside, Refused, TooMuch
from handlers.imports import how_far
from store.tables import ImportFile
from tests.conftest import Office
from tests.handlers.conftest import (
    customers,
    data_of,
    delivered,
    golden,
    labels,
    person,
    raw_update,
    taps,
)

LONG = 90  # seconds that a step with another process may take on a busy machine
CSV = """客户,公司,电话,等级,行业
陈总,大同建材,13900000001,A,门窗
孙姐,,13900000002,C,民宿
"""


def workbook() -> bytes:
    """A list as reps have it: a title, a heading in their own words, and all sorts of faults."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["2026 年客户名单"],
        [],
        [
            "序号",
            "客户名称",
            "联系人",
            "手机号码",
            "等级",
            "性格",
            "年成交额（万元）",
            "上次联系时间",
            "下次联系",
            "行业",
            "备注",
        ],
        [1, "华鑫建材", "王建国", 13800010001.0, "A级", "杀价", 12, "2026-11-01", "下周三", "建材", "要快"],
        [2, "大同", "李四", "1.38E+10", "E", "大方", "不少", "2026-13-01", 46364, "民宿", ""],
        [3, "", "", "=B4", "", "", "", "", "", "", ""],
        ["合计", "", "合计", "", "", "", 12, "", "", "", ""],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def sent(office: Office, name: str, data: bytes, telegram_id: int = 1001) -> str:
    """Send a file and wait; what the bot says at last."""
    phone = office.phone(telegram_id)
    await phone.send_document(name, data)
    await phone.settled(timeout=LONG)
    return phone.last.html


async def tapped(office: Office, button: str, telegram_id: int = 1001) -> str:
    """Tap a button and wait as long as another process may take."""
    phone = office.phone(telegram_id)
    await phone.tap(button)
    await phone.settled(timeout=LONG)
    return phone.last.html


def document(office: Office, telegram_id: int = 1001) -> bytes:
    """The last file that the bot sent."""
    message = next(m for m in reversed(office.phone(telegram_id).messages) if m.from_bot and m.media)
    assert message.media is not None
    stored = office.sandbox.world.files.by_id(message.media["object"]["file_id"])
    assert stored is not None
    return stored.data


async def test_a_list_is_shown_changed_and_taken_in(office: Office) -> None:
    await sent(office, "客户.xlsx", workbook())
    await tapped(office, "🔁 改列")
    await tapped(office, "行业")
    await tapped(office, "📝 记进备注")
    await tapped(office, "✅ 导入")
    await tapped(office, "合并：空的补上")
    await office.said("李四")

    golden("import", office.phone().transcript())
    assert customers(office)["王建国"].company == "华鑫建材"
    assert "手机号码：1.38E+10" in customers(office)["李四"].notes


async def test_a_range_in_a_list_is_shown_and_stays_one(office: Office) -> None:
    rows = "客户,年成交额,欠款\n王一,10-20万,约15万\n王二,30万,2000\n"
    shown = await sent(office, "客户.csv", rows.encode())
    await tapped(office, "✅ 导入")
    ranged = await office.said("王一")
    exact = await office.said("王二")

    assert "有 2 处是范围或者约数" in shown
    assert "年成交额 10-20万 → 约 15 万元" in shown
    assert "欠款 约15万 → 约 15 万元" in shown
    assert "约 15 万元" in ranged
    assert "约" not in exact.split("来往")[0].split("🧾")[1].split("\n")[0]


async def test_a_double_tap_takes_a_list_in_once(office: Office) -> None:
    await sent(office, "客户.csv", CSV.encode("gb18030"))
    before = len(customers(office))
    button = data_of(office, "o:go:*:all")
    await taps(office, button, button)
    await office.phone().settled(timeout=LONG)

    assert len(customers(office)) == before + 2
    assert "新客户 2 位" in office.phone().last.html


async def test_a_tap_that_comes_again_after_a_crash_shows_how_it_ended(office: Office) -> None:
    await sent(office, "客户.csv", CSV.encode())
    await office.phone().tap_data(*data_of(office, "o:go:*:all"))
    raw = raw_update(office)
    await office.phone().settled(timeout=LONG)
    before = len(customers(office))
    await delivered(office, raw)
    await answer(office.service.app, Update.de_json(raw | {"update_id": 10**9}, office.service.app.bot))
    await office.phone().settled(timeout=LONG)

    assert len(customers(office)) == before
    assert "新客户 2 位" in office.phone().last.html


async def test_a_list_that_is_dropped_changes_nothing(office: Office) -> None:
    before = set(customers(office))
    await sent(office, "客户.csv", CSV.encode())
    old = data_of(office, "o:go:*:all")
    said = await tapped(office, "✖️ 取消")
    await taps(office, old)

    assert "取消了，客户一位也没动" in said
    assert "已经导过，或者取消了" in office.phone().toasts[-1]
    assert set(customers(office)) == before


async def test_doubles_can_be_skipped_or_put_apart(office: Office) -> None:
    text = "客户,电话,备注\n王建国,13800010001,新备注\n刘芳,13900000009,另一位\n新人,,\n"
    before = customers(office)
    asked = await sent(office, "客户.csv", text.encode())
    asked = await tapped(office, "✅ 导入 3 位")
    choices = labels(office)
    await tapped(office, "合并，电话不一样的另存")
    after = customers(office)

    assert "电话一样 1 位，同名、电话不一样 1 位。" in asked
    assert "合并，电话不一样的另存" in choices
    assert len(after) == len(before) + 1  # by name: 新人; the other 刘芳 has the name of one that is there
    assert "新备注" in after["王建国"].notes
    assert office.db.read_now(lambda session: len(session.exec(select(ImportFile)).all())) == 1


async def test_a_manager_chooses_whose_customers_they_become(office: Office) -> None:
    await sent(office, "客户.csv", CSV.encode(), 1003)
    await tapped(office, "👤 导给谁？", 1003)
    await tapped(office, "小周", 1003)
    await tapped(office, "✅ 导入 2 位", 1003)

    golden("import_of_a_manager", office.phone(1003).transcript())
    assert {"陈总", "孙姐"} <= set(customers(office, 1002))
    assert not {"陈总", "孙姐"} & set(customers(office, 1003))
    assert "陈主管 给你导入了客户" in office.phone(1002).last.html


async def test_a_manager_cannot_give_them_to_somebody_of_another_team(office: Office) -> None:
    def stranger(session: object) -> int:
        from sqlmodel import Session

        from store import people

        assert isinstance(session, Session)
        team = people.team_named(session, "城北组").id
        who = {"tz": "Asia/Shanghai", "push_at": "08:30", "now": office.clock.now()}
        return people.join(session, telegram_id=77, name="别组的", role="rep", team_id=team, **who).id or 0

    other = office.db.write_now(stranger)
    await sent(office, "客户.csv", CSV.encode(), 1003)
    message, data = data_of(office, "o:who:*", 1003)
    await taps(office, (message, f"o:for:{data.split(':')[2]}:{other}"), telegram_id=1003)
    await taps(office, (message, f"o:go:{data.split(':')[2]}:all"), telegram_id=1003)

    assert customers(office, 77) == {}
    assert "导给谁" in office.phone(1003).last.html


@pytest.mark.parametrize("verb", ["go:{}:all", "set:{}:0:notes", "for:{}:1", "show:{}", "drop:{}", "do:{}:all:over"])
async def test_nobody_can_touch_the_list_of_somebody_else(office: Office, verb: str) -> None:
    await sent(office, "客户.csv", CSV.encode())
    message, data = data_of(office, "o:go:*:all")
    phone = office.phone(1002)
    await phone.say("/help")
    await phone.settled()
    await taps(office, (phone.last.id, f"o:{verb.format(data.split(':')[2])}"), telegram_id=1002)
    row = office.db.read_now(lambda session: session.exec(select(ImportFile)).one())

    assert message
    assert "已经导过，或者取消了" in phone.toasts[-1]
    assert (row.state, row.owner_id) == ("open", person(office).id)


@pytest.mark.parametrize(
    "data",
    [
        "o:",
        "o:go",
        "o:go:x:all",
        "o:go:99:all",
        "o:set:{}:99:name",
        "o:set:{}:0:nothing",
        "o:do:{}:all:burn",
        "o:col:{}:99:0",
        "o:x:{}",
    ],
)
async def test_a_made_up_button_does_nothing(office: Office, data: str) -> None:
    await sent(office, "客户.csv", CSV.encode())
    message, real = data_of(office, "o:go:*:all")
    before = len(customers(office))
    await taps(office, (message, data.format(real.split(":")[2])))

    assert office.phone().toasts
    assert len(customers(office)) == before


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("客户.xlsx", b"PK", "坏了"),
        ("客户.xls", b"\xd0\xcf\x11\xe0" + bytes(99), "老格式"),
        ("客户.csv", b"", "空的"),
        ("名单.csv", "王总,1\n李总,2\n".encode(), "没找到表头"),
        ("合同.pdf", b"%PDF", "这种文件我看不懂"),
        ("客户.csv", b"a" * (10 * 1024 * 1024 + 1), "文件太大了"),
    ],
)
async def test_a_file_that_cannot_be_used_says_why(office: Office, name: str, data: bytes, said: str) -> None:
    before = len(customers(office))

    assert said in await sent(office, name, data)
    assert len(customers(office)) == before


async def test_a_file_without_the_column_of_names_waits_for_it(office: Office) -> None:
    asked = await sent(office, "客户.csv", "叫什么,电话\n陈总,13900000001\n".encode())
    await tapped(office, "🔁 改列")
    await tapped(office, "叫什么")
    await tapped(office, "称呼")
    await tapped(office, "✅ 导入 1 位")

    assert "没看出哪一列是客户的称呼" in asked
    assert "陈总" in customers(office)


async def test_the_template_filled_in_is_taken(office: Office) -> None:
    phone = office.phone()
    await phone.say("/import")
    await phone.settled(timeout=LONG)
    book = load_workbook(io.BytesIO(document(office)))
    book["客户"].append(["赵六", "天成", "13700000006"])
    out = io.BytesIO()
    book.save(out)
    shown = await sent(office, "客户表模板.xlsx", out.getvalue())
    await tapped(office, "✅ 导入 1 位")

    assert "合计和样子的行跳过了，2 行" in shown
    assert customers(office)["赵六"].company == "天成"
    assert "例：王建国" not in customers(office)


async def test_an_export_is_sent_as_a_file_and_can_be_sent_back(office: Office) -> None:
    phone = office.phone()
    await phone.say("/export")
    await phone.settled(timeout=LONG)
    shown = await sent(office, "客户.xlsx", document(office))
    await tapped(office, "✅ 导入")
    result = await tapped(office, "跳过这些行")

    assert "6 位客户" in shown
    assert "看不懂" not in shown
    assert "跳过的 6 位" in result


async def test_strangers_get_no_list_no_export_and_nothing_is_fetched_for_them(office: Office) -> None:
    phone = office.phone(1009)
    for act in (phone.say("/import"), phone.say("/export"), phone.send_document("客户.csv", CSV.encode())):
        await act
        await phone.settled(timeout=LONG)

    assert all("只给受邀的" in message.text for message in phone.messages if message.from_bot)
    assert not any(call.method in {"getFile", "sendDocument"} for call in office.sandbox.calls)


async def test_how_far_it_is_is_said_in_the_message_that_waits_and_not_too_often(office: Office) -> None:
    await office.said("/help")
    phone, bot = office.phone(), office.service.app.bot
    await how_far(bot, 1001, phone.last.id, words.taking, every=0)(1000, 3000)
    said = phone.last.html
    await how_far(bot, 1001, phone.last.id, words.taking)(2000, 3000)
    unsaid = phone.last.html
    await how_far(bot, 1001, 10**6, words.taking, every=0)(2000, 3000)  # there is no such message

    assert "正在导入… 1000 / 3000 行" in said
    assert unsaid == said


async def test_a_list_is_taken_in_on_either_database(either_office: Office) -> None:
    await sent(either_office, "客户.csv", CSV.encode())
    await tapped(either_office, "✅ 导入 2 位")

    assert {"陈总", "孙姐"} <= set(customers(either_office))


# --- the other process ------------------------------------------------------------------------------------------------


def double(tell: object, number: int) -> int:
    assert callable(tell)
    tell(1, 2)
    return 2 * number


def refuse(tell: object) -> None:
    from knowledge.table import Unreadable

    raise Unreadable("看不懂")


def die(tell: object) -> None:
    os._exit(3)


def gorge(tell: object) -> int:
    return len(bytes(3 << 30))


def fail(tell: object) -> None:
    raise ValueError("something unforeseen")


def environment(tell: object) -> list[str]:
    sys.stdout.write("a job may print\n")
    return [name for name in os.environ if name.startswith("ZHIKE_")]


async def test_a_job_gives_back_what_it_returns_and_tells_how_far_it_is() -> None:
    heard: list[tuple[int, int]] = []

    async def told(done: int, total: int) -> None:
        heard.append((done, total))

    assert await Aside().run(told, double, 21) == 42
    assert heard == [(1, 2)]


async def test_a_job_that_refuses_says_why() -> None:
    with pytest.raises(Refused, match="看不懂"):
        await Aside().run(None, refuse)


async def test_a_job_whose_process_dies_is_too_much() -> None:
    with pytest.raises(TooMuch):
        await Aside().run(None, die)


async def test_a_job_that_eats_memory_is_refused() -> None:
    with pytest.raises(Refused, match="太大或者太复杂"):
        await Aside().run(None, gorge)


async def test_a_job_that_fails_is_our_own_fault() -> None:
    with pytest.raises(RuntimeError, match="something unforeseen"):
        await Aside().run(None, fail)


async def test_a_job_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIKE_TELEGRAM__TOKEN", "700000001:secret")

    assert await Aside().run(None, environment) == []
