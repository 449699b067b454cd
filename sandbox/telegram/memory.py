"""Keeps a Telegram cloud in a file, so that a sandbox can be stopped and started again beside a bot that remembers its people."""

from __future__ import annotations

import pickle
from pathlib import Path

from sandbox.telegram.cloud import Cloud

FORMAT = 1
"""Raised when what is kept changes its shape: an older file is then left alone."""


def save(cloud: Cloud, path: Path) -> None:
    """Write chats, files, the bot's page and the last message's number; updates that nobody has confirmed are not kept."""
    kept = (FORMAT, cloud.id, cloud.dialogues, cloud.files, cloud.page, cloud.last_message)
    written = path.with_name(f".{path.name}.new")
    written.write_bytes(pickle.dumps(kept))
    written.replace(path)


def load(cloud: Cloud, path: Path) -> bool:
    """Take over what was kept; False where there is no file, or one of another bot or an older sandbox.

    The file is unpickled: it must be one that `save` wrote.
    """
    if not path.exists():
        return False
    kept = pickle.loads(path.read_bytes())  # noqa: S301  # the sandbox's own file
    if kept[:2] != (FORMAT, cloud.id):
        return False
    _, _, cloud.dialogues, cloud.files, cloud.page, cloud.last_message = kept
    for dialogue in cloud.dialogues.values():
        dialogue.chat.waiting.clear()
    return True
