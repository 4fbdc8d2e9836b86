"""Work that would hold up everybody, in a process of its own: reading a file, writing a workbook.

`python -m handlers.aside` takes one job from its standard input (a pickle of a function of a module, and its
arguments), does it with bounded memory and time and behind everything else in the queue for the processor, and says on
its standard output how far it is and what came of it, in frames as `bot/worker.py` has them. A file that eats memory
or never ends takes that process with it and nothing else. It gets no secret of ours by its environment.
"""

import asyncio
import logging
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import IO, Any, TypeVar, cast

from knowledge.errors import ZhikeError

logger = logging.getLogger(__name__)

R = TypeVar("R")
Tell = Callable[[int, int], None]
Told = Callable[[int, int], Awaitable[None]]

LENGTH = 4  # bytes before each frame
MEMORY = 2 << 30  # bytes of address space
SECONDS = 180.0  # that a job may take on the clock; of the processor's time as well
AT_ONCE = 2  # jobs; a machine has other things to do
BEHIND = 10  # nice


class TooMuch(ZhikeError):
    """这份文件太大或者太复杂，处理不了。只留客户那张表，或者分成几份再发。"""


class Refused(ZhikeError):
    """A job said why it cannot be done; the message is for people."""


class Aside:
    """Where jobs are done, a few at a time."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def run(self, told: Told | None, job: Callable[..., R], *arguments: Any, behind: bool = True) -> R:
        """What `job(tell, *arguments)` returns; `told` hears what it tells.

        A job that holds a lock for which others wait must not be `behind` everything else.

        Raises:
            Refused: the job said why not (a ZhikeError).
            TooMuch: it took too much memory or time.
        """
        async with self._turns:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "handlers.aside",
                *(["behind"] if behind else []),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_environment(),
            )
            try:
                async with asyncio.timeout(SECONDS):
                    return cast(R, await _conversed(child, told, pickle.dumps((job, arguments))))
            except TimeoutError as fault:
                logger.warning("a job took too long", extra={"action": "aside_too_long"})
                raise TooMuch from fault
            finally:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.communicate()  # to the end of its output, which closes the pipes


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIKE_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


async def _conversed(child: asyncio.subprocess.Process, told: Told | None, job: bytes) -> Any:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the process has no pipes")
    with suppress(BrokenPipeError, ConnectionResetError):  # it is gone already; what it did not say tells
        child.stdin.write(job)
        await child.stdin.drain()
        child.stdin.close()
    try:
        while True:
            length = int.from_bytes(await child.stdout.readexactly(LENGTH), "big")
            match pickle.loads(await child.stdout.readexactly(length)):  # noqa: S301 - from our own process
                case ("tell", done, total):
                    if told is not None:
                        await told(done, total)
                case ("done", value):
                    return value
                case ("refused", message):
                    raise Refused(message)
                case ("failed", trace):
                    raise RuntimeError(f"a job failed:\n{trace}")
    except asyncio.IncompleteReadError as fault:
        logger.warning("a job's process is gone", extra={"action": "aside_lost"})
        raise TooMuch from fault


# --- the other process ------------------------------------------------------------------------------------------------


def main() -> None:
    """Do the job on standard input."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no frame
    _bounded()
    job, arguments = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from the process that started this one

    def tell(done: int, total: int) -> None:
        _say(out, ("tell", done, total))

    try:
        _say(out, ("done", job(tell, *arguments)))
    except ZhikeError as fault:
        _say(out, ("refused", str(fault)))
    except MemoryError:
        _say(out, ("refused", TooMuch.__doc__))
    except Exception:
        _say(out, ("failed", traceback.format_exc()))


def _say(out: IO[bytes], frame: tuple[Any, ...]) -> None:
    body = pickle.dumps(frame)
    with suppress(BrokenPipeError):  # nobody listens any more; what is done is done
        out.write(len(body).to_bytes(LENGTH, "big") + body)
        out.flush()


def _bounded() -> None:
    """As much memory and time as a job may take; Ctrl-C is for the bot, which waits for us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    if sys.argv[1:] == ["behind"]:
        os.nice(BEHIND)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))


if __name__ == "__main__":
    main()
