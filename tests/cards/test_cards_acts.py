import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from cards.card import (
    Act,
    Article,
    Button,
    Card,
    Change,
    Lines,
    Menu,
    Offer,
    Picture,
    Say,
    Tell,
    Tick,
    Toast,
    fitted,
    grid,
    latest,
    pack,
    percent,
    short,
    units,
    unpack,
    visible,
)
from cards.charts import Bar, Bars, Cell, Pareto, Plane, Scale, Square, Step, unpacked

words = st.text(max_size=40)
buttons = st.builds(Button, words, words, words)
cards = st.builds(Card, words.map(Markup), st.lists(st.lists(buttons, max_size=3).map(tuple), max_size=3).map(tuple))
articles = st.builds(Article, words, words, words, words.map(Markup))
shares = st.floats(0, 1, allow_nan=False)
steps = st.builds(Step, words, shares, shares, words, st.integers(0, 2))
cells = st.builds(Cell, words, st.integers(0, 999), st.lists(words, max_size=3).map(tuple))
scales = st.builds(Scale, words, *[st.integers(-30, 30)] * 4)
charts = st.one_of(
    st.builds(
        Pareto,
        words,
        st.lists(words, max_size=3).map(tuple),
        st.lists(steps, max_size=3).map(tuple),
        st.lists(shares).map(tuple),
    ),
    st.builds(Square, words, words, words, st.tuples(cells, cells, cells, cells)),
    st.builds(Plane, words, scales, scales, st.tuples(words, words, words, words), words),
    st.builds(Bars, words, st.lists(st.builds(Bar, words, st.integers(), st.integers(), st.booleans())).map(tuple)),
)
acts = st.one_of(
    st.builds(Say, cards),
    st.builds(Change, cards),
    st.builds(Picture, charts, words, cards, cards, st.booleans(), st.sampled_from(["light", "dark"])),
    st.builds(Toast, words, st.booleans()),
    st.builds(Tick, words),
    st.builds(Tell, st.integers(1, 10**15), cards),
    st.builds(Menu, st.sampled_from(["rep", "manager", "admin"])),
    st.builds(Offer, st.lists(articles, max_size=3).map(tuple), words),
)


@given(st.lists(acts, max_size=5))
def test_acts_survive_a_round_trip(told: list[Act]) -> None:
    assert unpack(pack(told)) == told


@given(st.lists(acts, max_size=3))
def test_packed_acts_are_json_of_one_line(told: list[Act]) -> None:
    packed = pack(told)

    assert "\n" not in packed
    assert len(json.loads(packed)) == len(told)


@given(words)
def test_a_text_stays_escaped_once_after_a_round_trip(text: str) -> None:
    card = Card(Lines().add("<b>{}</b>", text).text())
    (back,) = unpack(pack([Say(card)]))

    assert isinstance(back, Say)
    assert isinstance(back.card.text, Markup)
    assert Markup("{}").format(back.card.text) == card.text


def test_an_act_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="shout"):
        unpack('[["shout","hello"]]')


def test_a_chart_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="pie"):
        unpacked(["pie", "一块"])


@given(words)
def test_what_is_seen_of_a_text_is_what_was_typed(text: str) -> None:
    assert visible(Lines().add("<b>{}</b>", text).text()) == text


@pytest.mark.parametrize(("signs", "fits"), [(1024, True), (1025, False)])
def test_a_caption_fits_up_to_1024_utf16_units_without_its_tags(signs: int, fits: bool) -> None:
    caption = Card(Lines().add("<b>{}</b>", "&" * signs).text())

    assert Picture(Bars("", ()), "", caption, caption).fits is fits


@given(st.lists(buttons, max_size=20), st.integers(1, 6))
def test_a_grid_loses_no_button(row: list[Button], width: int) -> None:
    rows = grid(row, width)

    assert [button for line in rows for button in line] == row
    assert all(1 <= len(line) <= width for line in rows)


@given(st.lists(buttons, max_size=20))
def test_fitted_buttons_keep_their_order_and_share_rows_only_where_they_fit(row: list[Button]) -> None:
    rows = fitted(row)

    assert [button for line in rows for button in line] == row
    for line in rows:
        assert len(line) == 1 or len(line[0].label) + len(line[1].label) <= 16


@pytest.mark.parametrize(
    ("p", "said"), [(0.0, "1%"), (0.004, "1%"), (0.5, "50%"), (0.626, "63%"), (0.999, "99%"), (1.0, "99%")]
)
def test_nothing_is_said_to_be_certain(p: float, said: str) -> None:
    assert percent(p) == said


@given(words)
def test_a_value_is_escaped_and_a_template_is_not(text: str) -> None:
    line = Lines().add("<b>{}</b>", text).text()

    assert line == Markup("<b>") + text + Markup("</b>")
    assert line.unescape() == f"<b>{text}</b>"


def test_a_value_with_braces_is_no_template() -> None:
    assert str(Lines().items(["{0.__class__}", "{"]).text()) == "· {0.__class__}\n· {"


@given(words, st.integers(1, 30))
def test_a_shortened_text_fits_and_is_the_beginning(text: str, room: int) -> None:
    cut = short(text, room)

    assert units(cut) <= room
    assert cut == text or text.startswith(cut[:-1])
    assert (cut == text) == (units(text) <= room) or text.endswith("…")


@given(words, st.integers(2, 30))
def test_the_latest_of_a_text_fits_and_is_its_end(text: str, room: int) -> None:
    cut = latest(text, room)

    assert units(cut) <= room
    assert cut == text or text.endswith(cut[1:])


def test_an_emoji_is_never_cut_in_half() -> None:
    assert short("😀😀😀", 4) == "😀…"
    assert latest("😀😀😀", 4) == "…😀"
    assert units("😀a价") == 4
