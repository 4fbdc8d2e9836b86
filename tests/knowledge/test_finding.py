"""Looking things up, in the shipped knowledge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.files import SCENES
from knowledge.finding import Entry, Grade, Library, Scene, Type, meant, parted
from knowledge.pinyin import PINYIN, letters, readings, spelt
from knowledge.playbooks import Playbook, load_playbooks
from knowledge.systems import Systems, load_systems


@pytest.fixture(scope="module")
def library(systems: Systems) -> Library:
    """Everything that can be looked up."""
    return Library(systems, load_playbooks(systems))


def called(entry: Entry) -> str:
    """An entry in short."""
    match entry:
        case Type(system, kind):
            return f"{system.id}.{kind.id}"
        case Playbook():
            return f"book {entry.id}"
        case Scene(id):
            return f"scene {id}"
        case _:
            return f"system {entry.id}"


def found(library: Library, words: str) -> list[str]:
    """What is found, in short, best first."""
    return [called(hit.entry) for hit in library.find(words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("bargainer", "behavior.bargainer"),
        ("BARGAINER", "behavior.bargainer"),
        ("杀价型", "behavior.bargainer"),
        (" 杀价 ", "behavior.bargainer"),
        ("殺價", "behavior.bargainer"),
        ("拿同行压价", "behavior.bargainer"),
        ("杀价型的客户", "behavior.bargainer"),
        ("他老是杀价还要送赠品", "behavior.bargainer"),
        ("牢骚", "behavior.complaining"),
        ("钻石", "spend_tier.diamond"),
        ("孔雀", "animal.peacock"),
        ("抠门", "buyer_role.stingy"),
        ("异议处理", "book objections"),
        ("太贵了", "book objections"),
        ("二十一法", "book keep_in_touch"),
        ("ＦＡＢＥ", "book fabe"),
        ("投诉", "scene complaint"),
        ("报价", "scene quote"),
        ("大客户类型", "system key_account"),
        ("sj", "behavior.bargainer"),
        ("SJ", "behavior.bargainer"),
        ("shajia", "behavior.bargainer"),
        ("sha jia", "behavior.bargainer"),
        ("sha'jia", "behavior.bargainer"),
        ("shaj", "behavior.bargainer"),
        ("zuanshi", "spend_tier.diamond"),
        ("yycl", "book objections"),
        ("tousu", "scene complaint"),
        ("hangjia", "store_visitor.expert"),
    ],
)
def test_a_few_characters_or_letters_are_enough(library: Library, words: str, first: str) -> None:
    assert found(library, words)[0] == first


def test_everything_is_found_by_each_of_its_names(library: Library) -> None:
    for system in library.systems:
        assert f"system {system.id}" in found(library, system.zh)
        for kind in system.types.values():
            for name in (kind.id, kind.zh, kind.zh.removesuffix("型"), *kind.aliases):
                hits = {called(hit.entry): hit.grade for hit in library.find(name)}
                assert hits[f"{system.id}.{kind.id}"] == Grade.WHOLE, name
    for book in library.playbooks:
        for name in (book.id, book.zh, *book.aliases):
            hits = {called(hit.entry): hit.grade for hit in library.find(name)}
            assert hits[f"book {book.id}"] == Grade.WHOLE, name
    for id, zh in SCENES.items():
        assert f"scene {id}" in found(library, zh)


def test_every_name_is_found_by_its_pinyin_and_by_its_initials(library: Library) -> None:
    names = [(f"{s.id}.{k.id}", name) for s in library.systems for k in s.types.values() for name in (k.zh, *k.aliases)]
    names += [(f"book {book.id}", name) for book in library.playbooks for name in (book.zh, *book.aliases)]
    for entry, name in names:
        read = readings(name)
        assert all(read), f"a character of {name} is not in {PINYIN.name}: run make train"
        for typed in (spelt(name), "".join(syllables[0][0] for syllables in read)):
            if letters(typed):
                assert entry in found(library, typed), (name, typed)


def test_answers_come_by_how_well_they_answer_and_each_once(library: Library) -> None:
    for words in ("客户", "型", "sj", "s", "大客户", "分析"):
        hits = library.find(words)
        grades = [hit.grade for hit in hits]

        assert grades == sorted(grades)
        assert len({called(hit.entry) for hit in hits}) == len(hits)


def test_the_primary_system_comes_first_among_equals(library: Library) -> None:
    whole = [called(hit.entry) for hit in library.find("分析型") if hit.grade == Grade.WHOLE]

    assert whole[0] == "behavior.analytical"
    assert "social_style.analytical" in whole


def test_one_system_can_be_asked_alone(library: Library) -> None:
    assert [called(hit.entry) for hit in library.find("分析型", "social_style")] == ["social_style.analytical"]


@pytest.mark.parametrize("words", ["", "   ", "？！", "火箭发射", "xyz", "\u202e"])
def test_what_names_nothing_finds_nothing(library: Library, words: str) -> None:
    assert library.find(words) == []


@given(words=st.text(max_size=30))
def test_no_text_is_too_odd_to_be_looked_up(library: Library, words: str) -> None:
    assert len(library.find(words)) >= 0
    assert len(library.nearest(words)) <= 6


@given(words=st.text(alphabet="abcdehijnoqsuxz", min_size=1, max_size=30))
def test_no_run_of_letters_takes_long(library: Library, words: str) -> None:
    assert len(library.find(words)) >= 0


@pytest.mark.parametrize(
    ("typed", "near"), [("沙价", "behavior.bargainer"), ("透诉", "scene complaint"), ("shajai", "behavior.bargainer")]
)
def test_what_sounds_nearly_so_is_suggested(library: Library, typed: str, near: str) -> None:
    assert library.find(typed) == []
    assert called(library.nearest(typed)[0]) == near


def test_nothing_near_is_not_suggested(library: Library) -> None:
    assert library.nearest("火箭发射") == []


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("杀价", "behavior.bargainer"),
        ("投诉", "scene complaint"),
        ("AIDA", "book aida"),
        ("贵宾客户", ""),
        ("客户", ""),
    ],
)
def test_what_is_plainly_meant_needs_no_choice(library: Library, words: str, plain: str) -> None:
    one = meant(library.find(words))

    assert (called(one) if one else "") == plain


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("杀价 报价", ("杀价", "quote")),
        ("爱 砍价 微信", ("爱 砍价", "wechat")),
        ("报价", ("报价", "")),
        ("杀价", ("杀价", "")),
        ("", ("", "")),
        ("杀价报价", ("杀价报价", "")),
    ],
)
def test_a_moment_at_the_end_is_told_from_the_words(words: str, parts: tuple[str, str]) -> None:
    assert parted(words) == parts


def test_looking_up_reads_no_system_before_it_is_asked() -> None:
    systems = load_systems()

    Library(systems, load_playbooks(systems))

    assert systems._read == {}
