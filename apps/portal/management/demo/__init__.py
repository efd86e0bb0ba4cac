"""A believable district that does not exist: 青禾区. No person, no place in it is real."""
