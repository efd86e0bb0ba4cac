"""Imports of rosters for programs: upload, look at the check, confirm; template and export."""
