"""Clean, segment and deduplicate pages of Chinese newspapers."""
