"""The family: its guardians, a pupil of its own, and one person in several messengers."""
