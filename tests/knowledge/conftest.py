"""Property tests here have no deadline: two cores are shared, and the first text loads the dictionary."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
