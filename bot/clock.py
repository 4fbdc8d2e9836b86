"""The only place that reads the clock."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


class DemoClock(SystemClock):
    """The real time plus how far the demo has been moved on."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Aware UTC of the demo."""
        return super().now() + self.ahead

    def jump_to(self, at: datetime) -> None:
        """Move on to an instant.

        Raises:
            ValueError: it lies in the demo's past; time does not run backwards.
        """
        if at < self.now():
            raise ValueError("时间只能往前走")
        self.ahead += at - self.now()
