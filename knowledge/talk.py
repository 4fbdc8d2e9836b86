"""The team's own words in the talk tracks: trade, product, selling points, company."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Talk:
    """What fills {product}, {point}, {trade} and {company}; the defaults read well where nothing is configured."""

    product: str = "我们的产品"
    points: tuple[str, ...] = ("省心",)
    trade: str = "这一行"
    company: str = "我们公司"

    def fill(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Each line with the placeholders filled; selling points take turns from line to line."""
        points = self.points or ("省心",)
        return tuple(self._line(line, points[at % len(points)]) for at, line in enumerate(lines))

    def _line(self, line: str, point: str) -> str:
        words = {"product": self.product, "point": point, "trade": self.trade, "company": self.company}
        for key, word in words.items():
            line = line.replace(f"{{{key}}}", word)
        return line
