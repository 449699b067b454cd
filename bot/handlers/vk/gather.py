"""The line in front of VK's API: calls go out evenly spaced, and those that wait together go together, in one `execute`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

Answer = dict[str, Any]
"""What VK answered to one call: `response`, or `error` with its `error_code` and `error_msg`."""

STEP = 1 / 18
"""Seconds between two requests. A community may make 20 calls a second (dev.vk.com, second-hand); the rest is left to jitter."""
TOGETHER = 25
"""Calls in one `execute` (dev.vk.com, method execute)."""
LONGEST_SCRIPT = 60_000
"""Characters of a script. VK publishes no limit; longer ones are only seldom needed and could meet one."""
BROKEN_SCRIPT = {12, 13}
"""Errors of a script as a whole: it cannot be compiled, or it broke off."""
UNEXPLAINED = {"error_code": 10, "error_msg": "Internal server error: no reason was given"}


class NoAnswer(Exception):
    """VK did not answer, or not with what an answer is: the network, a gateway, a program that ends. What was asked may have been done."""


@dataclass(slots=True, eq=False)
class _Call:
    """A call that waits for its turn, and how it reads in a script. One that goes `alone` never shares a script."""

    method: str
    params: Mapping[str, Any]
    script: str
    alone: bool
    answer: asyncio.Future[Answer]

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Gatherer:
    """Lets calls out through `post`, at most one request each `STEP`.

    A call that finds nobody before it goes out at once, with those that came in the same moment. Calls are not repeated, except those of
    a script that VK could not read: each of these then goes alone, so that one strange text spoils nobody else's answer.
    """

    def __init__(self, post: Callable[[str, Mapping[str, Any]], Awaitable[Answer]]) -> None:
        self._post = post
        self._line = deque[_Call]()
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0
        self._under_way = dict[asyncio.Task[None], Sequence[_Call]]()

    async def __call__(self, method: str, params: Mapping[str, Any], *, alone: bool = False) -> Answer:
        """Call a method when its turn comes. Raises `NoAnswer`."""
        script = f"API.{method}({orjson.dumps(params).decode()})"
        call = _Call(method, params, script, alone, asyncio.get_running_loop().create_future())
        self._line.append(call)
        self._wait()
        return await call.answer

    def close(self) -> None:
        """Let nobody wait any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for calls in (self._line, *self._under_way.values()):
            for call in calls:
                call.fail(NoAnswer("the program ends"))
        self._line.clear()
        for task in self._under_way:
            task.cancel()

    def _wait(self) -> None:
        if self._timer is None and self._line:
            self._timer = asyncio.get_running_loop().call_at(self._next, self._let_out)

    def _let_out(self) -> None:
        self._timer = None
        if batch := self._batch():
            loop = asyncio.get_running_loop()
            self._next = loop.time() + STEP
            task = loop.create_task(self._send(batch))
            self._under_way[task] = batch
            task.add_done_callback(self._under_way.pop)
        self._wait()

    def _batch(self) -> list[_Call]:
        """Take the next calls that may share a request; those that nobody waits for any more are left out."""
        batch, left = list[_Call](), LONGEST_SCRIPT
        while self._line and len(batch) < TOGETHER:
            call = self._line[0]
            if call.answer.done():
                self._line.popleft()
                continue
            left -= len(call.script)
            if batch and (call.alone or left < 0):
                break
            batch.append(self._line.popleft())
            if call.alone:
                break
        return batch

    async def _send(self, batch: Sequence[_Call]) -> None:
        try:
            if len(batch) == 1:
                batch[0].settle(await self._post(batch[0].method, batch[0].params))
            else:
                script = f"return [{','.join(call.script for call in batch)}];"
                self._deal_out(batch, await self._post("execute", {"code": script}))
        except Exception as error:  # noqa: BLE001 - whoever waits must be told
            for call in batch:
                call.fail(NoAnswer(str(error)) if isinstance(error, NoAnswer) else error)

    def _deal_out(self, batch: Sequence[_Call], answer: Answer) -> None:
        """Give each call of a script its own answer.

        A failed call is `false` in the response, and its error stands in `execute_errors`, in their order; VK may repeat an error there
        under the name of `execute` itself.
        """
        if error := answer.get("error"):
            if error["error_code"] in BROKEN_SCRIPT:
                for call in reversed(batch):
                    call.alone = True
                    self._line.appendleft(call)
                self._wait()
                return
            for call in batch:
                call.settle({"error": error})
            return
        results = answer["response"]
        if not isinstance(results, list) or len(results) != len(batch):
            raise NoAnswer("execute: an answer to another script")
        errors = iter([error for error in answer.get("execute_errors", ()) if error.get("method") != "execute"])
        for call, result in zip(batch, results, strict=True):
            call.settle({"response": result} if result is not False else {"error": next(errors, UNEXPLAINED)})
