"""A linear model over features, loaded without pickle and summed without numpy.

The file: one JSON line (labels, bias, temperature …), then the feature keys, one a line, then a byte per key and label.
When a key is first met, its row becomes one Python integer with a 32-bit lane per label and, above them, the sum over
the types and a 1 that counts rows. Most keys are never met by a bot: to make all rows at once would be most of its
start and of its memory. Adding rows as integers adds all labels at once: for some 150 rows of 26 labels a text that is
faster than numpy, and it costs no import.

    logit[label] = bias[label] + scale / sqrt(n) * sum of the weights of the n known features

Weights are kept in 8 bits: byte = round(weight / step) + 128.
"""

import json
import math
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

OFFSET = 128
LANE = 32  # bits; 2**32 / 255 / 12 shares of a feature fit before a lane could overflow, more than a text has
MASK = (1 << LANE) - 1
NOTHING = "-"  # the label of texts that say nothing about behaviour


class PackedRows(Mapping[str, int]):
    """The packed weights of each feature, made when they are first asked for."""

    __slots__ = ("_at", "_body", "_labels", "_made", "_nothing")

    def __init__(self, keys: Sequence[str], body: bytes, labels: Sequence[str]) -> None:
        self._at = dict(zip(keys, range(len(keys)), strict=True))
        self._body = body
        self._made = [0] * len(keys)
        self._labels = len(labels)
        self._nothing = labels.index(NOTHING) if NOTHING in labels else None

    def many(self, keys: Iterable[str]) -> list[int | None]:
        """The row of each key, never 0; None of a key that is not known."""
        made = self._made
        return [at if at is None else made[at] or self._make(at) for at in map(self._at.get, keys)]

    def _make(self, at: int) -> int:
        width = self._labels
        weights = self._body[width * at : width * (at + 1)]
        lanes = bytearray(LANE // 8 * width)
        lanes[:: LANE // 8] = weights
        total = sum(weights) - (0 if self._nothing is None else weights[self._nothing])
        row = int.from_bytes(lanes, "little") | total << LANE * width | 1 << LANE * (width + 1)
        self._made[at] = row
        return row

    def __getitem__(self, key: str) -> int:
        """The row of a known key."""
        at = self._at[key]
        return self._made[at] or self._make(at)

    def __contains__(self, key: object) -> bool:
        """Whether a key is known."""
        return key in self._at

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
        rows = self.rows
        return [key for key in found if key in rows]

    def logits(self, known: Collection[str]) -> list[float]:
        """One value per label, already divided by the temperature; the bias alone for no features."""
        return self.logits_of(list(map(self.rows.__getitem__, known)))

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
) -> bytes:
    """A model file; the same input gives the same bytes."""
    keys = sorted(weights)
    step = (max((abs(w) for row in weights.values() for w in row), default=0.0) or 1.0) / 127
    head = {
        "labels": list(labels),
        "bias": [round(b, 6) for b in bias],
        "step": step,
        "temperature": temperature,
        "keys": len(keys),
        "trained": dict(trained),
    }
    body = bytes(OFFSET + round(w / step) for key in keys for w in weights[key])
    text = json.dumps(head, ensure_ascii=False, sort_keys=True) + "\n" + "\n".join(keys) + "\n"
    return zlib.compress(text.encode() + b"\0" + body, 9)


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
    except (zlib.error, ValueError, KeyError, TypeError) as fault:
        raise ValueError(f"{name} is not a model file") from fault
    if len(keys) != count or len(body) != width * len(keys):
        raise ValueError(f"{name} was cut short")
    return Model(
        labels=tuple(head["labels"]),
        bias=tuple(head["bias"]),
        step=head["step"],
        temperature=head["temperature"],
        rows=PackedRows(keys, body, head["labels"]),
        trained=head["trained"],
    )
