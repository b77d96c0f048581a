"""Reading pages in whatever encoding they come, and many of them in parallel."""
