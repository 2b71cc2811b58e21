"""The words of a sentence."""

import logging
import subprocess
import sys
import warnings

import pytest

from benchmarks.labelled import lines
from bot.reading.segmented import words
from bot.reading.weights import KNOWN


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("我有多少积分", ["我", "有", "多少", "积分"]),
        ("洗了两次就起球了", ["洗了", "两次", "就", "起球", "了"]),
        ("U盘 很好用", ["u盘", " ", "很好用"]),
        ("", []),
    ],
)
def test_a_sentence_is_cut_into_words(text: str, cut: list[str]) -> None:
    assert words(text) == cut


def test_no_word_is_lost() -> None:
    text = "Hello，世界!\n😀 e\u0301 第2天"
    assert "".join(words(text)) == text.lower()


def test_a_text_is_cut_as_jieba_would_cut_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in sorted(KNOWN):
        if not tokenizer.FREQ.get(word):
            tokenizer.add_word(word)
    for line in lines("train"):
        assert words(line.text) == tokenizer.lcut(line.text.lower(), HMM=False)


def test_the_cutter_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        words("今天的快递到了")
    assert not caplog.records


def test_the_dictionary_is_not_loaded_by_an_import() -> None:
    program = "import sys, bot.reading.review; sys.exit('jieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
