"""Those above an organisation: counts, and cases that families opened."""
