"""Tests of the kernel on dialogs of their own."""
