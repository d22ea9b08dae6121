"""The articles: their list, and each on a page of its own."""
