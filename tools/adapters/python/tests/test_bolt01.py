"""BOLT 1, Appendices A and B (typed from the specification's tables)."""

import pytest

BIGSIZE = [
    ("0", "00"),
    ("252", "fc"),
    ("253", "fd00fd"),
    ("65535", "fdffff"),
    ("65536", "fe00010000"),
    ("4294967295", "feffffffff"),
    ("4294967296", "ff0000000100000000"),
    ("18446744073709551615", "ffffffffffffffffff"),
]

BAD_BIGSIZE = [
    ("fd00fc", "tlv.noncanonical"),
    ("fe0000ffff", "tlv.noncanonical"),
    ("ff00000000ffffffff", "tlv.noncanonical"),
    ("fd00", "tlv.truncated"),
    ("feffff", "tlv.truncated"),
    ("ffffffffff", "tlv.truncated"),
    ("", "tlv.truncated"),
    ("fd", "tlv.truncated"),
    ("fe", "tlv.truncated"),
    ("ff", "tlv.truncated"),
    ("0000", "tlv.length"),
]

POINT = "023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb"

BAD_ANYWHERE = [
    ("fd", "tlv.truncated"),
    ("fd01", "tlv.truncated"),
    ("fd000100", "tlv.noncanonical"),
    ("fd0101", "tlv.truncated"),
    ("0ffd", "tlv.truncated"),
    ("0ffd26", "tlv.truncated"),
    ("0ffd2602", "tlv.truncated"),
    ("0ffd000100", "tlv.noncanonical"),
    ("0ffd0201" + "00" * 256, "tlv.truncated"),
    ("1200", "tlv.unknown_even"),
    ("fd010200", "tlv.unknown_even"),
    ("fe0100000200", "tlv.unknown_even"),
    ("ff010000000000000200", "tlv.unknown_even"),
]

BAD_N1 = [
    ("0109ffffffffffffffffff", "tlv.length"),
    *[(f"01{n:02x}{'0001'[: 2 * n]}".ljust(4 + 2 * n, "0"), "tlv.minimal") for n in range(1, 9)],
    ("020701010101010101", "tlv.length"),
    ("0209010101010101010101", "tlv.length"),
    ("0321" + POINT, "tlv.length"),
    ("0329" + POINT + "0000000000000001", "tlv.length"),
    ("0330" + POINT + "000000000000000100000000000001", "tlv.length"),
    ("033104" + POINT[2:] + "00000000000000010000000000000002", "point"),
    ("0332" + POINT + "0000000000000001000000000000000001", "tlv.length"),
    ("fd00fe00", "tlv.length"),
    ("fd00fe0101", "tlv.length"),
    ("fd00fe03010101", "tlv.length"),
    ("0000", "tlv.unknown_even"),
    ("0208000000000000022601012a", "tlv.order"),
    ("02080000000000000231020800000000000004" + "51", "tlv.order"),
    ("1f000f012a", "tlv.order"),
    ("1f001f012a", "tlv.order"),
]

GOOD_ANYWHERE = ["", "2100", "fd020100", "fd00fd00", "fd00ff00", "fe0200000100", "ff020000000000000100"]

GOOD_N1 = [
    "0100",
    *[f"01{n:02x}01" + "00" * (n - 1) for n in range(1, 9)],
    "02080000000000000226",
    "0331" + POINT + "00000000000000010000000000000002",
    "fd00fe020226",
]


@pytest.mark.parametrize("value, encoded", BIGSIZE)
def test_bigsize(adapter, value, encoded):
    assert adapter.accept("bigsize.decode", {"bytes": encoded}) == {"value": value}
    assert adapter.accept("bigsize.encode", {"value": value}) == {"bytes": encoded}


@pytest.mark.parametrize("encoded, reason", BAD_BIGSIZE)
def test_bad_bigsize(adapter, encoded, reason):
    assert adapter.reject("bigsize.decode", {"bytes": encoded}) == reason


