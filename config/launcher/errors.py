"""What the launcher says when it cannot go on."""


class LaunchError(Exception):
    """One clear line for the person at the terminal; never shown as a traceback."""
