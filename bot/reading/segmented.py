"""The words of a Chinese sentence, as jieba cuts it."""

import warnings
from collections.abc import Callable
from functools import lru_cache


def warm() -> None:
    """Loads the dictionary now, which takes between one and two seconds, so that no message waits
    for it."""
    _cut()


def words(text: str) -> list[str]:
    """The words of a text in their order, small letters, spaces and marks among them.

    It takes about 6 µs a character: ask a cheaper question first.
    """
    return _cut()(text.lower())


@lru_cache(maxsize=1)
def _cut() -> Callable[[str], list[str]]:
    """A tokenizer of our own: the shared one would log, and keep a file in the temporary
    folder."""
    with warnings.catch_warnings():
        # It still imports pkg_resources, which warns.
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return lambda text: [*tokenizer.cut(text, HMM=False)]
