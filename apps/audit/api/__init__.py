"""The log for programs of the audit administrator, read only."""
