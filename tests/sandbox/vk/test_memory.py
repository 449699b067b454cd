"""An emulated VK goes on after a restart of the sandbox."""

from __future__ import annotations

from pathlib import Path

from sandbox.chat import Media
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from tests.sandbox.vk.client import FIRST, SECOND

PERSON = 501


async def test_conversations_and_files_outlive_a_restart(vk: VkEmulator, clock: SandboxClock, tmp_path: Path) -> None:
    name = FIRST.name
    await vk.community(name).say(PERSON, "Здравствуйте")
    await vk.community(name).upload(PERSON, Media("a.txt", "text/plain", b"a", ""))
    await vk.community(name).block(PERSON)
    before = vk.community(name).chat(PERSON)
    vk.save(tmp_path / "vk")
    async with VkEmulator([FIRST, SECOND], clock=clock) as again:
        assert again.load(tmp_path / "vk")
        assert again.community(name).chat(PERSON) == before
        await again.community(name).unblock(PERSON)
        assert (await again.community(name).say(PERSON, "Я снова здесь")).id == before.messages[-1].id + 1


async def test_nothing_is_taken_from_another_sandbox(vk: VkEmulator, clock: SandboxClock, tmp_path: Path) -> None:
    assert not vk.load(tmp_path / "vk")
    vk.save(tmp_path / "vk")
    async with VkEmulator([FIRST], clock=clock) as other:
        assert not other.load(tmp_path / "vk")
