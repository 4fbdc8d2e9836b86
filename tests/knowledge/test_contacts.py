"""Sentences about the people of an account, and what a map of them lacks."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.contacts import LENGTHS, SCALES, Contact, gaps, people_in, ranked, read, tells_of_people, tie_in

SENTENCES = [
    (
        "李工 技术科 影响大 跟我们近 拍板",
        {"name": "李工", "title": "技术科", "influence": "large", "tie_us": "near", "decides": "decides"},
    ),
    (
        "采购科王科长，影响中，跟对手近，把门，小林负责",
        {
            "title": "采购科",
            "name": "王科长",
            "influence": "middle",
            "tie_them": "near",
            "decides": "guards",
            "owner": "小林",
        },
    ),
    (
        "李工技术科影响大跟我们近拍板",
        {"name": "李工", "title": "技术科", "influence": "large", "tie_us": "near", "decides": "decides"},
    ),
    ("张伟影响大", {"name": "张伟", "influence": "large"}),
    ("副总经理 张伟 影响小", {"title": "副总经理", "name": "张伟", "influence": "small"}),
    ("王部长 技术部 使用", {"name": "王部长", "title": "技术部", "decides": "uses"}),
    ("技术部 王部长", {"title": "技术部", "name": "王部长"}),
    ("李科 采购 归我跟", {"name": "李科", "title": "采购", "owner": "我"}),
    ("刘姐 财务 我负责 和我们不熟", {"name": "刘姐", "title": "财务", "owner": "我", "tie_us": "far"}),
    ("孙科长说了算跟我们不熟", {"name": "孙科长", "decides": "decides", "tie_us": "far"}),
    (
        "赵师傅 车辆管理部门 影响中 天天用",
        {"name": "赵师傅", "title": "车辆管理部门", "influence": "middle", "decides": "uses"},
    ),
    ("王总 主管副总经理 影响大", {"name": "王总", "title": "主管副总经理", "influence": "large"}),
    ("小王，和咱们公司走得很近", {"name": "小王", "tie_us": "near"}),
    ("陈董 喜欢喝茶 备注一起打保龄球", {"name": "陈董", "note": "喜欢喝茶，一起打保龄球"}),
    ("采购小刘跟我们熟 跟对家也熟", {"title": "采购", "name": "小刘", "tie_us": "near", "tie_them": "near"}),
    ("设备科的老张，天天用机器", {"title": "设备科", "name": "老张", "decides": "uses"}),
    ("王主任，和另外一家走得近，影响不小", {"name": "王主任", "tie_them": "near", "influence": "large"}),
    ("赵总，董事长，跟我们没打过交道", {"name": "赵总", "title": "董事长", "tie_us": "far"}),
    ("小陈 技术把关 中等影响", {"name": "小陈", "decides": "influences", "influence": "middle"}),
    ("李工 不能拍板 但影响大", {"name": "李工", "decides": "", "influence": "large"}),
    ("李工 做不了主 影响决定", {"name": "李工", "decides": "influences"}),
]


@pytest.mark.parametrize(("sentence", "fields"), SENTENCES)
def test_a_sentence_is_read_piece_by_piece(sentence: str, fields: dict[str, str]) -> None:
    told = read(sentence)

    assert dict(told.fields) == fields
    assert told.unread == ()


@pytest.mark.parametrize(
    ("sentence", "unread"),
    [
        ("李工 近", ("近",)),
        ("李工 铁头 短发", ("铁头", "短发")),
        ("李工 影响大 影响小", ("影响小",)),
        ("他脾气不好", ("他脾气不好",)),
        ("拍板 近", ("近",)),
        ("影响大不参加", ("影响大不参加",)),
    ],
)
def test_what_is_not_understood_is_given_back(sentence: str, unread: tuple[str, ...]) -> None:
    assert read(sentence).unread == unread


def test_nobody_decides_because_the_sentence_says_the_opposite() -> None:
    assert "decides" not in {
        value for sentence in ("李工不拍板", "李工 不能拍板") for value in read(sentence).fields.values()
    }


def test_each_line_is_a_person() -> None:
    assert [told.name for told in people_in("李工 影响大\n\n 王总 拍板 \n")] == ["李工", "王总"]


def bare(text: str) -> str:
    """Without what stands between pieces, which a title of several pieces does not keep."""
    return re.sub(r"[\s，。]", "", text)


@example("不科。不科")
@given(st.text(alphabet="李王张工总科部影响大中小跟我们对手近远拍板不没使用把门负责，。 \n的他", max_size=40))
def test_anything_can_be_read_and_nothing_is_made_up(text: str) -> None:
    told = read(text)

    for field, value in told.fields.items():
        if field in SCALES:
            assert value in {"", *SCALES[field]}
        else:
            assert 0 < len(value) <= LENGTHS[field]
            assert bare(value) in bare(text)
    assert all(piece in text for piece in told.unread)


@given(
    name=st.sampled_from(["李工", "张伟", "王科长"]),
    pieces=st.permutations(["影响大", "跟我们近", "跟对手远", "拍板", "技术科"]),
    between=st.sampled_from([" ", "，", "、", "; "]),
)
def test_the_order_of_the_pieces_makes_no_difference(name: str, pieces: list[str], between: str) -> None:
    told = read(between.join([name, *pieces]))

    assert dict(told.fields) == {
        "name": name,
        "influence": "large",
        "tie_us": "near",
        "tie_them": "far",
        "decides": "decides",
        "title": "技术科",
    }


@pytest.mark.parametrize(("piece", "tie"), [("近", "near"), ("关系一般", "middle"), ("不熟", "far"), ("铁头", "")])
def test_a_tie_without_a_side_is_known_as_such(piece: str, tie: str) -> None:
    assert tie_in(piece) == tie


def test_those_who_decide_come_first_then_the_strong() -> None:
    rows = [Contact("小"), Contact("大", influence="large"), Contact("拍", decides="decides")]

    assert [one.name for one in ranked(rows)] == ["拍", "大", "小"]


GAPS = [
    ([], []),
    ([Contact("甲", decides="uses")], ["no_decider", "single", "rival_unknown"]),
    (
        [Contact("甲", decides="decides", tie_us="middle", tie_them="near", owner="林"), Contact("乙", decides="uses")],
        ["decider_lost"],
    ),
    (
        [
            Contact("甲", decides="decides", tie_us="far", tie_them="far", owner="林"),
            Contact("乙", "", "far", "", "uses"),
        ],
        ["decider_far", "no_friend"],
    ),
    ([Contact("甲", "large", "near", "far", "decides", "林"), Contact("乙", decides="uses")], []),
    ([Contact("甲", "large", "near", "far", "decides"), Contact("乙", decides="uses")], ["no_owner"]),
    (
        [
            Contact("甲", "large", "near", "far", "decides", "林"),
            Contact("乙", "large", "far", "near", "influences", "林"),
        ],
        ["strong_lost", "no_user"],
    ),
]


@pytest.mark.parametrize(("people", "missing"), GAPS)
def test_what_is_missing_is_said(people: list[Contact], missing: list[str]) -> None:
    assert [gap.what for gap in gaps(people)] == missing


def test_a_decider_who_is_nearer_to_the_competitor_is_named() -> None:
    assert gaps([Contact("张总", decides="decides", tie_us="far", tie_them="near")])[0].names == ("张总",)


@pytest.mark.parametrize(
    ("us", "them", "lost"),
    [
        ("near", "near", False),
        ("middle", "near", True),
        ("far", "middle", True),
        ("", "near", False),
        ("far", "", False),
    ],
)
def test_somebody_is_lost_only_where_both_ties_are_known(us: str, them: str, lost: bool) -> None:
    assert Contact("甲", tie_us=us, tie_them=them).lost is lost


@pytest.mark.parametrize("title", ["车间主任", "大客户经理", "副厂长", "门店店长"])
def test_a_title_of_any_field_is_a_title(title: str) -> None:
    assert read(title).fields == {"title": title}
    assert read(f"{title} 李工").fields == {"title": title, "name": "李工"}


@pytest.mark.parametrize("text", ["车间主任", "李工", "张三", "赵师傅 天天用 跟我们熟\n财务刘会计", "张三 影响大"])
def test_people_are_told_from_what_somebody_does(text: str) -> None:
    assert tells_of_people(text)


@pytest.mark.parametrize("text", ["他一直砍价", "赵师傅 一直砍价，拿同行压我", "进门先看了一圈，问三句才回一句", ""])
def test_what_somebody_does_is_no_person(text: str) -> None:
    assert not tells_of_people(text)
