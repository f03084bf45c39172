"""The same place reads the same however it is typed, and an honest address is complete."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.rules.addresses import FLAGS, TEXTS, read_addresses
from tests.rules.read_address import findings, findings_of_all, frame_of, read, read_all

COMPLETE = (
    "1200 N Ashland Ave Apt 3, Chicago IL 60622",
    "PO Box 118, Laredo TX 78042",
    "112-10 Queens Blvd, Forest Hills NY 11375",
    "123 1/2 Main St, Houston TX 77002",
    "842 E 1700 S, Salt Lake City, UT 84105",
    "842 E 1700 S Salt Lake City UT 84105",
    "W 4200 N 350, Roy UT 84067",
    "350 W 4200 N, Roy UT 84067",
    "N6W23001 Bluemound Rd, Waukesha WI 53188",
    "N165 W2123 Tartan Ct Jackson, WI 53037",
    "150 North St, Burlington VT 05401",
    "1234 5th Ave, New York, NY 10001",
    "350 Fifth Avenue, New York 10118",
    "1600 Pennsylvania Ave NW, Washington DC 20500",
    "1600 Pennsylvania Ave NW, Washington 20500",
    "4500 US Highway 50, Carson City NV 89701",
    "10 County Road 12, Dalton GA 30721",
    "77 State Route 9, Lake George NY 12845",
    "RR 2 Box 18, Ely MN 55731",
    "HC 4 Box 9, Marfa TX 79843",
    "PSC 3 Box 1234 APO AE 09021",
    "PSC 3 Box 1234, APO AE 09021",
    "Unit 2050 Box 4190, APO AP 96278",
    "USS Nimitz (CVN 68), FPO AP 96620",
    "100 Main St PMB 45, Austin TX 78701",
    "c/o Maria Silva, 100 Main St, Austin TX 78701",
    "C/O Maria Silva 100 Main St, Austin TX 78701",
    "100 Calle 5, Laredo TX 78040",
    "1500 Avenida Central, Albuquerque NM 87106",
    "1000 El Camino Real, Menlo Park CA 94025",
    "2300 Camino Real Las Cruces NM 88001",
    "URB Las Gladiolas 150 Calle A San Juan PR 00926",
    "URB Las Gladiolas, 150 Calle A, San Juan, PR 00926",
    "150 Calle A, Urb Las Gladiolas, San Juan PR 00926",
    "Calle 5 #150, Urb Villa Nevarez, San Juan PR 00927",
    "Carr 102 Km 5.3, Cabo Rojo PR 00623",
    "150 Broadway, New York NY 10038",
    "150 Broadway New York NY 10038",
    "1000 Avenue of the Americas, New York NY 10018",
    "12 Rue Royale, New Orleans LA 70130",
    "12 Rue Royale New Orleans LA 70130",
    "Cook County Jail, 2700 S California Ave, Chicago IL 60608",
    "Cook County Jail 2700 S California Ave Chicago IL 60608",
    "5150 Unknown Rd, Madison WI 53711",
    "123 Hospital Dr, Tyler TX 75701",
    "Apt 1B 626 E Kilbourn Ave Milwaukee, WI 53202",
    "1234 S Martin Luther King Dr Chicago, IL 60637",
    "1234 West U.S. Hwy 50, Olney IL 62450",
    "2002 FM 544 Wylie, TX 75098",
    "519 PR 462 Leonard, TX 75452",
    "20 Benton Pl St Louis, MO 63104",
    "123 St Charles Ave St Louis MO 63101",
    "120 N. Michigan Ave. Ste 1605, Chicago, IL 60601",
    "232 Dubei Ct Salt Lake City UT 84111",
    "77 w WACKER DR SUITE 1800 CHICAGO IL 60601",
    "CORPORATE TRAVEL, MICHAEL A CASOLO, ATTN SHELIA LEWIS, 77 w WACKER DR, SUITE 1800, CHICAGO IL 60601",
    "860 w Blackhawk 305, CHICAGO IL 60642-2534",
    "100 Gold Street, 2nd Fl., New York, NY 10038",
    "59-17 Junction Boulevard, 17th Floor Conference Room, Flushing, New York 11373",
    "830 Fifth Avenue, Room 313, New York, NY 10065",
    "10 Country Road 3668 Splendora TX 77372",
    "PO Box 9580 Rancho Santa Fe CA 92067",
    "123 E Marcy St Ste 201 Santa Fe NM 87501",
    "12631 Imperial Hgwy Santa Fe Springs CA 90670",
    "1000 Cordova Place, # 234 Santa Fe NM 87505",
    "12145 NW Grand Ave El Mirage, AZ 85335",
    "9112 Mendenhall Mall Road, Juneau, AK 99801",
    "Mile K Beach Road # 1, Kenai, AK 99611",
    "Box # 63, Cordova, AK 99574",
    "32-233 M Street, Elmendorf Afb, AK 99506",
    "34115 Sterling Highway, Anchor Point, AK 99556",
    "2101 1st Avenue North, Pell City, AL 35125",
    "8483 Al Highway 157, Moulton, AL 35650",
    "30653 Highway 278, Addison, AL 35540",
    "131 Cove Avenue, Gulf Shores, AL 36542",
    "7104 Highway 62 West, Gassville, AR 72635",
    "3209 Northeast 11th Street, Bentonville, AR 72712",
    "406 North Highway 71 Business, Lowell, AR 72745",
    "11291 East Viaduct Linda, Scottsdale, AZ 85259",
    "300 West Apache Trail, Apache Junction, AZ 85120",
    "5235 North Highway 64, Williams, AZ 86046",
    "525 North Avenue, Grand Junction, CO 81501",
    "94-210 Leokane, Suite 105, Waipahu, HI 96797",
    "2615 1/2 Gary Avenue, Dodge City, KS 67801",
    "2 Broadway, Somers Point, NJ 08244",
    "12188 Old Number 6 Highway, Eutawville, SC 29048",
    "1646 Red Leaf Drive Fort Mill, South Carolina 29715 United States",
    "15 Bridge Street Providence, Rhode Island 02903 United States",
    "4079 U.S. 17 Business Murrells Inlet, South Carolina 29576 United States",
    "43 South Broadway Pitman, New Jersey 08071 United States",
    "142 South Pratten, Columbus, MT 59019",
    "7353 Goddard Drive, Malmstrom A F B, MT 59402",
    "1 The Square, Lillington, NC 27546",
    "520 South Main, Ohiowa, NE 68416",
    "9265 Huer Huero Road, Creston, 93432",
    "6257A North McCormick Road, Chicago, 60659",
    "60 East Walton Street, 60611",
    "254 U.S. Highway No 202, Pluckemin, NJ 07978",
    "4805 Southwest 229th, Aloha, OR 97007",
    "1328 West McDermott Suite 200, Allen, TX 75013",
    "3904 Route # A, Arlington, VT 05250",
    "1341 State Road 75, Penasco, NM 87553",
    "4922 B South Cornell Avenue, 60615",
    "214 B South Boulevard, Evanston, 60202",
    "8938-40 S. Cottage Grove, Chicago IL 60619",
    "5500 N. St. Louis, Chicago IL 60625",
    "801 South Canal Street C1S, Chicago IL 60607",
    "1020 West Bryn Mawr 211, Chicago IL 60660",
    "7411 South Cottage Grove Ave. Ground Floor, Chicago IL 60619",
    "9912 S. Avenue H, Chicago IL 60617",
    "2610 West 25th Place Lower level, Chicago IL 60608",
    "123 Main St - Chicago - IL - 60608",
    "123 Main St;Chicago;IL;60608",
    "123 Main St,Chicago,IL60608",
    "100 Oak Ct 60608",
    "One Penn Plaza, New York NY 10119",
    "500 S State St Rm 12 Bldg 4, Chicago IL 60605",
    "Cambridge Apartments Bldg 3 Apt 12, 400 Elm St, Dallas TX 75201",
    "400 Elm St, Cambridge Apartments, Bldg 3 Apt 12, Dallas TX 75201",
    "Lot 14 Sunny Acres Trailer Park, 200 County Road 5, Elkhart IN 46514",
    "P O Box 12 Houston Tx 77002",
    "P.O. Drawer 5, Mobile AL 36601",
    "Post Office Box 88, Mobile, Alabama 36601",
    "100 Main St, PO Box 12, Greenville SC 29601",
    "123 N Main, Tulsa OK 74103",
    "123 E St NW, Washington DC 20001",
    "12 A St, Lincoln NE 68502",
    "123 Avenue C, Brooklyn NY 11218",
    "123 Ave C Apt 4B, Brooklyn NY 11218",
    "4711 W 24th Pl, Cicero IL 60804 USA",
    "100 O'Farrell St, San Francisco CA 94102",
    "1 Park Ave W, Mansfield OH 44902",
    "12 Camino del Rio N, San Diego CA 92108",
    "12345 Main St, Fairfax VA 22030",
    "99999 Highway 101, Florence OR 97439",
    "300 Main Street, Schenectady NY 12345",
    "100 Main St, Unit 12-B, Boston MA 02108",
    "100 Main St Unit B Boston MA 02108",
    "28W550 Roosevelt Rd, Winfield IL 60190",
    "1 1st St, Elgin IL 60120",
    "9 Elm, Keene NH 03431",
    "PO Box 5, Saipan MP 96950",
    "PO Box 5, Christiansted VI 00820",
    "100 Chalan San Antonio, Tamuning GU 96913",
    "100 Test Dr, Madison WI 53711",
    "100 None Such Rd, Athens GA 30605",
    "8000 Refugee Rd, Columbus OH 43232",
    "100 Same St, Madison WI 53711",
    "100 Prison Rd, Represa CA 95671",
    "1 Salvation Army Way, Wichita KS 67203",
    "4100 Homeless Coalition Dr, Dallas TX 75201",
    "100 Xavier St, Denver CO 80204",
    "100 Na Pali Way, Lihue HI 96766",
    "77 Blank Rd, Redding CT 06896",
    "22 Void St, Reno NV 89501",
    "12 State St, Albany NY 12207",
    "10 City Center Dr, Norman OK 73069",
    "3 Missing Link Rd, Moab UT 84532",
    "RR #2, Box 18, Ely MN 55731",
    "Rural Route 2 Box 18A Ely MN 55731",
    "HCR 65 Box 12, Alpine TX 79830",
    "Rt 1 Box 55, Chatom AL 36518",
    "CMR 402 Box 1234, APO AE 09180",
    "1000 SW Jackson St, Topeka, Kansas 66612",
    "120 Main Street Apt 2 Floor 3, Lowell MA 01852",
    "Av. Ponce de Leon 1234, San Juan PR 00907",
    "Condominio Las Torres Apt 5B, 100 Calle Luna, San Juan PR 00901",
    "HC 01 Box 2345, Lajas PR 00667",
    "1111 11th St, Denver CO 80204",
    "7 Trailer Park Ln, Mobile AL 36602",
    "# 1 Pinto Dr, Springfield IL 62701",
    "ONE NORTH JEFFERSON AVE Springfield IL 62701",
    "1015 Financial Center 505 20th St N, Springfield IL 62701",
    "401 SW Water Street, Unit508, Springfield IL 62701",
    "4582 S Ulster St Pkwy Ste 1100 Springfield IL 62701",
    "5490 S. South Shore Drive # 3 South, Springfield IL 62701",
    "7441 East County Road Y, Gordon, WI 54838",
    "1276 County Road 1450 E. Springfield IL 62701",
    "2928 N. 2900 E. Road, Springfield IL 62701",
    "134 Grey Fox Springfield IL 62701",
    "2300 Boulevard Granada, Springfield IL 62701",
    "949 Burnt Hickory Dr, SW, Springfield IL 62701",
    "Box # 209, Glorieta, NM 87535",
)


@pytest.mark.parametrize("address", COMPLETE)
def test_a_complete_address_has_no_finding(address):
    assert findings_of_all(COMPLETE)[address] == {}


@pytest.mark.parametrize("address", COMPLETE)
def test_setting_the_house_number_aside_changes_no_reading(address):
    # A blank before the number keeps it in the text that is read.
    apart = read_all(tuple(" " + each for each in COMPLETE))
    assert apart[" " + address] == read_all(COMPLETE)[address]


@pytest.mark.parametrize("address", COMPLETE)
def test_case_and_doubled_blanks_change_no_reading(address):
    spread = read_all(tuple(each.lower().replace(" ", "  ") for each in COMPLETE))
    assert spread[address.lower().replace(" ", "  ")] == read_all(COMPLETE)[address]


TAKEN_APART = (
    ("1200 N Ashland Ave Apt 3, Chicago IL 60622", "1200|N|ASHLAND|AVE||# 3|CHICAGO|IL|60622"),
    ("1200 North Ashland Avenue #3, Chicago, Illinois 60622-1234", "1200|N|ASHLAND|AVE||# 3|CHICAGO|IL|60622"),
    ("1200 N. ASHLAND AV., UNIT 3 CHICAGO IL 60622", "1200|N|ASHLAND|AVE||# 3|CHICAGO|IL|60622"),
    ("112-10 Queens Blvd, Forest Hills NY 11375", "112-10||QUEENS|BLVD|||FOREST HILLS|NY|11375"),
    ("123 1/2 Main St, Houston TX 77002", "123 1/2||MAIN|ST|||HOUSTON|TX|77002"),
    ("842 E 1700 S, Salt Lake City, UT 84105", "842|E|1700||S||SALT LAKE CITY|UT|84105"),
    ("W 4200 N 350, Roy UT 84067", "350|W|4200||N||ROY|UT|84067"),
    ("N6W23001 Bluemound Rd, Waukesha WI 53188", "N6W23001||BLUEMOUND|RD|||WAUKESHA|WI|53188"),
    ("150 North St, Burlington VT 05401", "150||NORTH|ST|||BURLINGTON|VT|05401"),
    ("1600 Pennsylvania Ave NW, Washington DC 20500", "1600||PENNSYLVANIA|AVE|NW||WASHINGTON|DC|20500"),
    ("4500 US Highway 50, Carson City NV 89701", "4500||US HWY 50||||CARSON CITY|NV|89701"),
    ("10 Co Rd 12, Dalton GA 30721", "10||COUNTY RD 12||||DALTON|GA|30721"),
    ("1 Park Ave W, Mansfield OH 44902", "1||PARK|AVE|W||MANSFIELD|OH|44902"),
    ("2310 Central Park Avenue, Evanston IL 60201", "2310||CENTRAL PARK|AVE|||EVANSTON|IL|60201"),
    ("PO Box 118, Laredo TX 78042", "118||PO BOX||||LAREDO|TX|78042"),
    ("RR 2 Box 18, Ely MN 55731", "18||RR 2||||ELY|MN|55731"),
    ("Rural Route #2, Box 18 Ely MN 55731", "18||RR 2||||ELY|MN|55731"),
    ("HC 04 Box 9, Marfa TX 79843", "9||HC 4||||MARFA|TX|79843"),
    ("PSC 3 Box 1234 APO AE 09021", "1234||PSC 3||||APO|AE|09021"),
    ("URB Las Gladiolas 150 Calle A San Juan PR 00926", "150||CALLE A||||SAN JUAN|PR|00926"),
    ("Calle A #150, Urb Las Gladiolas, San Juan PR 00926", "150||CALLE A||||SAN JUAN|PR|00926"),
    ("123 St Charles Ave St Louis MO 63101", "123||ST CHARLES|AVE|||ST LOUIS|MO|63101"),
    ("123 Saint Charles Avenue, Saint Louis, MO 63101", "123||ST CHARLES|AVE|||ST LOUIS|MO|63101"),
    ("100 Main St Ste 200, Boston MA 02108", "100||MAIN|ST||STE 200|BOSTON|MA|02108"),
    ("500 S State St Rm 12 Bldg 4, Chicago IL 60605", "500|S|STATE|ST||BLDG 4 RM 12|CHICAGO|IL|60605"),
    ("Bldg 4 Rm 12, 500 South State Street, Chicago IL 60605", "500|S|STATE|ST||BLDG 4 RM 12|CHICAGO|IL|60605"),
    ("100 Oak Ct 60608", "100||OAK|CT|||||60608"),
    ("Cook County Jail, 2700 S California Ave, Chicago IL 60608", "2700|S|CALIFORNIA|AVE|||CHICAGO|IL|60608"),
)


@pytest.mark.parametrize(("address", "expected"), TAKEN_APART)
def test_an_address_is_taken_apart(address, expected):
    names = ("number", "predir", "street", "type", "postdir", "unit", "city", "state", "zip5")
    found = read_all(tuple(each for each, _ in TAKEN_APART))[address]
    assert "|".join(found.get(name, "") for name in names) == expected


def test_the_last_four_digits_of_a_zip_are_kept_apart_from_the_text():
    found = read("1710 Wesley Ave, Evanston IL 60201-1234")
    assert found["zip4"] == "1234"
    assert found["text"] == "1710 WESLEY AVE EVANSTON IL 60201"


KINDS = (
    ("1710 Wesley Ave, Evanston IL 60201", "street"),
    ("PO Box 118, Laredo TX 78042", "po_box"),
    ("RR 2 Box 18, Ely MN 55731", "rural_route"),
    ("HC 4 Box 9, Marfa TX 79843", "rural_route"),
    ("PSC 3 Box 1234 APO AE 09021", "military"),
    ("General Delivery, Chicago IL 60608", "general_delivery"),
    ("Homeless, Chicago IL 60608", "homeless"),
    ("Calle 5 #12, Puebla, Mexico", "foreign"),
    ("County Jail", "institution"),
    ("Cook County Jail, 2700 S California Ave, Chicago IL 60608", "street"),
    ("Chicago IL 60608", "none"),
    ("", "none"),
)


@pytest.mark.parametrize(("address", "kind"), KINDS)
def test_an_address_has_a_kind(address, kind):
    assert read_all(tuple(each for each, _ in KINDS))[address]["kind"] == kind


def test_one_street_spelled_two_ways_is_one_street():
    # A22
    one = read("1710 North Street, Evanston IL 60201")
    assert read("1710 N St., Evanston IL 60201") == {**one, "plain": "1710 N ST, EVANSTON IL 60201"}


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (
            "1710 Wesley Avenue, Apt 3, Evanston, IL 60201",
            {"street": "1710 Wesley Ave", "unit": "3", "city": "Evanston", "state": "Illinois", "zip": "60201"},
        ),
        (
            "100 Main St, Boston MA 02108",
            {"street": "100 Main Street", "unit": "", "city": "Boston", "state": "MA", "zip": "2108", "country": "USA"},
        ),
        ("PO Box 9, San Juan PR 00926", {"street": "P.O. Box 9", "city": "San Juan", "state": "PR", "zip": "926"}),
        (
            "100 Main St, Boston MA 02108",
            {"address": "100 Main St", "city": "Boston", "state": "MA", "zip": "02108", "unit": "N/A"},
        ),
        (
            "100 Main St, Boston MA 02108",
            {"address": "100 Main St, Boston MA 02108", "city": "Boston", "state": "MA", "zip": "02108"},
        ),
    ],
)
def test_both_shapes_of_an_address_read_the_same(whole, parts):
    one, other = read(whole), read(parts)
    assert {**one, "plain": ""} == {**other, "plain": ""}


def test_every_reading_is_a_text_and_rows_keep_their_order():
    frame = frame_of(*COMPLETE, "", *reversed(COMPLETE))
    whole = read_addresses(frame)
    assert whole.select(TEXTS).null_count().sum_horizontal().item() == 0
    assert set(whole.select(TEXTS).dtypes) == {pl.String}
    assert set(whole.select(FLAGS).dtypes) == {pl.Boolean}
    assert whole.select(frame.columns).equals(frame)
    assert whole["a_text"].to_list()[: len(COMPLETE)] == [read_all(COMPLETE)[address]["text"] for address in COMPLETE]
    assert whole["a_text"].to_list() == list(reversed(whole["a_text"].to_list()))


def test_a_lazy_frame_stays_lazy_and_reads_the_same():
    frame = frame_of(*COMPLETE)
    lazy = read_addresses(frame.lazy())
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(read_addresses(frame))
    assert lazy.collect_schema() == read_addresses(frame).schema


def test_no_lines_and_absent_columns_read_as_nothing():
    assert read_addresses(frame_of()).height == 0
    assert read_addresses(frame_of({}, {}))["a_kind"].to_list() == ["none", "none"]
    assert read_addresses(frame_of({}, {}))["a_text"].to_list() == ["", ""]


def test_a_line_alone_reads_as_it_does_among_others_however_often_and_whoever_lives_next_door():
    for _ in range(2):
        assert [read(address) for address in COMPLETE[:3]] == [read_all(COMPLETE)[address] for address in COMPLETE[:3]]
    one, next_door = read("1710 Wesley Ave, Evanston IL 60201"), read("1712 Wesley Ave, Evanston IL 60201")
    assert (one["number"], next_door["number"]) == ("1710", "1712")
    assert next_door["text"] == "1712 WESLEY AVE EVANSTON IL 60201"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_no_text_whatever_stops_the_reading(texts):
    whole = read_addresses(frame_of(*texts))
    assert whole.height == len(texts)
    assert whole.select(TEXTS).null_count().sum_horizontal().item() == 0


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789 ,-#/.", max_size=30))
def test_digits_alone_never_pass(text):
    assert findings(text)
