"""Published specifications of the messengers, trimmed to what the sandbox serves."""
