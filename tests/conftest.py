"""What every test may ask for; each idea is a plugin in a file of its own."""

import os

from hypothesis import Phase, settings

pytest_plugins = ["pytester", "tests.selection", "tests.databases", "tests.chat", "tests.story"]

# Two busy cores make a single example late now and then, and that says nothing about the code.
# CI judges the same code by the same examples each time; everybody else's runs look further.
settings.register_profile("jifenbot", deadline=None, derandomize="CI" in os.environ)
# A mutant is dead with the first example that fails; the same ones are tried whenever it is run.
settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    max_examples=50,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("jifenbot")
