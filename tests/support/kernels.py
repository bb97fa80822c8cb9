"""What a page says to a kernel or terminal, and waits to hear."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from tornado.websocket import WebSocketClientConnection

PATIENCE_S = 90


def execution(code: str) -> dict[str, Any]:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": "abc",
              "username": "", "version": "5.3"}  # fmt: skip
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    return {"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
            "content": content, "buffers": []}  # fmt: skip


async def until(socket: WebSocketClientConnection, is_it: Callable[[Any], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while (message := await socket.read_message()) is not None:
            if is_it(json.loads(message)):
                return
    raise AssertionError("the server hung up")
