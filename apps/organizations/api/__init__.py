"""Organizations for programs: the tree now and as of any day, its history, and every act that changes it."""
