"""The rules: one module for each kind of damage, each rule a generator ``text -> Iterable[Edit]`` behind a step."""
