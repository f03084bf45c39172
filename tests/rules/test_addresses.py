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
    "4180 Test Dr, Madison WI 53711",
    "100 None Such Rd, Athens GA 30605",
    "8000 Refugee Rd, Columbus OH 43232",
    "4180 Same St, Madison WI 53711",
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
    "2300 Boulevard Granada, Springfield IL 62701",
    "949 Burnt Hickory Dr, SW, Springfield IL 62701",
    "15-20 Plaza Rd, Fair Lawn NJ 07410",
    "112-10 101st Ave, Richmond Hill NY 11419",
    "41-25A Kissena Blvd Apt 6B, Flushing NY 11355",
    "39 1/2 Washington Sq S, New York NY 10012",
    "123 1/2 B Main St, Troy NY 12180",
    "10 S 600 E, Provo UT 84606",
    "S 1234 W 5678, Salt Lake City UT 84101",
    "W289S4567 Rockwood Dr, Waukesha WI 53188",
    "N89 W16780 Appleton Ave, Menomonee Falls WI 53051",
    "5N230 Burr Rd, Saint Charles IL 60175",
    "Mile 5.5 Glenn Highway, Palmer AK 99645",
    "MP 12 Sterling Hwy, Cooper Landing AK 99572",
    "Milepost 101 Parks Hwy, Willow AK 99688",
    "Mile Marker 82 Overseas Hwy, Islamorada FL 33036",
    "82205 Overseas Highway MM 82, Islamorada FL 33036",
    "1 42nd St NE, Cedar Rapids IA 52402",
    "200 W 4th, Tulsa OK 74103",
    "1500 Hwy 61 N, Natchez MS 39120",
    "4500 I-10 Frontage Rd, Houston TX 77028",
    "2200 N Interstate 35, Austin TX 78705",
    "2200 N IH 35, San Marcos TX 78666",
    "1200 FM 1960 W, Houston TX 77090",
    "12345 State Hwy 6 S, Houston TX 77077",
    "7800 US-1, Melbourne FL 32940",
    "100 US 19 N, Clearwater FL 33755",
    "500 County Rd 12 S, Delta CO 81416",
    "500 CR-12, Delta CO 81416",
    "234 CR 1450 N, Urbana IL 61802",
    "300 Co Hwy 10, Bemidji MN 56601",
    "N3456 County Road ZZ, Portage WI 53901",
    "1234 County Trunk H, Mondovi WI 54755",
    "1234 Cty Rd K, Eagle River WI 54521",
    "1500 Township Road 123, Millersburg OH 44654",
    "77 Parish Road 456, Monroe LA 71203",
    "12 Private Road 789, Hallettsville TX 77964",
    "1234 Ranch Road 620 S, Austin TX 78734",
    "RR 1 Box 2A, Chadron NE 69337",
    "R.R. 3, Box 44, Vincennes IN 47591",
    "Route 2 Box 345, Hazlehurst GA 31539",
    "HC 67 Box 1234-A, Monticello UT 84535",
    "HC-1 Box 5, Kingston NV 89310",
    "Star Route 2 Box 15, Elko NV 89801",
    "SR 2 Box 15, Elko NV 89801",
    "Highway Contract 5 Box 12, Tucson AZ 85701",
    "PSC 473 BOX 12, FPO AP 96349-0012",
    "PSC 80 Box 12345, APO, AP 96367",
    "CMR 467, Box 3456, APO AE 09096",
    "UNIT 15022 BOX 100, APO AP 96218",
    "2nd Lt John Smith, Unit 4567 Box 99, DPO AE 09701",
    "USCGC Hamilton, FPO AP 96667",
    "USS Gerald R Ford CVN 78, FPO AE 09513",
    "B Co 1-12 Cav Unit 20100, APO AE 09378",
    "100 Main St PMB 234, Reno NV 89501",
    "PMB 234, 100 Main St, Reno NV 89501",
    "100 Main St #PMB 234, Reno NV 89501",
    "c/o John Smith, 5 Elm St, Salem MA 01970",
    "% Maria Lopez, 12 Oak Ave, Laredo TX 78040",
    "Care of Maria Lopez, 12 Oak Ave, Laredo TX 78040",
    "5 Elm St c/o Smith, Salem MA 01970",
    "Attn: Maria Lopez, PO Box 12, Laredo TX 78042",
    "1023 Calle Niño Jesús, El Paso TX 79901",
    "45 Calle Luna, Viejo San Juan, San Juan PR 00901",
    "Calle Luna 45, San Juan PR 00901",
    "1221 Ave Ponce de Leon Apt 4, San Juan PR 00907",
    "Urb. Santa Juanita, AA12 Calle 33, Bayamon PR 00956",
    "Urb Jardines de Caparra, Calle 39 ZZ-15, Bayamon PR 00959",
    "D-5 Calle 7, Urb. Villa Rica, Bayamon PR 00959",
    "B12 Calle Marginal Urb Extension Villa Caparra Guaynabo PR 00966",
    "Res. Luis Llorens Torres Edif 12 Apt 234, San Juan PR 00913",
    "Cond. Torres de Andalucia II Apt 505, San Juan PR 00926",
    "HC 3 Box 12345, Yabucoa PR 00767",
    "Carr. 2 Km 12.4, Bo. Candelaria, Toa Baja PR 00949",
    "Bo Guavate Sector Los Velez Carr 184 Km 23.5, Cayey PR 00736",
    "PO Box 366998, San Juan PR 00936",
    "Apartado 123, Ponce PR 00731",
    "Parcelas Falu 123 Calle 22, San Juan PR 00924",
    "Barrio Obrero 614 Calle Tapia, San Juan PR 00915",
    "6410 Estate Smith Bay, St Thomas VI 00802",
    "1-A Estate Carlton, Frederiksted VI 00840",
    "PO Box 502345, Saipan, MP 96950",
    "123 Chalan Pale San Vitores, Tumon GU 96913",
    "PO Box 1234, Pago Pago, AS 96799",
    "1 Microsoft Way, Redmond WA 98052",
    "1 Infinite Loop, Cupertino, CA 95014",
    "1 World Way, Los Angeles CA 90045",
    "350 5th Ave Fl 34, New York NY 10118",
    "1 Wall St Ct, New York NY 10005",
    "123 The Esplanade, Venice FL 34285",
    "12 Rue de la Paix, Lafayette LA 70501",
    "45 Via Roma, Henderson NV 89011",
    "17 Paseo de Peralta, Santa Fe NM 87501",
    "3 Vereda Corta, Santa Fe NM 87508",
    "789 Avenida de la Estrella, San Clemente CA 92672",
    "1 Lois Ln, Metropolis IL 62960",
    "14 Mc Donald Ave, Brooklyn NY 11218",
    "100 O St SW, Washington DC 20024",
    "2 R St NE, Washington DC 20002",
    "55 B Ave, Lake Oswego OR 97034",
    "800 Ave of the Stars, Los Angeles CA 90067",
    "1000 N Central Expy, Dallas TX 75231",
    "1600 Amphitheatre Pkwy, Mountain View, CA 94043",
    "100 E Main, Ashland OR 97520",
    "45 E 72nd Street, Apt. 12-C, New York, N.Y. 10021",
    "500 E Las Olas Blvd Apt PH2, Fort Lauderdale FL 33301",
    "123 Main St Rear, Scranton PA 18503",
    "123 Main St 2nd Floor, Scranton PA 18503",
    "123 Main St Fl 2 Front, Scranton PA 18503",
    "123 Main St Bsmt, Brooklyn NY 11201",
    "123 Main St Upstairs, Buffalo NY 14201",
    "123 Main St (rear house), Buffalo NY 14201",
    "123 Main Street - Apt 4 - Dover - DE - 19901",
    "Space 14, 2300 Mobile Manor Dr, Modesto CA 95351",
    "2300 Mobile Manor Dr Trlr 7, Modesto CA 95351",
    "2300 Mobile Manor Dr Sp 7, Modesto CA 95351",
    "Slip 12, 100 Marina Way, Sausalito CA 94965",
    "123 No Name Rd, Key West FL 33040",
    "45 Noname Rd, Camden ME 04843",
    "200 No Mans Land Rd, Bath NC 27808",
    "10 Nowhere Rd, Athens GA 30601",
    "77 Lost Ln, Bend OR 97701",
    "4180 Blank St, Dallas TX 75202",
    "12 Private Dr, Lucasville OH 45648",
    "55 Private Drive 12, South Point OH 45680",
    "4180 Other St, Lima OH 45801",
    "1234 Unknown Soldier Way, Arlington VA 22201",
    "100 Test Track Rd, Aberdeen MD 21001",
    "6 Refused Rd, Lenox MA 01240",
    "2200 Sample Rd, Coral Springs FL 33065",
    "2500 W Sample Rd, Pompano Beach FL 33073",
    "4180 Example Ct, Reno NV 89502",
    "10 Dummy Line Rd, Laurel MS 39440",
    "4180 Default Way, Boise ID 83702",
    "99 Anywhere Ln, Tulsa OK 74101",
    "10 City Hall Plaza, Boston MA 02201",
    "1045 Street Rd, Southampton PA 18966",
    "300 Avenue Rd, Aiken SC 29801",
    "100 E Street Rd, Kennett Square PA 19348",
    "500 Area Dr, Smyrna GA 30080",
    "15 Multiple Way, Reno NV 89502",
    "800 Removal Rd, Hilo HI 96720",
    "2310 Nada Ln, Taos NM 87571",
    "45 Ninguna Ct, Taos NM 87571",
    "12 Main St, Unknown Apt, Dover DE 19901",
    "1 Broadway, Cambridge, MA 02142",
    "2100 Market, San Francisco CA 94114",
    "1234 Magnolia, Fort Worth TX 76104",
    "77 Massachusetts Avenue, Cambridge, Massachusetts",
    "200 W Madison, Chicago, Illinois",
    "12 MAIN ST,,,BOSTON,MA,02108",
    "12 Main St.  Boston,  Mass.  02108",
    "12 Main St Boston MA 02108-1234 USA",
    "12 Main St, Boston, MA, 02108, United States of America",
    "12 Main St, Boston, MA 021081234",
    "12 Main St, Boston, MA 2108",
    "#42 233 S Wacker Dr, Chicago IL 60606",
    "Apt. #4, 12 Main St, Boston MA 02108",
    "Fl 3 12 Main St, Boston MA 02108",
    "4th floor 300 east randolph st, chicago il 60601",
    "410 PIEDMONT AVE # APT 2, SHELBY NC 28150",
    "1 Cook County Jail Way, Chicago IL 60608",
    "2700 S California Ave, Cook County Jail, Chicago IL 60608",
    "CCA Otay Mesa, 7488 Calzada de la Fuente, San Diego CA 92154",
    "FCI Dublin, 5701 8th St, Dublin CA 94568",
    "GEO ICE Processing Center, 10400 Rancho Rd, Adelanto CA 92301",
    "Salvation Army, 1 N Ogden Ave, Chicago IL 60607",
    "St. Vincent's Shelter, 231 W Lafayette St, Stockton CA 95203",
    "Motel 6 Room 214, 4300 Wabash Ave, Terre Haute IN 47803",
    "123 Rd 45, Pueblo CO 81006",
    "45 Road 5578, Farmington NM 87401",
    "12345 Ave 412, Dinuba CA 93618",
    "1234 Avenue 12 1/2, Madera CA 93637",
    "23456 Road 28, Madera CA 93638",
    "1234 Street 3, Ault CO 80610",
    "1234 North 4500 East, Manteno IL 60950",
    "500 Old US 66, Edgewood NM 87015",
    "1 Mile East of Highway 12, Mobridge SD 57601",
    "3 mi N of Hwy 50 on Rd 7, Lamar CO 81052",
    "BIA Route 6 House 12, Kykotsmovi AZ 86039",
    "Navajo Route 12 House 4, Fort Defiance AZ 86504",
    "IR 34 #15, Whiteriver AZ 85941",
    "1234 Ute Mountain, Towaoc CO 81334",
    "4 Hwy 160 Mile Marker 32, Kayenta AZ 86033",
    "1 Kamehameha Hwy, Haleiwa HI 96712",
    "68-1234 Mauna Lani Dr, Kamuela HI 96743",
    "15-2000 24th Ave, Keaau HI 96749",
    "Km 5 Carr 116, Lajas PR 00667",
    "1234A N 5th St, Philadelphia PA 19122",
    "1234-36 N 5th St, Philadelphia PA 19122",
    "12B Elm Ct, Athens GA 30601",
    "12 Bis Elm St, Athens GA 30601",
    "0123 County Road 100, Carbondale CO 81623",
    "00234 Hwy 82, Aspen CO 81611",
    "1 1/2 Mile Rd, Homer AK 99603",
    "8 Mile Rd E, Detroit MI 48234",
    "8100 E 8 Mile Rd, Detroit MI 48234",
    "8100 Seven Mile Rd W, Livonia MI 48152",
    "12 Twelve Oaks Mall, Novi MI 48377",
    "7 Twenty Five Rd, Grand Junction CO 81505",
    "2500 25 1/2 Rd, Grand Junction CO 81505",
    "567 30 Rd, Grand Junction CO 81504",
    '123 E. "A" St, Moscow ID 83843',
    "123 Main St; Apt 4; Boston; MA; 02108",
    "Appt 4, 123 Main St, Boston MA 02108",
    "Rm. 5, YMCA, 220 Golden Gate Ave, San Francisco CA 94102",
    "Box # 209, Glorieta, NM 87535",
)


