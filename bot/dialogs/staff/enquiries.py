"""Questions of people: taken by one press, answered in the chat."""
