import json
import math
import pickle
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import model as model_module
from knowledge.features import telling
from knowledge.model import NOTHING, Model, dumps, load, loads, mark
from knowledge.tree import DATA

LABELS = ("-", "cold", "warm")
BIAS = (0.1, -0.25, 0.0625)
WEIGHTS = {"价": (0.5, -0.25, 0.0), "w砍价": (-1.27, 1.0, 0.33), "他|问": (0.01, 0.02, -0.9)}
SHIPPED = DATA / "behavior" / "model.bin"

rows = st.dictionaries(
    st.text("价问他砍w¬|abc", min_size=1, max_size=4),
    st.tuples(*[st.floats(-4, 4, allow_subnormal=False)] * 3),
    min_size=1,
    max_size=12,
)


def kept(path: Path, weights: Mapping[str, Sequence[float]] = WEIGHTS, **changes: Any) -> Path:
    """A model file."""
    given = {"labels": LABELS, "bias": BIAS, "weights": weights, "temperature": 0.8, "trained": {"texts": 3}}
    path.write_bytes(dumps(**{**given, **changes}))
    return path


def test_a_saved_model_comes_back(tmp_path: Path) -> None:
    model = load(kept(tmp_path / "model.bin"))

    assert model.labels == LABELS
    assert model.bias == BIAS
    assert model.temperature == 0.8
    assert model.trained == {"texts": 3}
    assert model.known([*WEIGHTS, "没见过"]) == list(WEIGHTS)
    assert model.rows.often == len(WEIGHTS)


def test_a_model_comes_back_from_bytes_too(tmp_path: Path) -> None:
    raw = kept(tmp_path / "model.bin").read_bytes()

    made = loads(raw)
    assert made.known(WEIGHTS) == list(WEIGHTS)
    assert made.logits(WEIGHTS) == load(tmp_path / "model.bin").logits(WEIGHTS)


def test_a_feature_may_hold_any_character_but_the_end_of_a_line(tmp_path: Path) -> None:
    weights = {"价\u2028": (0.5, -0.25, 0.0), "\x85砍": (-1.27, 1.0, 0.33)}

    assert load(kept(tmp_path / "model.bin", weights)).known(weights) == list(weights)


def test_bytes_that_are_no_model_are_refused_by_their_name() -> None:
    with pytest.raises(ValueError, match="the team's is not a model file"):
        loads(b"", "the team's")


def test_the_same_weights_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    first = kept(tmp_path / "first.bin").read_bytes()
    second = kept(tmp_path / "second.bin", dict(reversed(WEIGHTS.items()))).read_bytes()

    assert first == second


@given(weights=rows)
def test_the_lanes_add_up_to_the_plain_sum(weights: dict[str, tuple[float, ...]], tmp_path_factory: Any) -> None:
    model = load(kept(tmp_path_factory.mktemp("model") / "model.bin", weights))
    known = list(weights)
    told = model.logits(known)

    scale = math.sqrt(len(known)) * 0.8
    rounding = len(known) * model.step / 2 / scale + 1e-5
    for at, bias in enumerate(BIAS):
        plain = bias / 0.8 + sum(weights[key][at] for key in known) / scale
        assert told[at] == pytest.approx(plain, abs=rounding)


def test_many_heavy_features_do_not_overflow_a_lane(tmp_path: Path) -> None:
    weights = {f"k{n}": (2.0, -2.0, 0.0) for n in range(5000)}
    model = load(kept(tmp_path / "model.bin", weights, bias=(0.0, 0.0, 0.0), temperature=1.0))

    told = model.logits(list(weights))

    assert told == pytest.approx([2.0 * math.sqrt(5000), -2.0 * math.sqrt(5000), 0.0])


SELDOM = {"w贩子": (0.4, -0.2, 0.1), "蜜糖": (0.4, -0.2, 0.1), "^涎": (-0.3, 0.9, 0.0)}


def test_seldom_features_are_found_and_weigh_what_they_weighed(tmp_path: Path) -> None:
    model = load(kept(tmp_path / "model.bin", seldom=SELDOM))

    assert model.known(["价", "w贩子", "蜜糖", "^涎", "没见过"]) == ["价", "w贩子", "蜜糖", "^涎"]
    assert (model.rows.often, model.rows.seldom) == (len(WEIGHTS), len(SELDOM))
    for key, row in SELDOM.items():
        plain = [bias / 0.8 + weight / 0.8 for bias, weight in zip(BIAS, row, strict=True)]
        assert model.logits([key]) == pytest.approx(plain, abs=model.step)


def test_of_seldom_features_no_key_is_kept(tmp_path: Path) -> None:
    raw = zlib.decompress(kept(tmp_path / "model.bin", seldom=SELDOM).read_bytes())

    assert [key for key in SELDOM if key.encode() in raw] == []
    assert [key for key in WEIGHTS if key.encode() not in raw] == []


def test_a_seldom_feature_of_a_kind_that_tells_nothing_is_not_looked_for(tmp_path: Path) -> None:
    model = load(kept(tmp_path / "model.bin", seldom={"他|甜": (0.5, 0.5, 0.5), "w甜": (0.5, 0.5, 0.5)}))

    assert model.known(["他|甜", "w甜"]) == ["w甜"]


