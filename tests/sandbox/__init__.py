"""Tests of the sandbox: its emulators, its people, its page."""
