"""One call of VK's API from the parameters to the answer: who calls, how often, within which rules, and what is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from sandbox.calls import CallLog
from sandbox.faults import Fault, Faults
from sandbox.time import SandboxClock
from sandbox.vk import script
from sandbox.vk.community import CommunityState
from sandbox.vk.errors import VkError
from sandbox.vk.longpoll import LONGEST_WAIT, USUAL_WAIT
from sandbox.vk.methods import METHODS
from sandbox.vk.parameters import Parameters
from sandbox.vk.specification import VERSION, VkSpecification

CODES: Final = {"vk6": 6, "vk9": 9, "vk10": 10, "vk29": 29}
"""Faults that are VK's own errors; the others of `sandbox.faults` that VK meets are the network's."""
NETWORK: Final = frozenset({"502", "drop", "timeout"})


class NetworkTrouble(Exception):
    """A call is to meet a trouble of the network, wherever in it that was decided."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class Gate:
    """What all calls pass through. `rate` is the number of calls a second that a community has, None for any."""

    def __init__(
        self,
        states: Iterable[CommunityState],
        clock: SandboxClock,
        log: CallLog | None,
        faults: Faults | None,
        specification: VkSpecification | None,
        rate: int | None,
    ) -> None:
        self._by_token = {state.setup.token: state for state in states}
        self._clock = clock
        self._log = log
        self._faults = faults
        self._specification = specification
        self._rate = rate

    def call(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call with the body that VK would send. Raises `NetworkTrouble` where there is to be none."""
        began = asyncio.get_running_loop().time()
        state: CommunityState | None = None
        met: VkError | None = None
        try:
            state = self._caller(params)
            self._meet(name, NETWORK)
            self._pace(state)
            body = self._execute(state, params) if name == "execute" else {"response": self._perform(state, name, params)}
        except VkError as error:
            shown = [{"key": key, "value": str(value)} for key, value in {"method": name, **params}.items() if key != "access_token"]
            body, met = {"error": {"error_code": error.code, "error_msg": error.text, "request_params": shown}}, error
        except NetworkTrouble as trouble:
            self._note(state, name, params, began, {}, status=trouble.fault.kind)
            raise
        self._finish(state, name, params, began, body, met)
        return body

    async def check(self, state: CommunityState, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer a long poll, at the latest after its `wait`. Raises `NetworkTrouble` where there is to be no answer."""
        began = asyncio.get_running_loop().time()
        try:
            with suppress(VkError):  # errors of the API are not the long poll's
                self._meet("a_check", NETWORK)
        except NetworkTrouble as trouble:
            self._note(state, "a_check", query, began, {}, status=trouble.fault.kind)
            raise
        wait = query.get("wait", "")
        # The length keeps int() from a number that would take it long.
        seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < LONGEST_WAIT else USUAL_WAIT
        body = await state.queue.check(query.get("key", ""), query.get("ts", ""), seconds)
        self._finish(state, "a_check", query, began, body)
        return body

    def _finish(
        self,
        state: CommunityState | None,
        name: str,
        params: Mapping[str, Any],
        began: float,
        body: Mapping[str, Any],
        error: VkError | None = None,
    ) -> None:
        """Write down what is done, and lose its answer if that is to be."""
        lost = self._faults.after(name) if self._faults is not None else None
        self._note(state, name, params, began, body, error, lost.kind if lost else "200")
        if lost is not None:
            raise NetworkTrouble(lost)

    def _note(
        self,
        state: CommunityState | None,
        name: str,
        params: Mapping[str, Any],
        began: float,
        body: Mapping[str, Any],
        error: VkError | None = None,
        status: str = "200",
    ) -> None:
        """Write a call down; `began` is in the loop's seconds."""
        if self._log is None:
            return
        if error is not None and error.breach:
            self._breach(state, name, error.text)
        self._log.add(
            at=self._clock.now(),
            channel=state.setup.name if state else "vk",
            method=name,
            person=_person(params),
            status=str(error.code) if error else status,
            error=error.text if error else "",
            milliseconds=1000 * (asyncio.get_running_loop().time() - began),
            params=params,
            response=body.get("response", body),
        )

    def _caller(self, params: Mapping[str, Any]) -> CommunityState:
        token, version = params.get("access_token"), params.get("v")
        if not token:
            raise VkError(5, "no access_token passed.", breach=True)
        state = self._by_token.get(token)
        if state is None:
            raise VkError(5, "invalid access_token (4).")
        if not version:
            raise VkError(8, "v (version) is required", breach=True)
        if version != VERSION:
            raise VkError(8, f"v (version) {VERSION} is the only one that is emulated", breach=True)
        return state

    def _pace(self, state: CommunityState) -> None:
        if self._rate is None:
            return
        now, calls = asyncio.get_running_loop().time(), state.calls
        while calls and now - calls[0] >= 1:
            calls.popleft()
        if len(calls) >= self._rate:
            raise VkError(6)
        calls.append(now)

    def _meet(self, name: str, network: frozenset[str]) -> None:
        """Let a call meet its trouble. Those that only Telegram has pass by."""
        fault = self._faults.before(name) if self._faults is not None else None
        if fault is None:
            return
        if fault.kind in CODES:
            raise VkError(CODES[fault.kind])
        if fault.kind in network:
            raise NetworkTrouble(fault)

    def _perform(self, state: CommunityState, name: str, params: Mapping[str, Any]) -> Any:
        function = METHODS.get(name)
        if function is None:
            raise VkError(3, breach=True)
        if self._specification is None:
            return function(state, Parameters(params))
        breaches = self._specification.check_request(name, params)
        if breaches:
            for breach in breaches[1:]:
                self._breach(state, name, breach)
            raise VkError(100, breaches[0], breach=True)
        result = function(state, Parameters(params))
        for breach in self._specification.check_response(name, result):
            self._breach(state, name, f"the emulator's answer: {breach}")
        return result

    def _execute(self, state: CommunityState, params: Mapping[str, Any]) -> dict[str, Any]:
        errors: list[dict[str, Any]] = []
        # A trouble of the network that is drawn for a call inside would multiply the rate of executes that meet one.
        scripted = NETWORK - (self._faults.rates.keys() if self._faults is not None else set())

        def call(name: str, given: dict[str, Any]) -> Any:
            began = asyncio.get_running_loop().time()
            try:
                self._meet(name, scripted)
                result = self._perform(state, name, given)
            except VkError as error:
                errors.append({"method": name, "error_code": error.code, "error_msg": error.text})
                self._note(state, name, given, began, errors[-1], error)
                return False
            self._note(state, name, given, began, {"response": result})
            return result

        code = Parameters(params).text("code")
        if not code.strip():
            raise VkError(100, "code is a required parameter", breach=True)
        response = script.run(code, call)
        return {"response": response} | ({"execute_errors": errors} if errors else {})

    def _breach(self, state: CommunityState | None, name: str, text: str) -> None:
        if self._log is not None:
            self._log.breach(at=self._clock.now(), channel=state.setup.name if state else "vk", method=name, text=text)


def _person(params: Mapping[str, Any]) -> int | None:
    """Whom a call is about, if about one."""
    for name in ("peer_id", "user_id", "peer_ids", "user_ids"):
        value = str(params.get(name, "")).strip("[]")
        if value.isascii() and value.isdigit() and len(value) < len(str(2**63)):
            return int(value)
    return None
