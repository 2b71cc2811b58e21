"""The words of a Chinese sentence, as jieba cuts it.

| loaded | when | cost |
| --- | --- | --- |
| jieba itself | the first call | 0.3 s |
| its dictionary of 500,000 words and beginnings of words | the first call | 1.4 s, 60 MB |
| the words of `bot.reading.words` that it lacks | the first call | 0.03 s |
| its model for unknown words | never: a word that no list has says nothing | |
"""

import warnings
from collections.abc import Callable
from functools import lru_cache

from bot.reading.weights import KNOWN


def warm() -> None:
    """Loads the dictionary now, in one to two seconds, so that no message waits for it."""
    _cut()


def words(text: str) -> list[str]:
    """The words of a text in their order, small letters, spaces and marks among them.

    It takes about 6 µs a character: ask a cheaper question first.
    """
    return _cut()(text.lower())


@lru_cache(maxsize=1)
def _cut() -> Callable[[str], list[str]]:
    """A tokenizer of our own: the shared one logs, and keeps a file in the temporary folder."""
    with warnings.catch_warnings():
        # It still imports pkg_resources, which warns.
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in sorted(KNOWN):
        if not tokenizer.FREQ.get(word):
            tokenizer.add_word(word)
    return lambda text: [*tokenizer.cut(text, HMM=False)]
