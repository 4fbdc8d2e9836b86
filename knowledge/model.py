"""A linear model over features, loaded without pickle and summed without numpy.

The file: one JSON line (labels, bias, temperature …), then the keys of the features that were seen often, one a line,
then a byte per key and label. A feature is found by its mark, 32 bits, where a key in a dictionary takes more than a
hundred bytes: most keys are never met by a bot. When one is first met, its row becomes one Python integer with a 32-bit
lane per label and, above them, the sum over the types and a 1 that counts rows. Adding rows as integers adds all labels
at once: for some 150 rows of 26 labels a text that is faster than numpy, and it costs no import.

Features that were seen in a few texts only are four times as many, and few of their rows differ: what they say is in
which types they were seen. Of each the file has only the mark and the number of its row. One in some eight thousand
features that were never seen is taken for one that was.

    logit[label] = bias[label] + scale / sqrt(n) * sum of the weights of the n known features

Weights are kept in 8 bits: byte = round(weight / step) + 128.
"""

import json
import math
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, pairwise
from operator import gt
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary
from zlib import crc32

from knowledge.features import BREAK, telling

OFFSET = 128
LANE = 32  # bits; 2**32 / 255 / 12 shares of a feature fit before a lane could overflow, more than a text has
MASK = (1 << LANE) - 1
ROOM = 2  # bits of a mark beyond those that count the marks: one place in four to eight is filled
BUCKET = 20  # lower bits of a mark; those with the same upper 12 lie together, some hundred of half a million
MOST_MET = 100_000  # rows that are kept made, some 300 bytes each; a thousand texts of many people meet 40,000
NOTHING = "-"  # the label of texts that say nothing about behaviour


