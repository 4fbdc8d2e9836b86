"""Lists of customers in plain words, as people use them."""

from tests.conftest import Office
from tests.handlers.conftest import customers, golden, labels, press


async def test_a_list_is_made_kept_named_reminded_of_and_dropped(office: Office):
    await office.said("/list")
    await office.said("/list A级 一周没联系")
    await press(office, "y:keep:*")
    await press(office, "y:name:*")
    await office.said("别晾着的")
    await press(office, "y:remind:*")
    await press(office, "y:every:*:w1")
    await office.said("/remind")
    office.clock.forward(days=7)
    await office.said("/today")
    await press(office, "y:show:*")
    await office.said("/list 毛利超过10万 白金 城东")
    await office.said("/list")
    await press(office, "y:home:6")
    await press(office, "y:home:12")
    await press(office, "y:home:0")
    await press(office, "y:try:unplanned")
    await press(office, "y:home")
    await office.tapped("🗂 别晾着的")
    await press(office, "y:see:*")
    await office.tapped("🗑 删掉")
    await press(office, "y:back:*")

    golden("lists", office.phone().transcript())


async def test_what_reminds_of_a_list_goes_by_its_new_name(office: Office):
    await office.said("/list A级")
    await press(office, "y:keep:*")
    await press(office, "y:remind:*")
    await press(office, "y:every:*:w1")
    await press(office, "y:name:*")
    named = await office.said("大客户")
    told = await office.said("/remind")

    assert named.startswith("✏️ 名字改好了。")
    assert "看名单：大客户（每周一）" in told


async def test_words_that_stand_in_no_record_are_said_to_be_the_reason_why_nobody_is_there(office: Office):
    told = await office.said("/list A级 手边儿")
    either = await office.said("/list 手边儿和脚边儿")
    found = await office.said("/list A级")

    assert "谁的资料里都没写着“手边儿”、“脚边儿”" in either
    assert "谁的资料里都没写着“手边儿”，所以一位也没有" in told
    assert "谁的资料里" not in found


async def test_a_manager_asks_for_the_customers_of_two(office: Office):
    both = await office.said("/list 小李和小周", 1003)

    assert "小李 的客户 或 小周 的客户" in both
    assert " 0 位" not in both


async def test_a_manager_shares_a_list_and_each_sees_the_own_customers(office: Office):
    await office.said("/list 有说好的事", 1003)
    told = office.phone(1003).last.text
    await press(office, "y:keep:*", 1003)
    await press(office, "y:share:*", 1003)
    await office.said("/list", 1002)
    await press(office, "y:open:*", 1002)

    theirs = {button for button in labels(office, 1002) if "·" in button}
    own = customers(office, 1002)
    assert "陈主管分享给团队的" in office.phone(1002).last.text
    assert all(any(name[:12] in label for name in own) for label in theirs)
    assert "王建国" not in office.phone(1002).transcript()
    assert "有说好的事" in told


async def test_who_opens_a_reps_customer_from_a_list_is_noted_and_may_not_change_it(office: Office):
    await office.said("/list 小李 A级", 1003)
    said = await press(office, "y:see:*", 1003)

    assert "小李" in said
    assert not [label for label in labels(office, 1003) if label.startswith(("✅", "📦", "✏️"))]


async def test_buttons_that_nobody_made_change_nothing(office: Office):
    await office.said("/list A级")
    phone = office.phone()
    before = phone.last.text
    for data in (
        "y:",
        "y:open:999",
        "y:open:-1",
        "y:try:99",
        "y:try:zzz",
        "y:try:",
        "y:every:1:zz",
        "y:see:9999999999999",
        "y:keep:x",
    ):
        await phone.tap_data(phone.last.id, data)
    await phone.settled()

    assert phone.last.text == before


async def test_a_list_of_birthdays_has_those_of_the_family_and_says_whose_they_are(office: Office):
    await office.said("钱总 女儿生日11月28号")
    await office.said("钱总 老婆生日11月2号")
    await office.said("刘芳 生日11月30号")
    await office.said("周敏 儿子生日12月3号")
    told = await office.said("/list 本月生日")

    assert "🎂 11月28日 周六　钱总的女儿生日" in told
    assert "🎂 11月30日 周一　刘芳 生日" in told
    assert "🎂 今年过了　钱总的老婆生日" in told
    assert "12月3日" not in told
    assert "2 位" in told
