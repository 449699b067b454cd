"""The catalogue's way in: read a file, mend its rows, answer for each of them, write what changed."""
