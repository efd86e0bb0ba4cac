"""`make run` and `make test`: from a bare clone to a running system.

Standard library only, because it runs before any virtual environment exists.
"""
