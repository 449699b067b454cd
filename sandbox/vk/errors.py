"""VK's errors: their codes, their texts, and which of them mean that the caller broke the specification."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    3: "Unknown method passed",
    5: "User authorization failed",
    6: "Too many requests per second",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    12: "Unable to compile code",
    13: "Runtime error occurred during code invocation",
    15: "Access denied",
    18: "User was deleted or banned",
    29: "Rate limit reached",
    100: "One of the parameters specified was missing or invalid",
    105: "Couldn't save file",
    121: "Invalid hash",
    129: "Invalid photo",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    909: "Can't edit this message, because it's too old",
    911: "Keyboard format is invalid",
    914: "Message is too long",
    917: "You don't have access to this chat",
    924: "Can't delete this message for everybody",
    936: "Contact not found",
}
"""The texts of `errors.json` in VK's schema 5.199, which VK follows with a colon and a detail."""


class VkError(Exception):
    """An answer with an error. `breach` says that the request broke a rule of the API, whatever the circumstances were."""

    def __init__(self, code: int, detail: str = "", *, breach: bool = False) -> None:
        self.code = code
        self.text = f"{TEXTS[code]}: {detail}" if detail else TEXTS[code]
        self.breach = breach
        super().__init__(f"[{code}] {self.text}")


def invalid(detail: str) -> VkError:
    """Error 100: a parameter that no circumstances would make good."""
    return VkError(100, detail, breach=True)


def bad_keyboard(detail: str) -> VkError:
    """Error 911: a keyboard or carousel that VK would not take."""
    return VkError(911, detail, breach=True)
