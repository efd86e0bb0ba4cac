"""Pages of people, their appointments, elections and photos."""
