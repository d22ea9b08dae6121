"""Everything about the person, page by page."""
