"""How the office writes what Django would write in its own way."""
