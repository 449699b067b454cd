"""Keeps an emulated VK in a file, so that a sandbox can be stopped and started again beside a bot that remembers its people."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

from sandbox.vk.community import CommunityState
from sandbox.vk.files import FileStore

FORMAT = 1
"""Raised when what is kept changes its shape: an older file is then left alone."""


def save(states: Mapping[str, CommunityState], files: FileStore, path: Path) -> None:
    """Write conversations, files and the last message's number; events that the bot has not fetched are not kept."""
    stored = {name: part for name, part in vars(files).items() if name != "base"}  # the next start has another port
    kept = (FORMAT, stored, {name: (state.dialogues, state.messages) for name, state in states.items()})
    written = path.with_name(f".{path.name}.new")
    written.write_bytes(pickle.dumps(kept))
    written.replace(path)


def load(states: Mapping[str, CommunityState], files: FileStore, path: Path) -> bool:
    """Take over what was kept; False where there is no file, or one of other communities or an older sandbox.

    The file is unpickled: it must be one that `save` wrote.
    """
    if not path.exists():
        return False
    kept = pickle.loads(path.read_bytes())  # noqa: S301  # the sandbox's own file
    if kept[0] != FORMAT or kept[2].keys() != states.keys():
        return False
    vars(files).update(kept[1])
    for name, (dialogues, messages) in kept[2].items():
        states[name].dialogues, states[name].messages = dialogues, messages
        for dialogue in dialogues.values():
            dialogue.chat.waiting.clear()
    return True
