"""The process that draws: started when wanted, replaced when lost, ended when it hangs."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import psutil
import pytest

from bot.pictures import KEPT, Pictures
from cards.charts import Bar, Bars, Plane, Scale

PNG = b"\x89PNG"
UPSIDE_DOWN = Scale("颠倒", 0, -1, 0, 0)
UNDRAWABLE = Plane("画不出", UPSIDE_DOWN, UPSIDE_DOWN, ("一", "二", "三", "四"), "王总")


def chart(title: str) -> Bars:
    return Bars(title, (Bar("老虎", 27, 30, strong=True), Bar("孔雀", 12, 30, strong=False)))


def other(script: str, seconds: float = 30) -> Pictures:
    """Somebody else in the place of the process that draws."""
    return Pictures((sys.executable, "-c", script), seconds)


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    made = Pictures()
    yield made
    await made.stop()


async def drawn(pictures: Pictures, title: str) -> bytes:
    png = await pictures.png(chart(title))
    assert png is not None
    assert png.startswith(PNG)
    return png


async def test_no_process_runs_before_the_first_picture_and_none_after_the_end(pictures: Pictures) -> None:
    assert pictures.pid is None
    await drawn(pictures, "一")
    process = psutil.Process(pictures.pid)
    await pictures.stop()

    assert not process.is_running()
    assert await pictures.png(chart("二")) is None
    assert pictures.pid is None


async def test_the_same_chart_is_drawn_once(pictures: Pictures) -> None:
    first = await drawn(pictures, "一")
    os.kill(pictures.pid or 0, signal.SIGSTOP)  # it could not draw any more
    again = await drawn(pictures, "一")
    os.kill(pictures.pid or 0, signal.SIGCONT)

    assert again is first


async def test_each_look_is_drawn_and_kept_by_itself(pictures: Pictures) -> None:
    light = await drawn(pictures, "一")
    dark = await pictures.png(chart("一"), "dark")

    assert dark is not None
    assert dark != light
    assert await pictures.png(chart("一"), "dark") is dark
    assert await drawn(pictures, "一") is light


async def test_only_the_latest_pictures_are_kept(pictures: Pictures) -> None:
    first = await drawn(pictures, "0")
    for number in range(1, KEPT + 1):
        await drawn(pictures, str(number))

    assert await drawn(pictures, str(KEPT)) is await drawn(pictures, str(KEPT))
    assert await drawn(pictures, "0") is not first


async def test_charts_that_are_wanted_together_each_get_their_own_picture(pictures: Pictures) -> None:
    titles = [f"第 {number} 张" for number in range(6)]
    together = await asyncio.gather(*(drawn(pictures, title) for title in titles))

    assert len(set(together)) == len(titles)
    assert [await drawn(pictures, title) for title in titles] == together


async def test_a_process_that_was_killed_is_replaced(pictures: Pictures, caplog: pytest.LogCaptureFixture) -> None:
    await drawn(pictures, "一")
    killed = pictures.pid or 0
    os.kill(killed, signal.SIGKILL)
    await drawn(pictures, "二")

    assert pictures.pid not in {None, killed}
    assert "the process that draws was lost" in caplog.text


async def test_ctrl_c_does_not_reach_the_process(pictures: Pictures) -> None:
    await drawn(pictures, "一")
    pid = pictures.pid or 0
    os.kill(pid, signal.SIGINT)
    os.kill(pid, signal.SIGTERM)
    await drawn(pictures, "二")

    assert pictures.pid == pid
    assert os.getpgid(pid) != os.getpgid(0)


async def test_what_cannot_be_drawn_is_logged_without_names_and_the_next_one_is_drawn(
    pictures: Pictures, caplog: pytest.LogCaptureFixture
) -> None:
    await drawn(pictures, "一")
    pid = pictures.pid

    assert await pictures.png(UNDRAWABLE) is None
    assert "ZeroDivisionError in line" in caplog.text
    assert "王总" not in caplog.text
    await drawn(pictures, "二")
    assert pictures.pid == pid


async def test_a_process_that_hangs_is_ended_and_the_words_go_alone(caplog: pytest.LogCaptureFixture) -> None:
    hanging = other("import sys; sys.stdin.buffer.read(4); sys.stdin.buffer.read()", seconds=0.5)

    assert await hanging.png(chart("一")) is None
    assert hanging.pid is None
    assert [getattr(record, "action", "") for record in caplog.records if record.levelno == logging.WARNING] == [
        "picture_failed"
    ]
    await hanging.stop()


@pytest.mark.parametrize(
    "script",
    ["import sys; sys.stdin.buffer.read(8)", "print('no frame', flush=True); input()"],
    ids=["dies", "babbles"],
)
async def test_a_process_that_does_not_do_its_work_leaves_the_words_alone(script: str) -> None:
    useless = other(script, seconds=1)

    assert await useless.png(chart("一")) is None
    assert useless.pid is None
    await useless.stop()


async def test_a_process_that_cannot_be_started_leaves_the_words_alone() -> None:
    assert await Pictures(("/nowhere/python",)).png(chart("一")) is None


async def test_who_gives_up_waiting_does_not_mix_up_the_pictures(pictures: Pictures) -> None:
    await drawn(pictures, "一")
    waiting = asyncio.create_task(pictures.png(chart("二")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    third = await drawn(pictures, "三")

    assert third == await drawn(pictures, "三")
    assert third != await drawn(pictures, "二")


async def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch, pictures: Pictures) -> None:
    monkeypatch.setenv("ZHIKE_TELEGRAM__TOKEN", "secret")
    await drawn(pictures, "一")

    surroundings = psutil.Process(pictures.pid).environ()
    assert "PATH" in surroundings
    assert [name for name in surroundings if name.startswith("ZHIKE_")] == []


@pytest.mark.parametrize(
    "start",
    [
        "import bot.demo, bot.service, bot.worker, bot.check",
        "import bot.cli; bot.cli.main(['classify'])",
        "import bot.cli; bot.cli.main(['systems'])",
    ],
)
def test_nothing_loads_matplotlib_but_the_process_that_draws(start: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{start}\nimport sys; print('matplotlib' in sys.modules)"],
        input="他话不多，看了一会儿\n", capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert told.stdout.splitlines()[-1] == "False"
