"""The office's list of designated Federal criminal statutes, and what is plainly not one.

A request under 26 U.S.C. 6103(i)(2) needs the enforcement of a *specifically designated* Federal criminal statute that is
not a tax statute. A section on this list passes; a section on neither list goes to counsel (V10 review), who may have it
added here. A section may hold civil provisions beside the criminal ones; those stand below by subsection.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

FIRST_LIST = dt.date(2025, 1, 1)


@dataclasses.dataclass(frozen=True, slots=True)
class DesignatedStatute:
    """A section of the United States Code on the list from ``listed_from`` to ``listed_to``, both days included."""

    title: int
    section: str
    subject: str
    listed_from: dt.date = FIRST_LIST
    listed_to: dt.date | None = None

    @property
    def key(self) -> str:
        """``8:1253``: title and section, letters in capitals."""
        return f"{self.title}:{self.section.upper()}"


DESIGNATED_STATUTES: tuple[DesignatedStatute, ...] = (
    DesignatedStatute(8, "1253", "failure to depart, to appear for departure or to comply with release"),
    DesignatedStatute(8, "1306", "alien registration offenses"),
    DesignatedStatute(8, "1324", "bringing in and harboring aliens"),
    DesignatedStatute(8, "1325", "improper entry, marriage and entrepreneurship fraud"),
    DesignatedStatute(8, "1326", "reentry of removed aliens"),
    DesignatedStatute(8, "1327", "aiding certain aliens to enter"),
    DesignatedStatute(8, "1328", "importation of aliens for immoral purpose"),
    DesignatedStatute(15, "1", "restraint of trade"),
    DesignatedStatute(15, "78ff", "securities offenses"),
    DesignatedStatute(18, "2", "aiding and abetting"),
    DesignatedStatute(18, "111", "assaulting federal officers"),
    DesignatedStatute(18, "115", "threats against federal officials"),
    DesignatedStatute(18, "152", "bankruptcy fraud"),
    DesignatedStatute(18, "201", "bribery of public officials"),
    DesignatedStatute(18, "241", "conspiracy against rights"),
    DesignatedStatute(18, "242", "deprivation of rights under color of law"),
    DesignatedStatute(18, "286", "conspiracy to defraud by false claims"),
    DesignatedStatute(18, "287", "false claims"),
    DesignatedStatute(18, "371", "conspiracy"),
    DesignatedStatute(18, "471", "counterfeiting"),
    DesignatedStatute(18, "541", "entry of goods falsely classified"),
    DesignatedStatute(18, "542", "entry of goods by false statements"),
    DesignatedStatute(18, "545", "smuggling"),
    DesignatedStatute(18, "554", "smuggling goods from the United States"),
    DesignatedStatute(18, "641", "theft of public money"),
    DesignatedStatute(18, "656", "theft by bank officer or employee"),
    DesignatedStatute(18, "666", "theft or bribery, federally funded programs"),
    DesignatedStatute(18, "844", "explosives and arson offenses"),
    DesignatedStatute(18, "875", "interstate threats"),
    DesignatedStatute(18, "876", "mailing threats"),
    DesignatedStatute(18, "892", "extortionate credit"),
    DesignatedStatute(18, "911", "false claim of citizenship"),
    DesignatedStatute(18, "922", "unlawful acts with firearms"),
    DesignatedStatute(18, "924", "firearms offenses"),
    DesignatedStatute(18, "1001", "false statements"),
    DesignatedStatute(18, "1014", "false loan applications"),
    DesignatedStatute(18, "1015", "false statements in naturalization"),
    DesignatedStatute(18, "1028", "identity document fraud"),
    DesignatedStatute(18, "1028A", "aggravated identity theft"),
    DesignatedStatute(18, "1029", "access device fraud"),
    DesignatedStatute(18, "1030", "computer fraud"),
    DesignatedStatute(18, "1071", "concealing a person from arrest"),
    DesignatedStatute(18, "1073", "flight to avoid prosecution"),
    DesignatedStatute(18, "1084", "illegal wagering"),
    DesignatedStatute(18, "1111", "murder"),
    DesignatedStatute(18, "1201", "kidnapping"),
    DesignatedStatute(18, "1204", "international parental kidnapping"),
    DesignatedStatute(18, "1341", "mail fraud"),
    DesignatedStatute(18, "1343", "wire fraud"),
    DesignatedStatute(18, "1344", "bank fraud"),
    DesignatedStatute(18, "1346", "honest services fraud"),
    DesignatedStatute(18, "1347", "health care fraud"),
    DesignatedStatute(18, "1348", "securities fraud"),
    DesignatedStatute(18, "1349", "attempt and conspiracy to commit fraud"),
    DesignatedStatute(18, "1425", "unlawful procurement of citizenship"),
    DesignatedStatute(18, "1503", "obstruction of justice"),
    DesignatedStatute(18, "1512", "witness tampering"),
    DesignatedStatute(18, "1519", "destruction of records"),
    DesignatedStatute(18, "1542", "false statement in a passport application"),
    DesignatedStatute(18, "1543", "forgery of a passport"),
    DesignatedStatute(18, "1544", "misuse of a passport"),
    DesignatedStatute(18, "1546", "visa fraud"),
    DesignatedStatute(18, "1581", "peonage"),
    DesignatedStatute(18, "1589", "forced labor"),
    DesignatedStatute(18, "1590", "trafficking into forced labor"),
    DesignatedStatute(18, "1591", "sex trafficking"),
    DesignatedStatute(18, "1621", "perjury"),
    DesignatedStatute(18, "1623", "false declarations before a court"),
    DesignatedStatute(18, "1708", "mail theft"),
    DesignatedStatute(18, "1951", "robbery and extortion in commerce"),
    DesignatedStatute(18, "1952", "travel in aid of racketeering"),
    DesignatedStatute(18, "1956", "money laundering"),
    DesignatedStatute(18, "1957", "transactions in criminal proceeds"),
    DesignatedStatute(18, "1959", "violent crime in aid of racketeering"),
    DesignatedStatute(18, "1960", "unlicensed money transmission"),
    DesignatedStatute(18, "1962", "racketeering"),
    DesignatedStatute(18, "2113", "bank robbery"),
    DesignatedStatute(18, "2119", "carjacking"),
    DesignatedStatute(18, "2250", "failure to register as a sex offender"),
    DesignatedStatute(18, "2251", "sexual exploitation of children"),
    DesignatedStatute(18, "2252", "child pornography"),
    DesignatedStatute(18, "2252A", "child pornography"),
    DesignatedStatute(18, "2261A", "stalking"),
    DesignatedStatute(18, "2314", "transport of stolen goods"),
    DesignatedStatute(18, "2320", "counterfeit goods"),
    DesignatedStatute(18, "2332b", "terrorism across national boundaries"),
    DesignatedStatute(18, "2339A", "material support to terrorists"),
    DesignatedStatute(18, "2339B", "material support to terrorist organizations"),
    DesignatedStatute(18, "2421", "transport for unlawful sexual activity"),
    DesignatedStatute(18, "2422", "coercion and enticement"),
    DesignatedStatute(18, "2423", "transport of minors"),
    DesignatedStatute(21, "841", "drug distribution"),
    DesignatedStatute(21, "843", "drug offenses, communications"),
    DesignatedStatute(21, "846", "drug conspiracy"),
    DesignatedStatute(21, "848", "continuing criminal enterprise"),
    DesignatedStatute(21, "856", "drug-involved premises"),
    DesignatedStatute(21, "952", "importation of drugs"),
    DesignatedStatute(21, "959", "manufacture of drugs for import"),
    DesignatedStatute(21, "960", "import and export of drugs"),
    DesignatedStatute(21, "963", "drug import conspiracy"),
    DesignatedStatute(22, "2778", "arms export"),
    DesignatedStatute(31, "5322", "currency reporting offenses"),
    DesignatedStatute(31, "5324", "structuring"),
    DesignatedStatute(31, "5332", "bulk cash smuggling"),
    DesignatedStatute(42, "408", "social security fraud"),
    DesignatedStatute(50, "1705", "sanctions offenses"),
    DesignatedStatute(50, "4819", "export control offenses"),
)
"""The list as shipped: a starting point that an office's counsel keeps."""

