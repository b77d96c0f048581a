"""Reading a page: its lines, what each begins or continues, and the articles that they make."""
