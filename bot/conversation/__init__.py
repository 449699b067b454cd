"""How a conversation works: events come in, dialogs run, screens go out. Knows no messenger and no club."""