@pytest.mark.parametrize("stream, reason", BAD_ANYWHERE)
@pytest.mark.parametrize("schema", ["n1", "n2"])
def test_bad_stream(adapter, schema, stream, reason):
    assert adapter.reject("tlv.decode", {"bytes": stream, "schema": schema}) == reason


@pytest.mark.parametrize("stream, reason", BAD_N1)
def test_bad_n1(adapter, stream, reason):
    assert adapter.reject("tlv.decode", {"bytes": stream, "schema": "n1"}) == reason


def test_bad_n2(adapter):
    assert adapter.reject("tlv.decode", {"bytes": "ffffffffffffffffff000000", "schema": "n2"}) == "tlv.order"


@pytest.mark.parametrize("stream", GOOD_ANYWHERE)
@pytest.mark.parametrize("schema", ["n1", "n2"])
def test_good_stream(adapter, schema, stream):
    records = adapter.accept("tlv.decode", {"bytes": stream, "schema": schema})["records"]
    assert adapter.accept("tlv.encode", {"records": records}) == {"bytes": stream}


@pytest.mark.parametrize("stream", GOOD_N1)
def test_good_n1(adapter, stream):
    records = adapter.accept("tlv.decode", {"bytes": stream, "schema": "n1"})["records"]
    assert adapter.accept("tlv.encode", {"records": records}) == {"bytes": stream}


def test_without_schema_an_unknown_even_type_passes(adapter):
    records = [{"type": "18", "value": ""}]
    assert adapter.accept("tlv.decode", {"bytes": "1200"}) == {"records": records}


def test_a_writer_keeps_the_order(adapter):
    records = [{"type": "3", "value": ""}, {"type": "1", "value": ""}]
    assert adapter.reject("tlv.encode", {"records": records}) == "tlv.order"


@pytest.mark.parametrize(
    "kind, encoded, value",
    [
        ("u16", "0001", 1),
        ("u32", "ffffffff", 2**32 - 1),
        ("u64", "ffffffffffffffff", str(2**64 - 1)),
        ("tu16", "", 0),
        ("tu32", "0100", None),
        ("tu32", "010000", 65536),
        ("tu64", "ff", "255"),
        ("point", POINT, POINT),
        ("sciddir_or_pubkey", POINT, {"node_id": POINT}),
        ("sciddir_or_pubkey", "010000010000020003", {"scid": "0000010000020003", "direction": 1}),
        ("utf8", "e282bf", "\u20bf"),
        ("msat", "1d24b2dfac520000", "2100000000000000000"),
        ("sat", "0775f05a074000", "2100000000000000"),
        ("bip340sig", "00" * 64, "00" * 64),
        ("chain_hash", "11" * 32, "11" * 32),
    ],
)
def test_field(adapter, kind, encoded, value):
    expected = 256 if value is None else value
    assert adapter.accept("field.decode", {"kind": kind, "bytes": encoded}) == {"value": expected}


@pytest.mark.parametrize(
    "kind, encoded, reason",
    [
        ("u16", "01", "tlv.length"),
        ("u32", "0000000000", "tlv.length"),
        ("tu16", "010000", "tlv.length"),
        ("tu32", "00", "tlv.minimal"),
        ("tu64", "0001", "tlv.minimal"),
        ("point", "04" + POINT[2:], "point"),
        ("point", "02" + "00" * 32, "point"),
        ("point", POINT[:-2], "tlv.length"),
        ("sciddir_or_pubkey", "02" + "ff" * 8, "tlv.length"),
        ("sciddir_or_pubkey", "04" + POINT[2:], "point"),
        ("sciddir_or_pubkey", "", "tlv.length"),
        ("sciddir_or_pubkey", "0000000100000200", "tlv.length"),
        ("utf8", "eda080", "utf8"),
        ("utf8", "c0af", "utf8"),
        ("msat", "1d24b2dfac520001", "tlv.range"),
        ("sat", "0775f05a074001", "tlv.range"),
    ],
)
def test_bad_field(adapter, kind, encoded, reason):
    assert adapter.reject("field.decode", {"kind": kind, "bytes": encoded}) == reason
