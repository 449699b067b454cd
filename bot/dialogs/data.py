"""What is known about somebody, as a file, and how it is erased."""
