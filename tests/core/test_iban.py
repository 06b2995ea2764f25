"""IBAN: published examples are right, each kind of fault is told with its numbers and a hint."""

import pytest

from wissel.core.identifiers import iban
from wissel.core.identifiers.iban import check_iban

# the examples of the IBAN registry
PUBLISHED = [
    "AD1200012030200359100100",
    "AE070331234567890123456",
    "AL47212110090000000235698741",
    "AT611904300234573201",
    "AZ21NABZ00000000137010001944",
    "BA391290079401028494",
    "BE68539007547034",
    "BG80BNBG96611020345678",
    "BH67BMAG00001299123456",
    "BI4210000100010000332045181",
    "BR1800360305000010009795493C1",
    "BY13NBRB3600900000002Z00AB00",
    "CH9300762011623852957",
    "CR05015202001026284066",
    "CY17002001280000001200527600",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DJ2100010000000154000100186",
    "DK5000400440116243",
    "DO28BAGR00000001212453611324",
    "EE382200221020145685",
    "EG380019000500000000263180002",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FK88SC123456789012",
    "FO6264600001631634",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GE29NB0000000101904917",
    "GI75NWBK000000007099453",
    "GL8964710001000206",
    "GR1601101250000000012300695",
    "GT82TRAJ01020000001210029690",
    "HN88CABF00000000000250005469",
    "HR1210010051863000160",
    "HU42117730161111101800000000",
    "IE29AIBK93115212345678",
    "IL620108000000099999999",
    "IQ98NBIQ850123456789012",
    "IS140159260076545510730339",
    "IT60X0542811101000000123456",
    "JO94CBJO0010000000000131000302",
    "KW81CBKU0000000000001234560101",
    "KZ86125KZT5004100100",
    "LB62099900000001001901229114",
    "LC55HEMM000100010012001200023015",
    "LI21088100002324013AA",
    "LT121000011101001000",
    "LU280019400644750000",
    "LV80BANK0000435195001",
    "LY83002048000020100120361",
    "MC5811222000010123456789030",
    "MD24AG000225100013104168",
    "ME25505000012345678951",
    "MK07250120000058984",
    "MN121234123456789123",
    "MR1300020001010000123456753",
    "MT84MALT011000012345MTLCAST001S",
    "MU17BOMM0101101030300200000MUR",
    "NI45BAPR00000013000003558124",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "OM810180000001299123456",
    "PK36SCBL0000001123456702",
    "PL61109010140000071219812874",
    "PS92PALS000000000400123456702",
    "PT50000201231234567890154",
    "QA58DOHB00001234567890ABCDEFG",
    "RO49AAAA1B31007593840000",
    "RS35260005601001611379",
    "RU0304452522540817810538091310419",
    "SA0380000000608010167519",
    "SC18SSCB11010000000000001497USD",
    "SD2129010501234001",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "SK3112000000198742637541",
    "SM86U0322509800000000270100",
    "SO211000001001000100141",
    "ST23000100010051845310146",
    "SV62CENR00000000000000700025",
    "TL380080012345678910157",
    "TN5910006035183598478831",
    "TR330006100519786457841326",
    "UA213223130000026007233566001",
    "VA59001123000012345678",
    "VG96VPVG0000012345678901",
    "XK051212012345678906",
    "YE15CBYE0001018861234567891234",
]


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_examples_are_right(text: str) -> None:
    assert check_iban(text) is None


def test_an_example_for_every_registered_country() -> None:
    registered = {code for code, form in iban.iban_formats().items() if form.standing == "registered"}
    assert {text[:2] for text in PUBLISHED} == registered


