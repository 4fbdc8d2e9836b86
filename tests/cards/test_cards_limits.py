"""Every card inside Telegram's limits, whatever was typed, and what was typed escaped exactly once."""

import re
from html.parser import HTMLParser

import pytest

from cards.card import DATA_LIMIT, TEXT_LIMIT, Card
from cards.interview import REFUSALS, refused
from knowledge.interview import Reason
from tests.cards.gallery import gallery

LONG_NAME = "欧阳" * 30
LONG_NOTE = "聊了报价和交期，他要跟老板商量，下周三再看样品；" * 200
EMOJI = "👨‍👩‍👧🔥" * 700
ODD = '<b>王总</b> & "引" *星* _线_ [链](http://x.y) `码` \u202e反\u202c 👨‍👩‍👧 {name} &lt;i&gt; '
ODD_NAME = "<i>欧阳</i>&amp;*_`[{0}]\u202e\"'😀"
TAGS = {"b", "i", "u", "code", "blockquote", "pre"}


class Visible(HTMLParser):
    """The visible text of a card, as Telegram reads it: its entities resolved, its tags checked."""

    def __init__(self, card: Card) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.feed(str(card.text))
        self.close()
        assert self.open == [], "tags are closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"no such tag is ours: {tag}"
        assert attrs in ([], [("expandable", None)])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.parts)


def units(text: str) -> int:
    """UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


LONGEST = {
    "short": gallery("王总", "聊了报价"),
    "long": gallery(LONG_NAME, LONG_NOTE),
    "emoji": gallery("👨‍👩‍👧" * 12, EMOJI),
    "odd": gallery(ODD_NAME, ODD * 60),
}
CASES = [(how, name) for how, cards in LONGEST.items() for name, _ in cards]
BY_NAME = {(how, name): card for how, cards in LONGEST.items() for name, card in cards}


@pytest.mark.parametrize("how", LONGEST)
def test_every_text_fits_one_message(how: str) -> None:
    over = {name: size for name, card in LONGEST[how] if (size := units(Visible(card).text)) > TEXT_LIMIT}

    assert over == {}


@pytest.mark.parametrize("how", LONGEST)
def test_every_text_says_something(how: str) -> None:
    assert all(Visible(card).text.strip() for _, card in LONGEST[how])


@pytest.mark.parametrize("how", LONGEST)
def test_all_callback_data_fits(how: str) -> None:
    sizes = {
        button.data: len(button.data.encode()) for _, card in LONGEST[how] for row in card.buttons for button in row
    }

    assert {data: size for data, size in sizes.items() if not 1 <= size <= DATA_LIMIT} == {}


@pytest.mark.parametrize("how", LONGEST)
def test_no_message_has_more_than_a_hundred_buttons_or_eight_in_a_row(how: str) -> None:
    for name, card in LONGEST[how]:
        assert sum(map(len, card.buttons)) <= 100, name
        assert all(1 <= len(row) <= 8 for row in card.buttons), name


@pytest.mark.parametrize("how", LONGEST)
def test_every_button_has_a_short_label_of_plain_text(how: str) -> None:
    for name, card in LONGEST[how]:
        for row in card.buttons:
            assert all(0 < len(button.label.strip()) <= 64 for button in row), name


def test_what_was_typed_is_escaped_exactly_once() -> None:
    shown = {name: text for name, card in LONGEST["odd"] if ODD_NAME[:8] in (text := Visible(card).text)}

    assert len(shown) > 40
    for name, text in shown.items():
        assert "&lt;i&gt;欧阳" not in text, f"escaped twice: {name}"
        assert "&amp;amp;" not in text, name


def test_no_typed_tag_or_entity_reaches_telegram_as_markup() -> None:
    for name, card in LONGEST["odd"]:
        raw = re.sub(r"</?(?:b|i|u|code|blockquote|pre)(?: expandable)?>", "", str(card.text))
        assert "<" not in raw, name
        assert ">" not in raw, name
        assert not re.search(r"&(?!amp;|lt;|gt;|#34;|#39;)", raw), name


def test_no_tag_of_our_own_is_shown_as_text() -> None:
    for how in ("short", "long", "emoji"):
        for name, card in LONGEST[how]:
            assert not re.search("[<>]", Visible(card).text), name


def test_a_typed_entity_is_shown_as_it_was_typed() -> None:
    assert "&amp;*_`[{0}]" in Visible(BY_NAME["odd", "archived"]).text


def test_the_same_customer_reads_the_same_on_every_card() -> None:
    for name in ("later", "more", "given", "ask visit", "ask erase", "grade", "archived", "customer paused"):
        assert ODD_NAME in Visible(BY_NAME["odd", name]).text, name


def test_long_values_are_cut_with_an_ellipsis() -> None:
    text = Visible(BY_NAME["long", "customer"]).text

    assert text.count("…") >= 10


def test_the_five_most_pressing_customers_all_keep_their_place_in_a_full_morning() -> None:
    card = BY_NAME["long", "morning"]
    text = Visible(card).text

    assert [f"{number}. " in text for number in range(1, 6)] == [True] * 5
    assert [len(row) for row in card.buttons] == [3] * 5 + [1]
    assert "后面还有 20 位" in text
    assert "今天排不下，可以往后放的 15 位" in text


def test_every_refusal_has_its_sentence_and_fits_an_alert() -> None:
    assert set(REFUSALS) == set(Reason)
    assert all(0 < len(refused(reason)) <= 200 for reason in Reason)


def test_a_large_team_has_ten_people_on_a_page_and_says_of_how_many() -> None:
    text = Visible(BY_NAME["long", "team, words"]).text
    labels = [button.label for row in BY_NAME["long", "team, words"].buttons for button in row]

    assert "60 人" in text
    assert text.count("9999 位 · 9999/19998") == 10
    assert "⬅️ 上一页" in labels
    assert "下一页 ➡️" in labels


def test_a_new_customers_card_has_no_empty_lines_of_its_own() -> None:
    text = Visible(BY_NAME["short", "new customer"]).text

    assert "None" not in text
    assert "：\n" not in text


def test_the_place_on_the_plane_of_two_sums_is_marked_once_and_every_row_is_as_wide() -> None:
    for name, card in LONGEST["short"]:
        for plane in re.findall(r"<pre>(.*?)</pre>", str(card.text), re.DOTALL):
            _, top, *rows, bottom, axis = plane.split("\n")
            wide = {len(row) + len(re.findall("[一-鿿]", row)) for row in (top, *rows, bottom)}

            assert plane.count("X") == 1, name
            assert wide == {25}, name
            assert len(rows) == 7, name
            assert axis.endswith("→"), name


def test_the_longest_name_of_a_customer_does_not_push_the_item_off_the_card() -> None:
    text = Visible(BY_NAME["long", "item animal q01"]).text

    assert "交到手上的事，办得让人放心" in text
    assert len(text) < 300
