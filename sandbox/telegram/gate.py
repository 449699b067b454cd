"""The HTTP side: requests in, Telegram's answers out, each checked, delayed by faults where asked for, and logged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from sandbox.calls import CallLog
from sandbox.faults import Fault, Faults
from sandbox.telegram import answering, describing, editing, receiving, sending, specification
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.refusal import Refusal, too_many
from sandbox.telegram.request import Request, read

Method = Callable[[Cloud, Request], Any]
_METHODS: dict[str, Method] = {
    "getMe": answering.get_me,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendLocation": sending.send_location,
    "sendVenue": sending.send_venue,
    "sendContact": sending.send_contact,
    "sendChatAction": answering.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": answering.answer_callback_query,
    "answerInlineQuery": answering.answer_inline_query,
    "getFile": answering.get_file,
    "getChat": answering.get_chat,
    "setMyCommands": describing.set_my_commands,
    "getMyCommands": describing.get_my_commands,
    "deleteMyCommands": describing.delete_my_commands,
    "setMyName": describing.set_my_name,
    "getMyName": describing.get_my_name,
    "setMyDescription": describing.set_my_description,
    "getMyDescription": describing.get_my_description,
    "setMyShortDescription": describing.set_my_short_description,
    "getMyShortDescription": describing.get_my_short_description,
}
_BY_LOWER_NAME = {name.lower(): name for name in (*_METHODS, "getUpdates")}
_BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"


class Gate:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`.

    `strict` checks each request and answer against the specification and records breaches; without it, and without a `log`, a call costs
    little more than HTTP itself.
    """

    def __init__(self, cloud: Cloud, log: CallLog | None, faults: Faults | None, *, channel: str, strict: bool) -> None:
        self._cloud = cloud
        self._log = log
        self._faults = faults
        self._channel = channel
        self._specification = specification.load() if strict else None
        self._api = f"/bot{cloud.token}/"
        self._files = f"/file/bot{cloud.token}/"

    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request."""
        path = http.path
        if path.startswith(self._api):
            return await self._call(http, path.removeprefix(self._api))
        if path.startswith(self._files):
            return self._download(path.removeprefix(self._files))
        if path.startswith(("/bot", "/file/bot")):
            return _refused(Refusal(401, "Unauthorized"))
        return _refused(Refusal(404, "Not Found"))

    async def _call(self, http: web.BaseRequest, name: str) -> web.StreamResponse:
        began = time.perf_counter()
        method = _BY_LOWER_NAME.get(name.lower(), name)
        request = Request(method)
        fault = None if self._faults is None else self._faults.before(method)
        try:
            if fault is not None:
                early = await self._trouble(http, fault)
                if early is not None:
                    self._note(request, str(early.status) if early.status else "lost", fault.kind, None, began)
                    return early
            request = await read(http, method)
            self._check_request(request)
            if self._cloud.pace is not None and (size := request.upload_size()):
                await asyncio.sleep(self._cloud.pace.upload(size))
            result = await self._run(request)
        except Refusal as refusal:
            if refusal.breach and self._log is not None:
                self._breach(method, refusal.description)
            self._note(request, str(refusal.code), refusal.description, None, began)
            return _refused(refusal)
        if self._specification is not None:
            for problem in self._specification.check_response(method, result):
                self._breach(method, f"answer: {problem}")
        if self._faults is not None and self._faults.after(method) is not None:
            self._note(request, "lost", "lost_answer", result, began)
            return _cut(http)
        self._note(request, "200", "", result, began)
        return web.Response(body=b'{"ok":true,"result":' + orjson.dumps(result) + b"}", content_type="application/json")

    async def _run(self, request: Request) -> Any:
        if request.method == "getUpdates":
            return await receiving.get_updates(self._cloud, request)
        method = _METHODS.get(request.method)
        if method is None:
            raise Refusal(404, "Not Found: method not found", breach=True)
        return method(self._cloud, request)

    async def _trouble(self, http: web.BaseRequest, fault: Fault) -> web.StreamResponse | None:
        """What a fault answers before anything is done; None for another messenger's."""
        match fault.kind:
            case "429":
                raise too_many(fault.retry_after)
            case "500":
                raise Refusal(500, "Internal Server Error: restart")
            case "502":
                return web.Response(status=502, body=_BAD_GATEWAY, content_type="text/html")
            case "timeout" if self._faults is not None:
                await asyncio.sleep(self._faults.hang)
                return _cut(http)
            case "drop":
                return _cut(http)
            case _:
                return None

    def _check_request(self, request: Request) -> None:
        if self._specification is not None and request.method in self._specification:
            for problem in self._specification.check_request(request.method, request.params):
                self._breach(request.method, problem)

    def _download(self, path: str) -> web.StreamResponse:
        file = self._cloud.files.at(path)
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")

    def _breach(self, method: str, text: str) -> None:
        if self._log is not None:
            self._log.breach(at=self._cloud.clock.now(), channel=self._channel, method=method, text=text)

    def _note(self, request: Request, status: str, error: str, result: Any, began: float) -> None:
        if self._log is not None:
            self._log.add(
                at=self._cloud.clock.now(),
                channel=self._channel,
                method=request.method,
                person=request.person,
                status=status,
                error=error,
                milliseconds=(time.perf_counter() - began) * 1000,
                params=request.params,
                response=result,
            )


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.retry_after:
        body["parameters"] = {"retry_after": refusal.retry_after}
        headers["Retry-After"] = str(refusal.retry_after)
    return web.Response(status=refusal.code, body=orjson.dumps(body), headers=headers, content_type="application/json")


def _cut(http: web.BaseRequest) -> web.Response:
    """Break the connection; the answer that aiohttp still wants goes nowhere."""
    if http.transport is not None:
        http.transport.abort()
    return web.Response(status=499)
