"""What a request does itself; anything larger is left to a worker."""

CHECKED_AT_ONCE = 512 * 1024  # bytes of a workbook
WRITTEN_AT_ONCE = 6_000  # rows to write
EXPORTED_AT_ONCE = 10_000  # rows
