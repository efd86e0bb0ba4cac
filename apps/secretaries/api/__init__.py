"""People and their appointments for programs; phone numbers masked as in the lists."""
