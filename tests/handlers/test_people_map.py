"""The people map: sentences, taps, what is missing."""

import pytest
from sqlmodel import Session, select

from store.tables import ContactRow
from tests.conftest import Office
from tests.handlers.conftest import customers, data_of, golden, labels, person, press, taps


def people(office: Office) -> dict[str, ContactRow]:
    """Everybody on any map, by name."""
    with Session(office.db.engine) as session:
        return {row.name: row for row in session.exec(select(ContactRow))}


async def told(office: Office, *sentences: str, name: str = "王建国") -> str:
    """People told of as a rep does; the bot's last message."""
    await office.said(name)
    await press(office, "h:map:*")
    await press(office, "h:add:*")
    return await office.said("\n".join(sentences))


async def test_a_map_of_people_grows(office: Office) -> None:
    await told(office, "李工 技术科 影响大 跟我们近 拍板")
    await press(office, "h:set:*:tie_them:near")
    await press(office, "h:map:*")
    await press(office, "h:add:*")
    await office.said(
        "采购科王科长，影响中，跟对手近，把门，我负责，铁头\n赵师傅 天天用 跟我们熟\n李工 不拍板 影响决定"
    )
    await press(office, "h:as:*:note")
    await press(office, "h:one:*")
    await press(office, "h:ask:*:owner")
    await office.said("小周")
    await press(office, "h:map:*")
    await office.said("王建国")

    golden("people_map", office.phone().transcript())


async def test_one_sentence_is_enough(office: Office) -> None:
    await told(office, "李工 技术科 影响大 跟我们近 跟对手远 拍板")

    row = people(office)["李工"]
    assert (row.title, row.influence, row.tie_us, row.tie_them, row.decides) == (
        "技术科",
        "large",
        "near",
        "far",
        "decides",
    )
    assert "大　近　远　拍板" in office.phone().last.text
    assert "👥 1 人，拍板：李工" in await office.said("王建国")


async def test_what_was_not_understood_is_asked_by_taps(office: Office) -> None:
    asked = await told(office, "李工 近 铁头")
    first = labels(office)
    await press(office, "h:as:*:them")
    second = labels(office)
    await press(office, "h:as:*:note")

    row = people(office)["李工"]
    assert "“近”没看懂" in asked
    assert first == ["跟我们", "跟对手", "不要了"]
    assert second == ["职务", "我方谁盯", "备注", "不要了"]
    assert (row.tie_us, row.tie_them, row.note, row.unread) == ("", "near", "铁头", "")


async def test_an_old_answer_about_what_was_not_understood_changes_nothing(office: Office) -> None:
    await told(office, "李工 铁头 短发")
    old = data_of(office, "h:as:*:note")
    await taps(office, old, old)

    row = people(office)["李工"]
    assert (row.note, row.unread) == ("铁头", "短发")


async def test_the_same_name_is_changed_and_not_doubled(office: Office) -> None:
    await told(office, "李工 影响大 拍板")
    answer = await told(office, "李工 影响中")

    assert len(people(office)) == 1
    assert (people(office)["李工"].influence, people(office)["李工"].decides) == ("middle", "decides")
    assert "已经在了" in answer


async def test_a_second_tap_takes_a_value_away(office: Office) -> None:
    await told(office, "李工 影响大")
    await press(office, "h:set:*:influence:large")

    assert people(office)["李工"].influence == ""


async def test_mine_means_my_name(office: Office) -> None:
    await told(office, "李工 我负责")

    assert people(office)["李工"].owner == "小李"


async def test_nobody_in_the_sentence_is_asked_about_again(office: Office) -> None:
    answer = await told(office, "脾气不好")
    waits = person(office).awaiting
    await office.said("李工 脾气不好")

    assert "没看出是谁" in answer
    assert waits.startswith("person:")
    assert people(office)["李工"].unread == "脾气不好"


async def test_somebody_without_a_name_is_kept_and_can_be_named(office: Office) -> None:
    await told(office, "影响大 拍板")
    await press(office, "h:ask:*:name")
    await office.said("张总")

    assert people(office)["张总"].decides == "decides"


async def test_a_person_can_be_deleted(office: Office) -> None:
    await told(office, "李工 影响大")
    await press(office, "h:drop:*")
    await press(office, "h:dropped:*")

    assert people(office) == {}
    assert "删掉了" in office.phone().last.text


async def test_a_map_has_room_for_forty(office: Office) -> None:
    for tens in range(4):
        await told(office, *(f"张{tens}{ones} 影响小" for ones in range(10)))
    await office.said("王建国")
    await press(office, "h:map:*")
    full = office.phone().last.text
    await press(office, "h:add:*")

    assert len(people(office)) == 40
    assert "还有 20 人没列出来" in full
    assert "最多记 40 个人" in office.phone().last.text


async def test_a_colleagues_people_do_not_exist(office: Office) -> None:
    await told(office, "李工 影响大")
    row = people(office)["李工"]
    await office.said("/help", 1002)
    message = office.phone(1002).last.id
    datas = [f"h:{verb}:{row.id}" for verb in ("one", "set", "as", "ask", "drop", "dropped")]
    datas += [f"h:{verb}:{row.prospect_id}" for verb in ("map", "add")]
    for data in datas:
        await taps(office, (message, data), telegram_id=1002)

    assert len(office.phone(1002).toasts) == len(datas)
    assert list(people(office)) == ["李工"]
    assert person(office, 1002).awaiting == ""


@pytest.mark.parametrize(
    "data", ["h:set:{}:influence:near", "h:set:{}:name:x", "h:as:{}:1:us", "h:ask:{}:id", "h:zzz:{}"]
)
async def test_made_up_buttons_change_nothing(office: Office, data: str) -> None:
    await told(office, "李工 铁头")
    before = people(office)["李工"].model_dump()
    await taps(office, (office.phone().last.id, data.format(before["id"])))

    assert people(office)["李工"].model_dump() == before


async def test_deleting_the_customer_deletes_the_people(either_office: Office) -> None:
    await told(either_office, "李工 影响大", name="钱总")
    await press(either_office, "h:map:*")
    await press(either_office, "p:open:*")
    await press(either_office, "p:edit:*")
    await press(either_office, "p:erase:*")
    await press(either_office, "p:erased:*")

    assert people(either_office) == {}
    assert "钱总" not in customers(either_office)


async def test_one_after_another_is_told_of_until_something_else_is(office: Office) -> None:
    await told(office, "李工 技术科 拍板")
    await office.said("赵师傅 天天用 跟我们熟")
    await office.said("车间主任")
    await office.said("张三")
    everybody = set(people(office))
    said = await office.said("他嫌贵，一直砍价，零头都要抹")
    later = await office.said("王建国 欠款5万")

    assert everybody == {"李工", "赵师傅", "", "张三"}
    assert people(office)[""].title == "车间主任"
    assert "杀价型" in said
    assert "欠款 5 万元" in later
    assert set(people(office)) == everybody
    assert person(office).awaiting == ""


async def test_nobody_else_ends_the_telling(office: Office) -> None:
    await told(office, "李工 技术科 拍板")
    said = await office.said("没了")

    assert "李工" in said
    assert person(office).awaiting == ""


async def test_a_customer_named_after_somebody_was_added_is_opened(office: Office) -> None:
    await told(office, "李工 技术科 拍板")
    said = await office.said("钱总")

    assert "钱氏置业" in said
    assert set(people(office)) == {"李工"}
