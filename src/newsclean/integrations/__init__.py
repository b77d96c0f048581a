"""newsclean inside other packages' pipelines: thin, and each importing its package only when it is used."""
