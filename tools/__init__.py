"""What writes files of the repository that people do not write by hand."""
