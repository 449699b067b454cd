"""Local messengers for demonstrations, tests and benchmarks: they speak the real APIs on loopback and know nothing of the bot."""
