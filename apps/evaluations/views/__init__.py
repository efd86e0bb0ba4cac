"""Pages: ``casting`` is public, the others are staff's."""
