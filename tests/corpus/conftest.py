from hypothesis import settings

settings.register_profile("corpus", deadline=None)
settings.load_profile("corpus")
