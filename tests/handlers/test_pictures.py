"""Pictures in a chat: with their words, in the place of a message, and the words alone where there is no picture."""

import json
import re
from typing import Any

import pytest
from markupsafe import Markup

from cards.card import CAPTION_LIMIT, Card, Picture, pack, units, unpack
from cards.charts import Bars, Chart, Look, Pareto, Plane, Square
from cards.facets import QUARTERS
from handlers.saving import key
from handlers.show import DRAWING
from store import facts, prospects
from store.tables import Prospect
from tests.conftest import Office
from tests.handlers.conftest import data_of, delivered, person, press, raw_update, taps
from tests.handlers.test_quizzes import high, ticked


class Blind:
    """Somebody who cannot draw, and remembers what was wanted."""

    def __init__(self) -> None:
        self.wanted: list[Chart] = []
        self.looks: list[Look] = []

    async def png(self, chart: Chart, look: Look) -> bytes | None:
        self.wanted.append(chart)
        self.looks.append(look)
        return None


def blinded(office: Office) -> Blind:
    """Nothing can be drawn from now on."""
    blind = Blind()
    office.service.app.bot_data[DRAWING] = blind
    return blind


def photos(office: Office, telegram_id: int = 1001) -> list[str]:
    """The captions of the bot's photos."""
    return [message.text for message in office.phone(telegram_id).messages if message.media and message.from_bot]


async def finished(office: Office) -> None:
    """王建国 has been tested, and the result is shown."""
    await office.said("/test 王建国")
    await press(office, "q:go:social_style:*")
    await ticked(office, high(office, assertive=7, responsive=4))


def with_customers(office: Office, many: int, name: str = "客户{:03}", **known: Any) -> None:
    """So many more customers of 小李, the first with the largest revenue."""

    def add(session: Any) -> None:
        owner = person(office).id or 0
        today = office.clock.now().date()
        for at in range(many):
            called = name.format(at)
            now = office.clock.now()
            row = Prospect(owner_id=owner, name=called, name_key=key(called), created_at=now, updated_at=now)
            prospects.add(session, row)
            for fact, value in {"revenue": 1e7 / (at + 1), **known}.items():
                facts.keep(session, row.id or 0, fact, value, today)

    office.db.write_now(add)


@pytest.mark.parametrize("command", ["/abc", "/map"])
async def test_a_picture_comes_as_a_photo_whose_caption_says_what_it_shows(office: Office, command: str) -> None:
    await office.said(command)
    message = office.phone().last

    assert message.media is not None
    assert message.media["object"][0]["width"] == 960
    assert message.html.startswith("<i>图：")
    assert "刘芳" in message.text


async def test_a_result_takes_the_place_of_the_last_item(office: Office) -> None:
    await finished(office)
    message = office.phone().last

    assert message.media
    assert message.edited
    assert len([one for one in office.phone().messages if one.from_bot]) == 1  # the menu, the items, the result


async def test_without_a_picture_the_words_go_alone_with_their_signs(office: Office) -> None:
    blind = blinded(office)
    ranking = await office.said("/abc")
    quarters = await office.said("/map")
    await finished(office)
    result = office.phone().last

    assert photos(office) == []
    assert "▓" in ranking
    assert quarters.startswith("🧭 <b>忠诚 × 购买力</b>")
    assert "X" in result.text
    assert "图：" not in ranking + quarters + result.text
    assert result.edited
    assert [type(chart) for chart in blind.wanted] == [Pareto, Square, Plane]


async def test_a_photo_that_telegram_refuses_becomes_words(office: Office) -> None:
    office.sandbox.fail_next("sendPhoto", status=400)
    card = await office.said("/abc")

    assert photos(office) == []
    assert "▓" in card


async def test_a_message_that_cannot_become_a_photo_is_followed_by_one(office: Office) -> None:
    office.sandbox.fail_next("editMessageMedia", status=400)
    await finished(office)

    assert len(photos(office)) == 1
    assert not office.phone().last.edited


async def test_a_photo_that_telegram_puts_off_is_sent_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # as `load_config` does
    office.sandbox.fail_next("sendPhoto", retry_after=1)
    await office.phone().say("/abc")
    await office.phone().settled(quiet=1.5)

    assert len(photos(office)) == 1


async def test_words_that_are_too_long_for_a_caption_follow_as_a_message(office: Office) -> None:
    with_customers(office, 60, name="恒昌隆建材有限责任公司第{:03}分店")
    await office.said("/abc")
    photo, words = office.phone().messages[-2:]

    assert photo.media
    assert photo.text.startswith("图：64 位客户按一年成交额从大到小，")
    assert "\n" not in photo.text
    assert units(words.text) > CAPTION_LIMIT
    assert "▓" in words.text
    assert "后面还有 34 位。" in words.text


async def test_a_map_of_very_many_customers_still_fits_a_caption(office: Office) -> None:
    with_customers(office, 200, name="恒昌隆建材第{:03}分店", repeat_share=9, stays=True, potential="big")
    await office.said("/map")

    assert "知己 201 位" in photos(office)[0]
    assert office.phone().last.media
    assert office.phone().last.buttons


async def test_a_name_is_escaped_once_below_a_picture(office: Office) -> None:
    with_customers(office, 1, name="<b>王&{:d}</b>")
    await office.said("/abc")

    assert "<b>王&0</b>" in office.phone().last.text
    assert Markup("<b>王&0</b>") not in office.phone().last.html


