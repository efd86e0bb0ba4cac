"""What a photo may be, and what it becomes."""

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
# 二寸 portrait, 35 × 49 mm at 260 dpi.
WIDTH, HEIGHT = 360, 504
QUALITY = 88
