"""Chance that can be repeated. ``SPK_FAULT_SEED`` tries other luck, ``SPK_FULL=1`` the full number of rounds."""

import os
import random

SEED = int(os.environ.get("SPK_FAULT_SEED", "20261"))
IS_FULL = os.environ.get("SPK_FULL", "") not in {"", "0"}


def dice(*salt):
    """Return luck of its own for whoever asks, the same in every run with this seed."""
    return random.Random(repr((SEED, *salt)))


def rounds(full, short):
    """Return how often to try: ``short`` in `make test`."""
    return full if IS_FULL else short