async def test_a_button_below_a_photo_answers_with_a_new_message_and_the_photo_stays(office: Office) -> None:
    await office.said("/map")
    photo = office.phone().last
    await press(office, "p:page:0")

    assert office.phone().last.id > photo.id
    assert photos(office) == [photo.text]


async def test_blanks_are_filled_from_a_photo_in_a_new_message(office: Office) -> None:
    await office.said("/test")
    await press(office, "q:go:service_style:0")
    await ticked(office, {"s12": None})
    await press(office, "q:*:fill")
    asked = office.phone().last
    await ticked(office, {"s12": "5"})

    assert re.search(r"第 12/12 题", asked.text)
    assert office.phone().last.id == asked.id
    assert len(photos(office)) == 2


async def test_an_update_that_comes_again_gets_the_same_picture_again(office: Office) -> None:
    await office.phone().say("/abc")
    raw = raw_update(office)
    await office.phone().settled()
    await delivered(office, raw)

    first, second = photos(office)
    assert first == second


async def test_a_second_tap_on_the_last_answer_shows_the_result_once(office: Office) -> None:
    await office.said("/test 王建国")
    await press(office, "q:go:social_style:*")
    answers = high(office, assertive=7, responsive=4)
    await ticked(office, answers, most=17)
    last = data_of(office, "q:*:a:*")
    await taps(office, last, last)

    assert len(photos(office)) == 1


async def test_every_picture_has_the_look_that_its_reader_has_chosen(office: Office) -> None:
    blind = blinded(office)
    await office.said("赵大海 成交次数 还没买过，要过条件 要过")
    await office.said("/settings")
    await press(office, "s:page:look")
    await press(office, "s:look:dark")
    await finished(office)
    for text in ("/abc", "/map"):
        await office.said(text)
        await office.said(text, 1002)
    await office.said("/settings 图片深色", 1003)
    for text in ("/team", "/rep 小李", "/funnel", "/types"):
        await office.said(text, 1003)
    for page in (":map", "", ":abc"):
        await press(office, f"t:types{page}", 1003)
    dark = blind.looks[:]
    await office.said("/settings 图片浅色", 1003)
    await office.said("/team", 1003)

    kinds = [type(one).__name__ for one in blind.wanted]
    assert list(zip(kinds, dark, strict=False)) == [
        ("Plane", "dark"), ("Pareto", "dark"), ("Pareto", "light"), ("Square", "dark"), ("Square", "light"),
        ("Board", "dark"), ("Week", "dark"), ("Funnel", "dark"), ("Bars", "dark"), ("Square", "dark"),
        ("Bars", "dark"),
        ("Pareto", "dark"),
    ]  # fmt: skip
    assert blind.looks[-1] == "light"


async def test_a_picture_that_was_decided_before_there_were_looks_is_still_shown(office: Office) -> None:
    old = json.loads(pack([Picture(Bars("一", ()), "图", Card(Markup("一")), Card(Markup("一")), look="dark")]))
    old[0].pop()

    assert unpack(json.dumps(old)) == [Picture(Bars("一", ()), "图", Card(Markup("一")), Card(Markup("一")))]


async def test_nobody_elses_customers_are_in_a_picture(office: Office) -> None:
    blind = blinded(office)
    await office.said("/abc", 1002)
    await office.said("/map", 1002)

    assert "吴涛" in repr(blind.wanted)
    assert "王建国" not in repr(blind.wanted)


async def test_the_more_loyal_come_first_in_a_quarter(office: Office) -> None:
    with_customers(office, 1, name="回回来", repeat_share=10, stays=True, potential="big")
    with_customers(office, 1, name="常来", repeat_share=6, stays=True, potential="big")
    blind = blinded(office)
    await office.said("/map")

    (chart,) = blind.wanted
    assert isinstance(chart, Square)
    assert chart.cells[1].members == ("回回来", "王建国", "常来")


async def test_the_limits_in_the_picture_are_those_of_the_rules(office: Office) -> None:
    blind = blinded(office)
    await office.said("/abc")

    (chart,) = blind.wanted
    assert isinstance(chart, Pareto)
    assert chart.cuts == (0.8, 0.95)


async def test_where_nothing_was_sold_there_is_nothing_to_draw(office: Office) -> None:
    def unsold(session: Any) -> None:
        for id in prospects.names(session, person(office).id or 0):
            facts.keep(session, id, "revenue", 0, office.clock.now().date())

    office.db.write_now(unsold)
    blind = blinded(office)
    card = await office.said("/abc")

    assert blind.wanted == []
    assert "0 万" in card


async def test_the_animals_are_bars_and_those_that_lead_stand_out(office: Office) -> None:
    blind = blinded(office)
    await office.said("/test")
    await press(office, "q:go:animal:0")
    await ticked(office, {"tiger": "5", "owl": "5", "koala": "1"})

    (chart,) = blind.wanted
    assert isinstance(chart, Bars)
    assert {bar.label for bar in chart.bars if bar.strong} == {"老虎", "猫头鹰"}
    assert {bar.most for bar in chart.bars} == {30}


def test_the_quarters_of_the_picture_are_the_types_of_the_system(systems: Any) -> None:
    assert set(QUARTERS) == set(systems.catalogue("loyalty_power").types)
