"""First names and their short forms, for the human queue alone: a nickname never makes a yes by itself.

Common English and Spanish short forms; each belongs to one full form here, the most usual one. A form that is missing
only means that a pair is not shown to a matcher on account of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

_SHORT_FORMS = """
ABIGAIL: ABBY ABBIE; ALBERT: AL BERT; ALEJANDRO: ALEX; ALEXANDER: ALEC; ALFRED: FRED; ALFREDO: FREDDY; AMANDA: MANDY;
ANDREW: ANDY DREW; ANTHONY: TONY; ARTHUR: ART; BARBARA: BARB; BENJAMIN: BEN BENNY; BRADLEY: BRAD; CATHERINE: CATHY CATE;
CHARLES: CHARLIE CHUCK; CHRISTINE: CHRISSY; CHRISTOPHER: CHRIS; CYNTHIA: CINDY; DANIEL: DAN DANNY; DAVID: DAVE DAVEY;
DEBORAH: DEB DEBBIE DEBRA; DONALD: DON DONNIE; DOROTHY: DOT DOTTIE; DOUGLAS: DOUG; EDWARD: ED EDDIE TED; ELEANOR: ELLIE;
ELIZABETH: LIZ BETH BETTY LIZZIE ELIZA; ERNESTO: NETO; EUGENE: GENE; FRANCIS: FRANK; FRANCISCO: PACO PANCHO; GABRIEL: GABE;
GERALD: GERRY; GREGORY: GREG; GUADALUPE: LUPE; GUILLERMO: MEMO; HAROLD: HAL HARRY; HENRY: HANK; IGNACIO: NACHO;
ISABEL: CHABELA; JACOB: JAKE; JAMES: JIM JIMMY JAMIE; JEFFREY: JEFF; JENNIFER: JEN JENNY; JESSICA: JESS; JESUS: CHUY;
JOHN: JACK JOHNNY; JONATHAN: JON JONNY; JOSE: PEPE; JOSEPH: JOE JOEY; JOSHUA: JOSH; JUDITH: JUDY;
KATHERINE: KATE KATIE KATHY KAT; KENNETH: KEN KENNY; KIMBERLY: KIM; LAWRENCE: LARRY; LEONARD: LEN LENNY; LEONARDO: LEO;
LUIS: LUCHO; MANUEL: MANNY MANOLO; MARGARET: MAGGIE MEG PEGGY MARGE; MATTHEW: MATT; MICHAEL: MIKE MICKEY MICK;
NATHAN: NAT; NATHANIEL: NATE; NICHOLAS: NICK; PATRICIA: PAT PATTY TRISH; PETER: PETE; PHILIP: PHIL; RAYMOND: RAY;
REBECCA: BECKY; RICHARD: RICK DICK RICH RICKY; ROBERT: BOB BOBBY ROB ROBBIE; ROBERTO: BETO; RONALD: RON RONNIE;
ROSARIO: CHARO; SAMUEL: SAM SAMMY; SANDRA: SANDY; SERGIO: CHECO; STEPHEN: STEVE STEVEN; SUSAN: SUE SUSIE; TERESA: TERE;
THERESA: TERRY; THOMAS: TOM TOMMY; TIMOTHY: TIM; VICTOR: VIC; VICTORIA: VICKY; VINCENT: VINCE; VIRGINIA: GINNY;
WALTER: WALT; WILLIAM: BILL BILLY WILL WILLIE; ZACHARY: ZACH
"""

# One name in two languages. It brings a pair to a matcher, but is no spelling of the other name (domain case A23).
_TRANSLATIONS = """
JOHN: JUAN; JOSEPH: JOSE; MICHAEL: MIGUEL; WILLIAM: GUILLERMO; CHARLES: CARLOS; GEORGE: JORGE; PETER: PEDRO; PAUL: PABLO;
JAMES: SANTIAGO JAIME; MARY: MARIA; LOUIS: LUIS; HENRY: ENRIQUE; EDWARD: EDUARDO; RICHARD: RICARDO; ROBERT: ROBERTO;
ANTHONY: ANTONIO; FRANCIS: FRANCISCO; ALEXANDER: ALEJANDRO; JOAN: JUANA; ANN: ANA; THOMAS: TOMAS; RAPHAEL: RAFAEL
"""


def _pairs(table: str) -> dict[str, str]:
    entries = (entry.partition(":") for entry in table.split(";"))
    return {other: one.strip() for one, _, others in entries for other in others.split()}


FULL_FORMS: Mapping[str, str] = MappingProxyType(_pairs(_SHORT_FORMS))
_ENGLISH = _pairs(_TRANSLATIONS)
KINDRED: Mapping[str, str] = MappingProxyType(
    _ENGLISH | {short: _ENGLISH.get(full, full) for short, full in FULL_FORMS.items()}
)


def full_form(first: str) -> str:
    """The full form of a normalised first name (BOB is ROBERT); the name itself where no short form is known."""
    return FULL_FORMS.get(first, first)


def kindred_form(first: str) -> str:
    """One form for all that is kin to a normalised first name: short forms and translations."""
    return KINDRED.get(first, first)


def kindred_initial(first: pl.Expr) -> pl.Expr:
    """The first letter of ``kindred_form``, for a whole column."""
    return first.replace(list(KINDRED), list(KINDRED.values())).str.slice(0, 1)