def test_a_complete_address_has_no_finding():
    assert {address: found for address, found in findings_of_all(COMPLETE).items() if found} == {}


def test_setting_the_house_number_aside_changes_no_reading():
    # A blank before the number keeps it in the text that is read.
    apart = read_all(tuple(" " + each for each in COMPLETE))
    assert {address: apart[" " + address] for address in COMPLETE} == read_all(COMPLETE)


def test_case_and_doubled_blanks_change_no_reading():
    spread = read_all(tuple(each.lower().replace(" ", "  ") for each in COMPLETE))
    assert {address: spread[address.lower().replace(" ", "  ")] for address in COMPLETE} == read_all(COMPLETE)


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


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(alphabet="0123456789 ,-#/.", max_size=30), min_size=1, max_size=10))
def test_digits_alone_never_pass(texts):
    assert all(findings_of_all(tuple(texts)).values())


PARTS = {"street": "10 Main St", "city": "Chicago", "state": "IL", "zip": "60622"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()), ({"unit": "N/A"}, set()), ({"state": "N/A"}, set()), ({"country": "n/a"}, set()), ({"city": "N/A"}, {"V05"}),
        ({"city": "none"}, {"V05"}), ({"city": "Unknown"}, {"V05"}), ({"state": "N/A", "zip": ""}, {"V06"}),
    ],
)  # fmt: skip
def test_a_part_of_no_use_may_say_so_and_a_town_may_not(changes, found):
    assert set(findings({**PARTS, **changes})) == found