TAX_TITLES = frozenset({26})
"""Title 26 is the Internal Revenue Code: its investigations have ways of their own (26 U.S.C. 6103(h))."""

# Definitions, admission, detention, removal and relief from it, naturalization: no penal provision among them.
_IMMIGRATION = """
1101 1103 1151 1152 1153 1154 1157 1158 1159 1160 1181 1182 1184 1186A 1186B 1187 1201 1202 1221 1222 1223 1224 1225 1226
1226A 1227 1228 1229 1229A 1229B 1229C 1230 1231 1232 1252 1254A 1255 1256 1257 1258 1259 1281 1283 1285 1286 1287 1323
1324D 1357 1373 1401 1421 1422 1423 1424 1427 1430 1433 1439 1440 1445 1446 1447 1448 1449 1451 1503 1601 1611 1621
"""
_ELSEWHERE = """
5:551 5:552 5:552B 5:553 5:701 5:702 5:706 12:1833A 15:45 18:981 18:983 19:1592 21:881 28:1331 28:1345 28:2461 31:3729
31:3730 31:3801 31:3802 42:1981 42:1983 42:2000E
"""
# Civil penalties on vessels and aircraft, within a criminal section.
_SUBSECTIONS = "8:1253:C"

CIVIL_SECTIONS = frozenset(
    [f"8:{section}" for section in _IMMIGRATION.split()] + _ELSEWHERE.split() + _SUBSECTIONS.split()
)
"""Sections (or ``title:section:SUBSECTION``) that make nothing a crime. Not exhaustive: the rest goes to counsel."""

IMMIGRATION_ACT = {
    "101": "1101", "103": "1103", "212": "1182", "235": "1225", "236": "1226", "237": "1227", "238": "1228", "239": "1229",
    "240": "1229A", "240A": "1229B", "240B": "1229C", "241": "1231", "242": "1252", "243": "1253", "245": "1255",
    "264": "1304", "266": "1306", "274": "1324", "274A": "1324A", "274C": "1324C", "274D": "1324D", "275": "1325",
    "276": "1326", "277": "1327", "278": "1328", "287": "1357", "318": "1429", "340": "1451",
}  # fmt: skip
"""Sections of the Immigration and Nationality Act, as requests often cite them, to sections of title 8."""
