"""Methods by which a bot receives updates, and the sender that a webhook needs."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import orjson

from sandbox.telegram import limits
from sandbox.telegram.cloud import Cloud, Webhook
from sandbox.telegram.refusal import Refusal, broken
from sandbox.telegram.request import Request
from sandbox.telegram.updates import Update

RETRY_SECONDS = 1.0
"""Before a webhook is tried again, at first; it doubles up to a minute (server, WebhookActor.cpp)."""
LONGEST_RETRY_SECONDS = 60.0
ANSWER_SECONDS = 60.0
"""How long a webhook may take to answer."""


async def get_updates(cloud: Cloud, request: Request) -> list[Update]:
    """`getUpdates`."""
    if cloud.webhook.url:
        words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise Refusal(409, f"Conflict: {words}")
    _allow(cloud, request)
    return await cloud.updates.get(
        request.integer("offset", 0, -(1 << 31), (1 << 31) - 1),
        request.integer("limit", limits.POLL_UPDATES, 1, limits.POLL_UPDATES),
        request.integer("timeout", 0, 0, limits.POLL_SECONDS),
    )


def set_webhook(cloud: Cloud, request: Request) -> bool:
    """`setWebhook`; unlike the real server the sandbox takes plain HTTP, but on loopback only."""
    url = request.text("url").strip()
    secret = request.text("secret_token")
    if secret and not limits.WEBHOOK_SECRET.fullmatch(secret):
        raise broken("secret token contains unallowed characters")
    if url and not url.startswith(("http://127.0.0.1:", "http://[::1]:", "http://localhost:")):
        raise broken("bad webhook: the sandbox serves loopback addresses only")
    _allow(cloud, request)
    if request.flag("drop_pending_updates"):
        cloud.updates.clear()
    cloud.webhook = Webhook(url, secret, request.integer("max_connections", 40, 1, 100))
    if url:
        cloud.hooked.set()
        cloud.updates.interrupt("terminated by setWebhook request")
    else:
        cloud.hooked.clear()
    return True


def delete_webhook(cloud: Cloud, request: Request) -> bool:
    """`deleteWebhook`."""
    if request.flag("drop_pending_updates"):
        cloud.updates.clear()
    cloud.webhook = Webhook()
    cloud.hooked.clear()
    return True


def get_webhook_info(cloud: Cloud, _: Request) -> dict[str, Any]:
    """`getWebhookInfo`."""
    hook = cloud.webhook
    info: dict[str, Any] = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": len(cloud.updates)}
    if hook.url:
        info["max_connections"] = hook.connections
    if hook.error:
        info.update(last_error_date=hook.error_date, last_error_message=hook.error)
    if cloud.updates.allowed is not None:
        info["allowed_updates"] = cloud.updates.allowed
    return info


async def feed_webhook(cloud: Cloud) -> None:
    """Send updates, one after another, to the webhook while there is one; runs until it is cancelled."""
    pause = RETRY_SECONDS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
        while True:
            await cloud.hooked.wait()
            await cloud.updates.added.wait()
            hook = cloud.webhook
            update = cloud.updates.head() if hook.url else None
            if update is None:
                continue
            if await _posted(session, cloud, hook, update):
                cloud.updates.take(update)
                pause = RETRY_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RETRY_SECONDS)


async def _posted(session: aiohttp.ClientSession, cloud: Cloud, hook: Webhook, update: Update) -> bool:
    """Whether the webhook took the update: any 2xx."""
    headers = {"Content-Type": "application/json", **({"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {})}
    try:
        async with session.post(hook.url, data=orjson.dumps(update), headers=headers, allow_redirects=False) as answer:
            hook.error = "" if answer.ok else f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (aiohttp.ClientError, TimeoutError) as problem:
        hook.error = f"Connection failed: {type(problem).__name__}"
    if hook.error:
        hook.error_date = cloud.date()
    return not hook.error


def _allow(cloud: Cloud, request: Request) -> None:
    kinds = request.decoded("allowed_updates", "allowed_updates")
    # What is no list of names leaves the earlier choice, as on the real server.
    if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
        cloud.updates.allow(kinds)
