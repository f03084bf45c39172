"""Days that count and days that do not."""
