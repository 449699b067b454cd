"""VK's API and Bots Long Poll on loopback: what a bot calls, and what people do in their clients."""

from sandbox.vk.community import Community
from sandbox.vk.emulator import VkEmulator
from sandbox.vk.person import VkMessenger

__all__ = ["Community", "VkEmulator", "VkMessenger"]
