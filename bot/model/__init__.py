"""The nouns and rules of the domain, and the texts and links that speak of them; pure Python, no input or output."""
