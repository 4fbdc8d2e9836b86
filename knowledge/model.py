"""A linear model over features, loaded without pickle and summed without numpy.

The file: one JSON line (labels, bias, temperature …), then the feature keys, one a line, then a byte per key and label.
At load each key's row becomes one Python integer with a 32-bit lane per label and, above them, the sum over the types
and a 1 that counts rows.
Adding rows as integers adds all labels at once: for some 150 rows of 26 labels a text that is faster than numpy, and it
costs no import.

    logit[label] = bias[label] + scale / sqrt(n) * sum of the weights of the n known features

Weights are kept in 8 bits: byte = round(weight / step) + 128.
"""

import json
import math
import struct
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

OFFSET = 128
LANE = 32  # bits; 2**32 / 255 / 12 shares of a feature fit before a lane could overflow, more than a text has
MASK = (1 << LANE) - 1
NOTHING = "-"  # the label of texts that say nothing about behaviour


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)  # printing it would take seconds
class Model:
    """Weights of one system: `rows` maps a feature to its packed weights."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    step: float
    temperature: float
    rows: Mapping[str, int]
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
    lanes = bytearray(LANE // 8 * len(body))
    lanes[:: LANE // 8] = body
    size, above, one = LANE // 8 * width, LANE * width, 1 << LANE * (width + 1)
    nothing = body[head["labels"].index(NOTHING) :: width] if NOTHING in head["labels"] else bytes(count)
    sums = (sum(body[at : at + width]) - none for at, none in zip(range(0, len(body), width), nothing, strict=True))
    rows = {
        key: int.from_bytes(lanes[at : at + size], "little") | total << above | one
        for key, at, total in zip(keys, range(0, len(lanes), size), sums, strict=True)
    }
    return Model(
        labels=tuple(head["labels"]),
        bias=tuple(head["bias"]),
        step=head["step"],
        temperature=head["temperature"],
        rows=rows,
        trained=head["trained"],
    )
