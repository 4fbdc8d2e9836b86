"""A customer's data: who looked is noted and told, all of it comes as a file, all of it is erased."""

import io

import openpyxl
from sqlmodel import Session, SQLModel, delete, select

from store import prospects
from store.tables import Access
from tests.conftest import Office
from tests.handlers.conftest import customers, golden, labels, person, press

WRITTEN = ("王建国", "13800010001", "华鑫建材", "贾工程师", "运货晚了")


def everything(office: Office) -> str:
    """All that the database has, as text."""
    with Session(office.db.engine) as session:
        return "\n".join(
            str(row) for table in SQLModel.metadata.tables.values() for row in session.execute(select(table))
        )


async def lived(office: Office) -> int:
    """Everything that can be written of a customer, in whatever table; the customer's id."""
    row = customers(office)["王建国"]
    await office.said("/new 王建国")
    await office.said("进门先看了一圈，问三句才回一句")
    await office.said("/cancel")
    await office.said("/visit 王建国 投诉运货晚了，要赔钱")
    await press(office, "k:*")
    await office.said("王建国 生日农历八月十五")
    await office.said("每月15号提醒我问王建国对账")
    await office.said("王建国")
    await press(office, "h:map:*")
    await press(office, "h:add:*")
    await office.said("贾工程师，采购负责人，影响大")
    await office.said("/list 王建国")
    await press(office, "y:keep:*")
    await press(office, "y:remind:*")
    await press(office, "y:every:*:w1")
    await office.said("/check 王建国 您看周四方便吗")
    await office.said("/prep 王建国")
    await office.said("/today")
    await office.said("/transfer 王建国 小周")
    await press(office, "u:do:*")
    await office.said("王建国", 1002)
    return row.id or 0


async def test_a_look_from_the_board_is_noted_once_a_day(office: Office) -> None:
    row = customers(office)["刘芳"]
    await office.said("/rep 小李", 1003)
    await press(office, f"t:see:{row.id}", 1003)
    await press(office, f"t:see:{row.id}", 1003)

    with Session(office.db.engine) as session:
        noted = [(one.prospect_id, one.what) for one in session.exec(select(Access)).all()]
    assert noted == [(row.id, "opened")]


async def test_one_card_from_the_board_and_from_a_list_and_either_look_is_noted(office: Office) -> None:
    row = customers(office)["刘芳"]
    await office.said("/rep 小李", 1003)
    board = await press(office, f"t:see:{row.id}", 1003)
    buttons = labels(office, 1003)
    with Session(office.db.engine) as session:
        first = [one.what for one in session.exec(select(Access)).all()]
        session.execute(delete(Access))
        session.commit()
    await office.said("/list 刘芳", 1003)
    list_ = await press(office, f"y:see:{row.id}", 1003)

    assert board == list_
    assert buttons == labels(office, 1003)
    assert [label.split()[0] for label in buttons] == ["👋", "📖", "🔁", "📄", "👀", "🗑", "⬅️"]
    with Session(office.db.engine) as session:
        assert [one.what for one in session.exec(select(Access)).all()] == first == ["opened"]


async def test_a_rep_sees_in_the_settings_who_looked_at_which_customer(office: Office) -> None:
    row = customers(office)["刘芳"]
    await office.said("/rep 小李", 1003)
    await press(office, f"t:see:{row.id}", 1003)
    theirs = await press(office, f"j:seen:{row.id}", 1003)
    await press(office, f"t:see:{row.id}", 1003)
    await office.said("/settings")
    mine = await press(office, "j:seen:0")
    await office.said("/settings", 1002)
    colleague = await press(office, "j:seen:0", 1002)

    assert "陈主管　看了客户卡：刘芳" in mine
    assert "能看的人：陈主管（主管，城东一组）" in mine
    assert "陈主管　看了客户卡" in theirs
    assert "刘芳" not in colleague
    assert "谁看过</b>：还没有人" in colleague


async def test_nothing_of_an_erased_customer_is_left_in_any_table(office: Office) -> None:
    id = await lived(office)
    before = everything(office)
    await office.said("/list 小周", 1003)
    await press(office, f"y:see:{id}", 1003)
    await press(office, f"j:erase:{id}", 1003)
    await press(office, f"j:erased:{id}", 1003)
    after = everything(office)

    assert [text for text in WRITTEN if text not in before] == []
    assert [text for text in WRITTEN if text in after] == []
    assert "彻底删除" in office.phone(1002).last.text
    golden("erased", office.phone(1003).transcript())


async def test_an_owner_erases_and_nothing_is_left_either(office: Office) -> None:
    id = await lived(office)
    await office.said("王建国", 1002)
    await press(office, f"p:edit:{id}", 1002)
    await press(office, f"p:erase:{id}", 1002)
    await press(office, f"p:erased:{id}", 1002)

    assert [text for text in WRITTEN if text in everything(office)] == []


async def test_erasing_on_the_server_does_the_same(office: Office) -> None:
    id = await lived(office)

    assert office.db.write_now(prospects.erase, id)
    assert not office.db.write_now(prospects.erase, id)
    assert [text for text in WRITTEN if text in everything(office)] == []


async def test_the_owner_sees_who_looked_and_who_took_the_file(office: Office) -> None:
    row = customers(office)["王建国"]
    await office.said("/list 小李 A级", 1003)
    await press(office, f"y:see:{row.id}", 1003)
    await press(office, f"j:file:{row.id}", 1003)
    await office.said("王建国")
    await press(office, "p:edit:*")
    told = await press(office, "j:seen:*")

    assert "陈主管　看了客户卡" in told
    assert "陈主管　导出了资料" in told


async def test_one_customer_as_a_file_has_that_customer_alone(office: Office) -> None:
    await office.said("王建国")
    await press(office, "p:edit:*")
    await press(office, "j:file:*")
    phone = office.phone()
    file = next(message for message in reversed(phone.messages) if message.media)
    stored = office.sandbox.world.files.by_id((file.media or {})["object"]["file_id"])
    assert stored is not None
    book = openpyxl.load_workbook(io.BytesIO(stored.data), read_only=True)
    told = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    others = [name for name in customers(office) if name != "王建国"]

    assert "看了样窗" in told
    assert "送检测报告" in told
    assert [name for name in others if name in told] == []
    with Session(office.db.engine) as session:
        assert session.exec(select(Access)).all() == []


async def test_a_reps_customers_are_no_business_of_a_colleague(office: Office) -> None:
    row = customers(office)["王建国"]
    await office.said("/today", 1002)
    phone = office.phone(1002)
    count = len(phone.messages)
    for verb in ("seen", "file", "erase", "erased"):
        await phone.tap_data(phone.last.id, f"j:{verb}:{row.id}")
    await phone.settled()

    assert len(phone.messages) == count
    assert "王建国" in customers(office)
    assert person(office).active
