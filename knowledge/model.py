"""A linear model over features, loaded without pickle and summed without numpy.

The file: one JSON line (labels, bias, temperature …), then the feature keys, one a line, then a byte per key and label.
When a key is first met, its row becomes one Python integer with a 32-bit lane per label and, above them, the sum over
the types and a 1 that counts rows. Most keys are never met by a bot: to make all rows at once would be most of its
start and of its memory. Adding rows as integers adds all labels at once: for some 150 rows of 26 labels a text that is
faster than numpy, and it costs no import.

Features that were seen in a few texts only are five times as many as the others, and few of them differ: what they say
is in which types they were seen. Of each the file has the number of its row and a mark of 32 bits instead of the key
(`Seldom`): 8 bytes of memory where a key of a dictionary takes more than a hundred. One in some ten thousand features
that were never seen is taken for one that was.

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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary
from zlib import crc32

from knowledge.features import telling

OFFSET = 128
LANE = 32  # bits; 2**32 / 255 / 12 shares of a feature fit before a lane could overflow, more than a text has
MASK = (1 << LANE) - 1
ROOM = 2  # bits of a mark beyond those that count the marks: one place in four to eight is filled
BUCKET = 20  # lower bits of a mark; those with the same upper 12 lie together, some hundred of half a million
NOTHING = "-"  # the label of texts that say nothing about behaviour


class _Rows:
    """Packed weights by number, made when they are first asked for."""

    __slots__ = ("_body", "_labels", "_made", "_nothing")

    def __init__(self, body: bytes, labels: Sequence[str]) -> None:
        self._body = body
        self._made = [0] * (len(body) // len(labels))
        self._labels = len(labels)
        self._nothing = labels.index(NOTHING) if NOTHING in labels else None

    def __getitem__(self, at: int) -> int:
        return self._made[at] or self._make(at)

    def _make(self, at: int) -> int:
        width = self._labels
        weights = self._body[width * at : width * (at + 1)]
        lanes = bytearray(LANE // 8 * width)
        lanes[:: LANE // 8] = weights
        total = sum(weights) - (0 if self._nothing is None else weights[self._nothing])
        row = int.from_bytes(lanes, "little") | total << LANE * width | 1 << LANE * (width + 1)
        self._made[at] = row
        return row


def mark(key: str) -> int:
    """By which a seldom feature is recognised, in 32 bits."""
    return crc32(key.encode())


class Seldom:
    """Features that were seen in a few texts: their marks in order, and of each the number of its row."""

    __slots__ = ("_filled", "_firsts", "_marks", "_numbers", "_rows", "_shift")

    def __init__(self, marks: "array[int]", numbers: "array[int]", rows: _Rows) -> None:
        self._marks = marks
        self._numbers = numbers
        self._rows = rows
        ends = (bisect_left(marks, bucket << BUCKET) for bucket in range(1, 1 << 32 - BUCKET))
        self._firsts = array("I", [0, *ends, len(marks)])  # where the marks with the same upper bits begin
        self._shift = 32 - len(marks).bit_length() - ROOM
        self._filled = bytearray(1 << 32 - self._shift)  # of upper bits, whether there is a mark with them
        for one in marks:
            self._filled[one >> self._shift] = 1

    def fill_in(self, keys: Sequence[str], rows: list[int | None]) -> None:
        """Put the row of each key that is seldom where there is none yet. Most keys are nothing that anybody ever
        said, which one look tells of all but one in eight.
        """
        filled, shift = self._filled, self._shift
        missing = [at for at, row in enumerate(rows) if row is None]
        marks = map(crc32, map(str.encode, map(keys.__getitem__, missing)))
        for at, wanted in zip(missing, marks, strict=True):
            if filled[wanted >> shift] and telling(keys[at]):
                rows[at] = self._row(wanted)

    def _row(self, wanted: int) -> int | None:
        bucket = wanted >> BUCKET
        end = self._firsts[bucket + 1]
        at = bisect_left(self._marks, wanted, self._firsts[bucket], end)
        return self._rows[self._numbers[at]] if at < end and self._marks[at] == wanted else None

    def __len__(self) -> int:
        return len(self._marks)


class PackedRows(Mapping[str, int]):
    """The packed weights of each feature. The seldom ones are found, but cannot be listed: their keys are not kept."""

    __slots__ = ("_at", "_often", "seldom")

    def __init__(self, keys: Sequence[str], rows: _Rows, seldom: Seldom) -> None:
        self._at = dict(zip(keys, range(len(keys)), strict=True))
        self._often = rows
        self.seldom = seldom

    def many(self, keys: Sequence[str]) -> list[int | None]:
        """The row of each key, never 0; None of a key that is not known."""
        made, make = self._often._made, self._often._make
        found = [at if at is None else made[at] or make(at) for at in map(self._at.get, keys)]
        if self.seldom:
            self.seldom.fill_in(keys, found)
        return found

    def __getitem__(self, key: str) -> int:
        """The row of a known key."""
        row = self.many([key])[0]
        if row is None:
            raise KeyError(key)
        return row

    def __contains__(self, key: object) -> bool:
        """Whether a key is known."""
        return isinstance(key, str) and self.many([key])[0] is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


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
        return [key for key, row in zip(keys, self.rows.many(keys), strict=True) if row is not None]

    def logits(self, known: Collection[str]) -> list[float]:
        """One value per label, already divided by the temperature; the bias alone for no features."""
        return self.logits_of([row for row in self.rows.many(list(known)) if row is not None])

    def logits_of(self, rows: Collection[int]) -> list[float]:
        """The same for the rows of the features."""
        if not rows:
            return [bias / self.temperature for bias in self.bias]
        width = LANE // 8 * len(self.labels)
        total = sum(rows) & (1 << 8 * width) - 1
        base, factor = OFFSET * len(rows), self.factor(len(rows))
        lanes = struct.unpack(f"<{len(self.labels)}I", total.to_bytes(width, "little"))
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
    keys = sorted(weights)
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
    return zlib.compress(text.encode() + b"\0" + body + few, 9)


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
        first, *keys = text.decode().split("\n")[:-1]
        head = json.loads(first)
        width, count = len(head["labels"]), head["keys"]
        often, few, marks = width * count, width * head.get("rows", 0), 4 * head.get("seldom", 0)
    except (zlib.error, ValueError, KeyError, TypeError) as fault:
        raise ValueError(f"{name} is not a model file") from fault
    if len(keys) != count or len(body) != often + few + 2 * marks:
        raise ValueError(f"{name} was cut short")
    labels, end = head["labels"], often + few
    seldom = Seldom(_numbers(body[end : end + marks]), _numbers(body[end + marks :]), _Rows(body[often:end], labels))
    return Model(
        labels=tuple(head["labels"]),
        bias=tuple(head["bias"]),
        step=head["step"],
        temperature=head["temperature"],
        rows=PackedRows(keys, _Rows(body[:often], labels), seldom),
        trained=head["trained"],
    )
