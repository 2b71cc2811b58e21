"""What every test may ask for; each idea is a plugin in a file of its own."""

from hypothesis import settings

pytest_plugins = ["pytester", "tests.selection", "tests.databases", "tests.chat", "tests.story"]

# Two busy cores make a single example late now and then, and that says nothing about the code.
settings.register_profile("jifenbot", deadline=None)
settings.load_profile("jifenbot")
