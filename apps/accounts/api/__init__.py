"""Accounts for programs, and the two ways a program says who it is: a token, or the session of a browser."""
