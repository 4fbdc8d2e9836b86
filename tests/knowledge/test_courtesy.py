import pytest

from knowledge.belief import believe
from knowledge.courtesy import is_courtesy
from knowledge.systems import Systems
from knowledge.text import comparable


@pytest.mark.parametrize(
    "text",
    ["谢谢", "辛苦啦！", "麻煩你了", "好的，谢谢", "您好，在吗", "嗯嗯", "哈哈哈", "祝大家新年快乐", "晚上好呀～"],
)
def test_courtesies_say_nothing_of_a_customer(text: str, systems: Systems) -> None:
    belief = believe(systems["behavior"].model, [text], types=systems["behavior"].order)

    assert is_courtesy(comparable(text))
    assert not belief.enough
    assert list(belief.shown(9)) == []


@pytest.mark.parametrize("text", ["他总说谢谢", "谢谢说了八遍就是不签", "好的好的，然后没下文", "客气", "嗯了一声", ""])
def test_what_says_more_than_that_is_none(text: str) -> None:
    assert not is_courtesy(comparable(text))


def test_a_courtesy_beside_a_description_takes_nothing_away(systems: Systems) -> None:
    told = "一进门就问最低多少钱，抹了零头还要送"
    alone = believe(systems["behavior"].model, [told], types=systems["behavior"].order)
    beside = believe(systems["behavior"].model, [told, "谢谢啦"], types=systems["behavior"].order)

    assert beside.p == pytest.approx(alone.p)
    assert all(piece.term in told for piece in beside.shown(9))