def test_of_two_seldom_features_with_one_mark_the_first_is_kept(tmp_path: Path) -> None:
    one, other = "w11m4cc8", "w4en5hvy"  # found by trying
    assert mark(one) == mark(other)
    model = load(kept(tmp_path / "model.bin", seldom={one: (1.0, 0.0, 0.0), other: (0.0, 1.0, 0.0)}))

    assert model.rows.seldom == 1
    first = load(kept(tmp_path / "x", seldom={one: (1.0, 0.0, 0.0)}))
    assert model.rows.many([one, other]) == 2 * first.rows.many([one])


def test_of_two_features_with_one_mark_the_first_is_kept_and_the_one_that_was_seen_often(tmp_path: Path) -> None:
    one, other = "w11m4cc8", "w4en5hvy"
    cold, warm = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
    both = load(kept(tmp_path / "both.bin", {one: cold, other: warm}))
    often = load(kept(tmp_path / "often.bin", {other: cold}, seldom={one: warm}))

    assert (both.rows.often, often.rows.often, often.rows.seldom) == (1, 1, 1)
    told = [model.logits([key]) for model in (both, often) for key in (one, other)]
    assert [max(zip(row, LABELS, strict=True))[1] for row in told] == 4 * ["cold"]


@given(keys=st.sets(st.text("价问他砍甜蜜w^abc", min_size=1, max_size=4), min_size=1, max_size=60))
def test_every_seldom_feature_is_found_whatever_its_mark(keys: set[str], tmp_path_factory: Any) -> None:
    rows = {key: (at / 100, 0.5, -0.5) for at, key in enumerate(sorted(keys))}
    model = load(kept(tmp_path_factory.mktemp("model") / "model.bin", {"问": (0.1, 0.2, 0.3)}, seldom=rows))

    known = [key for key in sorted(keys) if telling(key)]
    assert [model.logits([key])[0] for key in known if key != "问"] == pytest.approx(
        [(BIAS[0] + rows[key][0]) / 0.8 for key in known if key != "问"], abs=model.step
    )


def test_without_a_known_feature_only_the_bias_speaks(tmp_path: Path) -> None:
    model = load(kept(tmp_path / "model.bin"))

    assert model.known(["没见过"]) == []
    assert model.logits([]) == [bias / 0.8 for bias in BIAS]


@pytest.mark.parametrize("left", [0, 1, 20, -1, -30])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, left: int) -> None:
    path = kept(tmp_path / "model.bin")
    path.write_bytes(path.read_bytes()[:left])

    with pytest.raises(ValueError, match="model\\.bin"):
        load(path)


@pytest.mark.parametrize("lost", ["a key", "a weight"])
@pytest.mark.parametrize("seldom", [{}, SELDOM], ids=["none seldom", "some seldom"])
def test_a_file_whose_parts_do_not_agree_is_refused(tmp_path: Path, lost: str, seldom: Any) -> None:
    path = kept(tmp_path / "model.bin", seldom=seldom)
    text, _, body = zlib.decompress(path.read_bytes()).partition(b"\0")
    if lost == "a key":
        text = text.rpartition(b"\n")[0].rpartition(b"\n")[0] + b"\n"
    else:
        body = body[:-1]
    path.write_bytes(zlib.compress(text + b"\0" + body))

    with pytest.raises(ValueError, match="cut short"):
        load(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe not a model",
        pickle.dumps({"labels": ["a"]}),
        zlib.compress(b""),
        zlib.compress(b"[]\n\0"),
        zlib.compress(b"{}\n\0"),
        zlib.compress(json.dumps({"labels": ["a"]}).encode() + b"\n\0"),
        zlib.compress(b"\xff\0"),
        zlib.compress(pickle.dumps({"labels": ["a"]})),
    ],
    ids=["empty", "bytes", "pickle", "nothing", "list", "no labels", "no count", "not UTF-8", "packed pickle"],
)
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)

    with pytest.raises(ValueError, match="model\\.bin"):
        load(path)


def test_the_shipped_model_is_text_and_numbers_and_no_pickle() -> None:
    raw = SHIPPED.read_bytes()
    text, _, body = zlib.decompress(raw).partition(b"\0")
    head, *keys = text.decode().splitlines()

    told = json.loads(head)
    assert told["keys"] == len(keys)
    bits = len(body) - (len(keys) + told["rows"]) * len(told["labels"]) - 2 * 4 * told["seldom"]
    assert 8 * bits == 1 << bits.bit_length() + 2 > 4 * (len(keys) + told["seldom"])
    assert keys == sorted(keys, key=mark)
    assert "pickle" not in Path("knowledge/model.py").read_text(encoding="utf-8").split("def dumps")[1]


@pytest.fixture(scope="module")
def shipped() -> Model:
    """The model of the primary system."""
    return load(SHIPPED)


def test_the_shipped_model_knows_a_text_that_says_nothing(shipped: Model) -> None:
    assert NOTHING in shipped.labels
    assert len(set(shipped.labels)) == len(shipped.labels)
    assert 0 < shipped.temperature < 5


def test_rows_that_were_met_are_not_kept_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "MOST_MET", 2)
    model = load(kept(tmp_path / "model.bin"))
    whole = model.logits(list(WEIGHTS))
    again = [model.logits([key]) for _ in range(3) for key in WEIGHTS]

    assert again[: len(WEIGHTS)] == again[len(WEIGHTS) : 2 * len(WEIGHTS)] == again[2 * len(WEIGHTS) :]
    assert model.logits(list(WEIGHTS)) == whole
    assert len(model.rows._met) <= 2 + len(WEIGHTS)
