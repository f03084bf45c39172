import datetime as dt

import polars as pl
import pytest

from requests.rules.addresses import read_addresses
from requests.rules.base import Judging, Parameters, Verdict
from requests.rules.v08_institution import RULE
from tests.rules.read_address import findings, findings_of_all, frame_of, said

WITHOUT_THE_BUILDING = (
    "County Jail", "Cook County Jail, Chicago IL 60608", "ICE Detention Facility, 78061", "Krome Service Processing Center",
    "Salvation Army Shelter, Reno NV", "Mercy Hospital, Chicago IL", "ICE Field Office, Chicago", "FCI Pekin, Pekin IL 61554",
    "State Prison", "In ICE custody", "Homeless shelter, Chicago IL 60608", "Stewart Detention Center Lumpkin GA 31815",
)  # fmt: skip


@pytest.mark.parametrize("address", WITHOUT_THE_BUILDING)
def test_an_institution_without_its_building_goes_to_counsel_and_to_no_other_rule(address):
    # A13, A14
    assert findings_of_all(WITHOUT_THE_BUILDING)[address] == {"V08": Verdict.REVIEW}


WITH_THE_BUILDING = (
    "Cook County Jail, 2700 S California Ave, Chicago IL 60608", "2700 S California Ave, Cook County Jail, Chicago IL 60608",
    "Cook County Jail 2700 S California Ave Chicago IL 60608", "123 Hospital Dr, Tyler TX 75701", "100 Prison Rd, Represa CA 95671",
    "FCI Pekin, PO Box 5000, Pekin IL 61555", "1 Shelter Ln, Reno NV 89501", "1710 Wesley Ave, Evanston IL 60201",
)  # fmt: skip


@pytest.mark.parametrize("address", WITH_THE_BUILDING)
def test_an_institution_with_its_building_passes(address):
    assert findings_of_all(WITH_THE_BUILDING)[address] == {}


def test_ten_subjects_may_share_an_address_and_eleven_go_to_counsel():
    address = "1710 Wesley Ave, Evanston IL 60201"
    assert said(RULE, address, sharing=10) is Verdict.ACCEPT
    assert said(RULE, address, sharing=11) is Verdict.REVIEW


def test_the_office_sets_how_many_may_share_an_address():
    judging = Judging(as_of=dt.date(2026, 11, 23), parameters=Parameters(max_subjects_per_address=3))
    frame = read_addresses(frame_of("1710 Wesley Ave, Evanston IL 60201")).with_columns(pl.lit(4).alias("c_address"))
    assert frame.select(RULE.expression(judging)).item() == Verdict.REVIEW


def test_a_crowd_does_not_excuse_an_address_without_a_place():
    assert findings("123 Main St", sharing=50) == {"V06": Verdict.REJECT, "V08": Verdict.REVIEW}
