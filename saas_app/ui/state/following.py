"""Keeps an open page true: each beat of the market, each change of what the viewer may see.

A page that follows has `_opening` (set anew by each load), `_look_again(who)`, `_forget()` and,
where it names beats, `_beat()`. News of the plan is heeded before the price that came with it is
sent.
"""

import asyncio
import secrets
from typing import Any

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import live
from saas_app.core.errors import SaasError
from saas_app.ui.state import admission
from saas_app.ui.state.admission import Need
from saas_app.ui.state.news import News
from saas_app.ui.state.session import Session, session_cookie

# A plan or a session that ends by itself, without anybody writing it down, is noticed this late.
LOOK_AGAIN_SECONDS = 5.0


def opening() -> str:
    """A mark for one opening of a page; the streams of earlier ones end when they see it."""
    return secrets.token_hex(8)


async def follow(page: Any, *beats: str) -> None:
    """For a background handler: until the tab leaves, is opened anew, or its session ends."""
    async with page:
        # A mark of its own: a script may call this as often as it likes, one stream is left.
        mine = page._opening = opening()
        who = await _admitted(page)
    if who is None:
        return
    news = News(*beats, live.CLOCK, live.workspace_topic(who.workspace_id))
    # What happened between the page's load and this line is seen with whatever comes first.
    looked = _seconds() - LOOK_AGAIN_SECONDS
    while True:
        heard = await news.next(LOOK_AGAIN_SECONDS)
        async with page:
            if page._opening != mine:
                return
            if heard <= {*beats} and _seconds() - looked < LOOK_AGAIN_SECONDS:
                if beats:
                    await page._beat()
                continue
            looked, who = _seconds(), await _admitted(page)
            if who is None:
                page._forget()
                await _leave(page)
                return
            await page._look_again(who)


def put(page: rx.State, **values: Any) -> None:
    """Only what differs travels to the browser: a look every few seconds changes little."""
    for name, value in values.items():
        if getattr(page, name) != value:
            setattr(page, name, value)


async def _admitted(page: Any) -> SignedIn | None:
    try:
        return await asyncio.to_thread(admission.admitted, session_cookie(page), Need())
    except SaasError:
        return None


def here(page: rx.State) -> str:
    """The address of the open page. Opened again, it leads to the log-in by itself where that is due."""
    url = page.router.url
    return f"{url.path}?{url.query}" if url.query else url.path


async def _leave(page: Any) -> None:
    (await page.get_state(Session))._leave(here(page))


def _seconds() -> float:
    return asyncio.get_running_loop().time()
