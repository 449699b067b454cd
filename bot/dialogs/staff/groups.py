"""The groups of an organisation or a teacher: places, queue, who came, and what can be changed."""
