"""Drawing what was done to a text, and what was read off a page: for terminals, notebooks, browsers and readers."""
