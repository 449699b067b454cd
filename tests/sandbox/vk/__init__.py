"""Tests of the emulated VK."""