@pytest.mark.parametrize(
    ("text", "reason", "message", "hint"),
    [
        ("", "empty", "An IBAN is missing: the element has no value.", None),
        (
            "DE8937040044053201300",
            "length",
            "An IBAN of Germany has 22 characters, this one has 21.",
            "1 character is missing: compare it with the original",
        ),
        (
            "NL91ABNA041716430012",
            "length",
            "An IBAN of the Netherlands has 18 characters, this one has 20.",
            "2 characters are too many: compare it with the original",
        ),
        (
            "DE89370400440532013O00",
            "structure",
            "Character 20 of an IBAN of Germany is a digit; here it is “O”.",
            "with the digit 0 for O at character 20 it would be right; compare it with the original",
        ),
        (
            "GB29NW8K60161331926819",
            "structure",
            "Character 7 of an IBAN of the United Kingdom is a capital; here it is “8”.",
            "with the letter B for 8 at character 7 it would be right; compare it with the original",
        ),
        ("DE8937040044053201X000", "structure", "Character 19 of an IBAN of Germany is a digit; here it is “X”.", None),
        (
            "DE89370400440532031000",
            "check-digits",
            "The check digits of the IBAN are 89; for the other characters they would be 59.",
            "exchanging characters 8 and 9 (04 for 40), or characters 18 and 19 (13 for 31) would make the check digits right; "
            "compare it with the original",
        ),
        (
            "DE89370400440532013001",
            "check-digits",
            "The check digits of the IBAN are 89; for the other characters they would be 62.",
            "at least one character is wrong: compare it with the original",
        ),
        (
            "DE89 3704 0044 0532 0130 00",
            "separator",
            "An IBAN is written without separators; character 5 is a space.",
            "write it as DE89370400440532013000",
        ),
        (
            "DE89-3704-0044-0532-0130-01",
            "separator",
            "An IBAN is written without separators; character 5 is a hyphen.",
            "leave the separators out",
        ),
        (
            "de89370400440532013000",
            "lower-case",
            "An IBAN is written in capitals; this one has small letters.",
            "write it in capitals: DE89370400440532013000",
        ),
        (
            "DE89370400440532013é00",
            "character",
            "An IBAN has letters A to Z and digits only; character 20 is “é” (U+00E9).",
            None,
        ),
        (
            "DE8937040044053201300٣",
            "character",
            "An IBAN has letters A to Z and digits only; character 22 is “٣” (U+0663).",
            None,
        ),
        (
            "IBAN DE89370400440532013000",
            "prefix",
            "The word IBAN stands before the number.",
            "write it as DE89370400440532013000",
        ),
        (
            "US64SVBKUS6S3300958879",
            "country",
            "No IBAN format is registered for the United States (US).",
            "where accounts have no IBAN, their number goes into Othr/Id",
        ),
        ("XX89370400440532013000", "country", "An IBAN begins with a country code, and “XX” is none.", None),
        (
            "UK29NWBK60161331926819",
            "country",
            "An IBAN begins with a country code, and “UK” is none.",
            "the check digits are right with the country code GB",
        ),
        (
            "1T60X0542811101000000123456",
            "country",
            "An IBAN begins with a country code, and “1T” is none.",
            "with the letter I for 1 at character 1 it would be right; compare it with the original",
        ),
        (
            "AO06004400006729503010102",
            "unregistered",
            "Angola (AO) is not in the IBAN registry; some banks there issue such numbers.",
            None,
        ),
        (
            "AO07004400006729503010102",
            "check-digits",
            "The check digits of the IBAN are 07; for the other characters they would be 06.",
            "at least one character is wrong: compare it with the original",
        ),
        (
            "GP1120041010050500013M02606",
            "territory",
            "The IBAN registry has Guadeloupe (GP) under France: its IBANs usually begin with FR.",
            None,
        ),
    ],
)
def test_faults(text: str, reason: str, message: str, hint: str | None) -> None:
    flaw = check_iban(text)
    assert flaw is not None
    assert (flaw.reason, flaw.message, flaw.hint) == (reason, message, hint)


def test_what_is_allowed_is_told_in_words() -> None:
    flaw = check_iban("GB29NW8K60161331926819")
    assert flaw is not None
    assert flaw.allowed == "GB, 2 check digits, 4 capitals, 14 digits"


@pytest.mark.parametrize("wrong", ["00", "01", "99"])
def test_check_digits_that_no_calculation_gives(wrong: str) -> None:
    # 97 and 00, 98 and 01, 02 and 99 leave the same remainder: only the one of each pair that 98 - r gives is right
    body = next(f"{number:018d}" for number in range(1000) if (int(f"{number:018d}1314{wrong}") % 97) == 1)
    assert (flaw := check_iban(f"DE{wrong}{body}")) is not None
    assert flaw.reason == "check-digits"
    assert f"they would be {({'00': '97', '01': '98', '99': '02'})[wrong]}." in flaw.message


@pytest.mark.parametrize(
    ("text", "bank", "branch"),
    [
        ("DE89370400440532013000", "37040044", None),
        ("GB29NWBK60161331926819", "NWBK", "601613"),
        ("FR1420041010050500013M02606", "20041", "01005"),
        ("CH9300762011623852957", "00762", None),
        ("ES9121000418450200051332", "2100", "0418"),
        ("IT60X0542811101000000123456", "05428", "11101"),
        ("NL91ABNA0417164300", "ABNA", None),
        ("DE8937040044053201300", None, None),
        ("US64SVBKUS6S3300958879", None, None),
        ("", None, None),
    ],
)
def test_bank_and_branch(text: str, bank: str | None, branch: str | None) -> None:
    assert iban.bank_code_of_iban(text) == bank
    assert iban.branch_code_of_iban(text) == branch


def test_country() -> None:
    assert iban.country_of_iban("DE89") == "DE"
    assert iban.country_of_iban("US89") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("FR", "FR", True),
        ("FR", "GP", True),
        ("GB", "JE", True),
        ("FI", "AX", True),
        ("FR", "MC", False),
        ("DE", "AT", False),
    ],
)
def test_banking_countries(one: str, other: str, same: bool) -> None:
    assert iban.same_banking_country(one, other) is same
    assert iban.same_banking_country(other, one) is same


def test_uncertain_reasons_are_those_that_the_registry_does_not_settle() -> None:
    assert {"unregistered", "territory"} == iban.UNCERTAIN
    assert {form.confidence for form in iban.iban_formats().values() if form.standing == "unregistered"} == {"low"}
