"""Deadlines are the homeserver's: where the machine's clock is wrong, the server's holds."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from bot.time.clock import Clock
from tests.support import fault_proxy
from tests.support.matrix_bot import MatrixFixture

TEN_MINUTES = timedelta(minutes=10)
A_MOMENT = timedelta(seconds=30)  # more than this machine may need between two lines


def shows(lag: timedelta) -> fault_proxy.Fault:
    """A server whose clock is late, or early, by so much."""

    async def entry(_: web.Request, upstream: fault_proxy.Upstream) -> web.StreamResponse:
        answer = await upstream()
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + lag, usegmt=True)
        return answer

    return entry


def off(clock: Clock) -> timedelta:
    return abs(clock.now() - datetime.now(UTC))


@pytest.mark.parametrize("lag", [TEN_MINUTES, -TEN_MINUTES])
async def test_the_server_s_time_is_taken_from_its_answers_and_left_when_both_agree_again(
    stage: MatrixFixture, lag: timedelta
) -> None:
    clock = Clock()
    await stage.restart(clock=clock)
    assert off(clock) < A_MOMENT
    stage.proxy.on("*", "*", shows(lag))
    await stage.bot.sync()
    assert abs(clock.now() - datetime.now(UTC) - lag) < A_MOMENT
    stage.proxy.heal()
    await stage.bot.sync()
    assert off(clock) < A_MOMENT


async def test_a_server_that_is_days_away_is_not_believed(stage: MatrixFixture) -> None:
    clock = Clock()
    await stage.restart(clock=clock)
    stage.proxy.on("*", "*", shows(timedelta(days=3)))
    await stage.bot.sync()
    assert off(clock) < A_MOMENT