class _Rows:
    """Packed weights by number."""

    __slots__ = ("_body", "_labels", "_nothing")

    def __init__(self, body: bytes, labels: Sequence[str]) -> None:
        self._body = body
        self._labels = len(labels)
        self._nothing = labels.index(NOTHING) if NOTHING in labels else None

    def __getitem__(self, at: int) -> int:
        width = self._labels
        weights = self._body[width * at : width * (at + 1)]
        lanes = bytearray(LANE // 8 * width)
        lanes[:: LANE // 8] = weights
        total = sum(weights) - (0 if self._nothing is None else weights[self._nothing])
        return int.from_bytes(lanes, "little") | total << LANE * width | 1 << LANE * (width + 1)


def mark(key: str) -> int:
    """By which a feature is recognised, in 32 bits."""
    return crc32(key.encode())


class _Marks:
    """Marks in order, found by their place among them."""

    __slots__ = ("_firsts", "_marks")

    def __init__(self, marks: "array[int]") -> None:
        self._marks = marks
        ends = (bisect_left(marks, bucket << BUCKET) for bucket in range(1, 1 << 32 - BUCKET))
        self._firsts = array("I", [0, *ends, len(marks)])  # where the marks with the same upper bits begin

    def place(self, wanted: int) -> int | None:
        """Which one it is."""
        bucket = wanted >> BUCKET
        end = self._firsts[bucket + 1]
        at = bisect_left(self._marks, wanted, self._firsts[bucket], end)
        return at if at < end and self._marks[at] == wanted else None

    def __len__(self) -> int:
        return len(self._marks)


class PackedRows:
    """The packed weights of features. They are found, but cannot be listed: keys are not kept, but those that were met.

    `often` and `seldom` are how many features of either sort there are.
    """

    __slots__ = ("_few", "_filled", "_met", "_numbers", "_often", "_rows", "_seldom", "_shift")

    def __init__(
        self, often: "array[int]", rows: _Rows, seldom: "array[int]", numbers: "array[int]", few: _Rows, filled: bytes
    ) -> None:
        self._often, self._rows = _Marks(often), rows
        self._seldom, self._numbers, self._few = _Marks(seldom), numbers, few
        self._filled = filled  # of the upper bits of a mark, whether there is one with them: a bit each
        self._shift = _lower(filled)
        self._met = {BREAK: 0}  # which stands in many places, and nowhere for a feature

    @property
    def often(self) -> int:
        """How many features were seen often."""
        return len(self._often)

    @property
    def seldom(self) -> int:
        """How many features were seen in a few texts only."""
        return len(self._seldom)

    def many(self, keys: Sequence[str]) -> list[int | None]:
        """The row of each key; 0 or None of one that is not known.

        Most keys are nothing that anybody ever said, which one look at a bit tells of all but one in eight.
        """
        met, filled, shift = self._met, self._filled, self._shift
        if len(met) > MOST_MET:
            met.clear()
            met[BREAK] = 0
        found = list(map(met.get, keys))
        missing = [at for at, row in enumerate(found) if row is None]
        marks = map(crc32, map(str.encode, map(keys.__getitem__, missing)))
        for at, wanted in zip(missing, marks, strict=True):
            place = wanted >> shift
            if filled[place >> 3] >> (place & 7) & 1:
                row = self._row(wanted, keys[at])
                if row is not None:
                    found[at] = met[keys[at]] = row
        return found

    def _row(self, wanted: int, key: str) -> int | None:
        if BREAK in key:
            return None
        at = self._often.place(wanted)
        if at is not None:
            return self._rows[at]
        at = self._seldom.place(wanted) if telling(key) else None
        return None if at is None else self._few[self._numbers[at]]


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)  # printing it would take seconds
class Model:
    """Weights of one system: `rows` maps a feature to its packed weights."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    step: float
    temperature: float
    rows: PackedRows
    trained: Mapping[str, Any]

    def known(self, found: Iterable[str]) -> list[str]:
        """Those of `found` that the model has weights for."""
        keys = list(found)
        return [key for key, row in zip(keys, self.rows.many(keys), strict=True) if row]

    def logits(self, known: Collection[str]) -> list[float]:
        """One value per label, already divided by the temperature; the bias alone for no features."""
        return self.logits_of([row for row in self.rows.many(list(known)) if row])

    def logits_of(self, rows: Collection[int]) -> list[float]:
        """The same for the rows of the features."""
        return self.logits_at(sum(rows))

    def logits_at(self, total: int) -> list[float]:
        """The same for the sum of the rows."""
        count = self.count(total)
        if not count:
            return [bias / self.temperature for bias in self.bias]
        width = LANE // 8 * len(self.labels)
        base, factor = OFFSET * count, self.factor(count)
        lanes = struct.unpack(f"<{len(self.labels)}I", (total & (1 << 8 * width) - 1).to_bytes(width, "little"))
        return [bias / self.temperature + (lane - base) * factor for bias, lane in zip(self.bias, lanes, strict=True)]

    def factor(self, count: float) -> float:
        """What one weight step adds to a logit in a text of `count` known features."""
        return self.step / math.sqrt(count) / self.temperature

    def above_mean(self, total: int, label: int) -> float:
        """How far a sum of rows is above its mean over the types, for the label of that number, in steps."""
        types = len(self.labels) - (NOTHING in self.labels)
        return (total >> LANE * label & MASK) - (total >> LANE * len(self.labels) & MASK) / types

    def count(self, total: int) -> int:
        """How many rows are in a sum of rows."""
        return total >> LANE * (len(self.labels) + 1)


def dumps(
    *,
    labels: Sequence[str],
    bias: Sequence[float],
    weights: Mapping[str, Sequence[float]],
    temperature: float,
    trained: Mapping[str, Any],
    seldom: Mapping[str, Sequence[float]] | None = None,
) -> bytes:
    """A model file; the same input gives the same bytes. Of two seldom features with one mark the first is kept."""
    seldom = seldom or {}
    often = {mark(key): key for key in sorted(weights, reverse=True)}
    keys = [often[one] for one in sorted(often)]
    distinct = {tuple(row): None for row in seldom.values()}
    step = (max((abs(w) for row in (*weights.values(), *distinct) for w in row), default=0.0) or 1.0) / 127
    packed = {row: bytes(OFFSET + round(w / step) for w in row) for row in distinct}
    rows = sorted(set(packed.values()))
    number = {row: at for at, row in enumerate(rows)}
    marked = {mark(key): number[packed[tuple(seldom[key])]] for key in sorted(seldom, reverse=True)}
    marks = sorted(marked)
    head = {
        "labels": list(labels),
        "bias": [round(b, 6) for b in bias],
        "step": step,
        "temperature": temperature,
        "keys": len(keys),
        "seldom": len(marks),
        "rows": len(rows),
        "trained": dict(trained),
    }
    body = bytes(OFFSET + round(w / step) for key in keys for w in weights[key])
    few = b"".join(rows) + _planes(array("I", marks)) + _planes(array("I", map(marked.__getitem__, marks)))
    text = json.dumps(head, ensure_ascii=False, sort_keys=True) + "\n" + "\n".join(keys) + "\n"
    return zlib.compress(text.encode() + b"\0" + body + few + _filled([*often, *marks]), 9)


def _room(marks: int) -> int:
    """Bytes of the bits that tell most marks that are not there from those that are."""
    return (1 << marks.bit_length() + ROOM) // 8 or 1


def _lower(filled: bytes | bytearray) -> int:
    """How many lower bits of a mark those bits know nothing of."""
    return 32 - (8 * len(filled)).bit_length() + 1


def _filled(marks: Sequence[int]) -> bytes:
    """A bit for the upper bits of every mark."""
    bits = bytearray(_room(len(marks)))
    shift = _lower(bits)
    for one in marks:
        place = one >> shift
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def _planes(numbers: "array[int]") -> bytes:
    """All lowest bytes, then all second ones …: what is sorted is hardly more than its lower half then, packed."""
    raw = numbers.tobytes() if sys.byteorder == "little" else _swapped(numbers).tobytes()
    return b"".join(raw[at::4] for at in range(4))


def _numbers(planes: bytes) -> "array[int]":
    """The inverse of `_planes`."""
    count = len(planes) // 4
    raw = bytearray(len(planes))
    for at in range(4):
        raw[at::4] = planes[at * count : (at + 1) * count]
    numbers = array("I", bytes(raw))
    return numbers if sys.byteorder == "little" else _swapped(numbers)


def _swapped(numbers: "array[int]") -> "array[int]":
    other = array("I", numbers)
    other.byteswap()
    return other


def load(path: Path) -> Model:
    """Read a model file.

    Raises:
        ValueError: the file is not a model, or was cut short.
    """
    return loads(path.read_bytes(), path.name)


_shared: WeakValueDictionary[bytes, Model] = WeakValueDictionary()


def shared(raw: bytes, name: str = "it") -> Model:
    """The same as `loads`; of the same bytes the same object while anybody has it, so that none is there twice."""
    key = sha256(raw).digest()
    found = _shared.get(key)
    if found is None:
        found = _shared[key] = loads(raw, name)
    return found


def loads(raw: bytes, name: str = "it") -> Model:
    """The model of the bytes that `dumps` made; `name` is what they are called in the error.

    Raises:
        ValueError: they are not a model, or were cut short.
    """
    try:
        text, _, body = zlib.decompress(raw).partition(b"\0")
        first, *keys = text.split(b"\n")[:-1]
        head = json.loads(first)
        width, count = len(head["labels"]), head["keys"]
        often, few, marks = width * count, width * head["rows"], 4 * head["seldom"]
        room = _room(count + head["seldom"])
    except (zlib.error, ValueError, KeyError, TypeError) as fault:
        raise ValueError(f"{name} is not a model file") from fault
    ends = list(accumulate([often, few, marks, marks, room]))
    if len(keys) != count or len(body) != ends[-1]:
        raise ValueError(f"{name} was cut short")
    found = array("I", map(crc32, keys))
    if any(map(gt, found, found[1:])):
        raise ValueError(f"{name} is of an older version")
    labels = head["labels"]
    rows, few_rows, seldom, numbers, filled = (body[start:end] for start, end in pairwise([0, *ends]))
    return Model(
        labels=tuple(labels),
        bias=tuple(head["bias"]),
        step=head["step"],
        temperature=head["temperature"],
        rows=PackedRows(
            found, _Rows(rows, labels), _numbers(seldom), _numbers(numbers), _Rows(few_rows, labels), filled
        ),
        trained=head["trained"],
    )
