"""Kruzhok: a Telegram and VK bot for children's clubs."""
