"""The soak: random people against the real program, as a test of half a minute and as a program of any length."""
