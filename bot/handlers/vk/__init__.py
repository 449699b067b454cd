"""VK, through the API of communities and Bots Long Poll."""

from bot.handlers.vk.show import VkChannel

__all__ = ["VkChannel"]
