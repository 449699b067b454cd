"""Telegram's limits that stand in no machine-readable specification, each with its source.

Sources: *API* is the prose of core.telegram.org/bots/api (10.3); *FAQ* is core.telegram.org/bots/faq; *server* is the source of
github.com/tdlib/telegram-bot-api and of TDLib under it; *second-hand* is what people have measured and published.
"""

from __future__ import annotations

import re

# What a message may carry.
TEXT = 4096  # API sendMessage: 1–4096 characters after entities parsing
CAPTION = 1024  # API sendPhoto: 0–1024 characters after entities parsing
RAW_TEXT_BYTES = 1 << 15  # server, get_formatted_text: longer is refused before it is parsed
ENTITIES = 100  # second-hand (limits.tginfo.me): further entities are dropped
KEYS = 100  # second-hand (limits.tginfo.me)
MARKUP_BYTES = 10_240  # second-hand (limits.tginfo.me): about 10 KB
CALLBACK_DATA_BYTES = 64  # API InlineKeyboardButton: 1–64 bytes
COPY_TEXT = 256  # API CopyTextButton: 1–256 characters
PLACEHOLDER = 64  # API ReplyKeyboardMarkup: 1–64 characters
STYLES = frozenset({"danger", "success", "primary", "link"})  # API InlineKeyboardButton; "link" since 10.3
ALBUM = (2, 10)  # API sendMediaGroup: 2–10 items
DELETED_AT_ONCE = 100  # API deleteMessages: 1–100 identifiers
DELETE_WINDOW = 48 * 3600  # API deleteMessage: a message can be deleted only if it was sent less than 48 hours ago; seconds

# Answers to presses.
ALERT = 200  # API answerCallbackQuery: 0–200 characters
CALLBACK_SECONDS = 15.0  # second-hand: undisclosed, people see failures after 10–20 s
SPINNER_SECONDS = 60.0  # second-hand: how long a client shows a pressed key as waiting

# Files.
UPLOAD_BYTES = 50 << 20  # API, Sending files: 50 MB
DOWNLOAD_BYTES = 20 << 20  # API getFile: 20 MB
PHOTO_BYTES = 10 << 20  # API sendPhoto: 10 MB
PHOTO_SIDES = 10_000  # API sendPhoto: width and height must not exceed 10000 in total
PHOTO_RATIO = 20  # API sendPhoto: at most 20
PHOTO_EDGES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))  # MTProto photo sizes: letter, longest edge in pixels

# Updates.
POLL_UPDATES = 100  # API getUpdates: 1–100
POLL_SECONDS = 50  # server, LONG_POLL_MAX_TIMEOUT
REPEATED_POLL_SECONDS = 3.0  # server, process_get_updates_query: the same offset again within 3 s waits at least so long
HASTY_POLL_SECONDS = 0.5  # server, the same place: the same offset again within 0.5 s gets one update
MESSAGE_KEPT = 86_400  # server, add_new_message: an update lives 24 hours in the queue; seconds
CALLBACK_KEPT = 150  # server, add_new_callback_query; seconds
INLINE_KEPT = 30  # server, add_new_inline_query; seconds
QUIET_UPDATES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # API getUpdates: only when asked for

# How much may be sent (FAQ, "My bot is hitting limits"); the bursts are not published.
CHAT_PER_SECOND = 1.0
CHAT_BURST = 20
ALL_PER_SECOND = 30.0
ALL_BURST = 30

# Big uploads of the same size, which is what a broadcast of one picture without its file_id looks like (server, Client::on_cmd).
SPACED_UPLOAD_BYTES = 100_000
UPLOAD_SPACE_SECONDS = (0.2, 0.9)
UPLOAD_QUEUE_SECONDS = 5.0
UPLOAD_FLOOD_SECONDS = 60

# The bot's own page.
COMMANDS = 100  # API setMyCommands
COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # API BotCommand
COMMAND_DESCRIPTION = 256  # API BotCommand
NAME = 64  # API setMyName
DESCRIPTION = 512  # API setMyDescription
SHORT_DESCRIPTION = 120  # API setMyShortDescription
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # API setWebhook
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")  # API, Deep linking
INLINE_RESULTS = 50  # API answerInlineQuery
INLINE_OFFSET_BYTES = 64  # API answerInlineQuery
INLINE_QUERY = 256  # API InlineQuery
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)  # API sendChatAction
PARSE_MODES = frozenset({"html", "markdown", "markdownv2", "none", ""})  # server, get_formatted_text
