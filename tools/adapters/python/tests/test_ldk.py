"""What LDK v0.2.5 itself wrote, under the profile ldk-0.2: it decodes, verifies and rebuilds to LDK's bytes."""



import pytest

from blip66_adapter import crypto
from blip66_adapter.tlv import Record, read_records, write_records

PROFILE = "ldk-0.2"
CREATED_AT = 1780000000


@pytest.fixture
def invoices(data):
    cases = data("ldk-0.2.5-sample/static_invoices.json")["cases"]
    assert len(cases) == 4
    return cases


@pytest.fixture
def messages(data):
    cases = data("ldk-0.2.5-sample/messages.json")["cases"]
    assert len(cases) == 8
    return cases


@pytest.fixture
def onions(data):
    file = data("ldk-0.2.5-sample/onion_messages.json")
    assert len(file["cases"]) == 4
    return file


def path_json(path):
    return {
        "introduction": {"node_id": path["first_node_id"]},
        "path_key": path["first_path_key"],
        "hops": path["hops"],
    }


def test_invoices(adapter, invoices):
    for case in invoices:
        out = adapter.accept("static_invoice.decode", {"bytes": case["invoice"]}, PROFILE)
        assert [(r["type"], r["value"]) for r in out["records"]] == [
            (str(r["type"]), r["value"]) for r in case["records"]
        ]
        fields, expected = out["fields"], case["fields"]
        assert fields["invoice_node_id"] == expected["signing_pubkey"]
        assert fields.get("offer_issuer_id") == expected["issuer_signing_pubkey"]
        assert fields["signature"] == expected["signature"]
        assert fields["invoice_created_at"] == str(expected["created_at"])
        assert fields.get("invoice_relative_expiry", 1209600) == expected["relative_expiry"]
        assert fields.get("offer_description") == expected["description"]
        assert fields.get("offer_issuer") == expected["issuer"]
        assert fields.get("offer_metadata") == expected["metadata"]
        for ours, theirs in (
            ("offer_paths", "offer_paths"),
            ("static_invoice_message_paths", "message_paths"),
            ("invoice_paths", "payment_paths"),
        ):
            assert fields[ours] == [path_json(path) for path in expected[theirs]]
        for payinfo, path in zip(fields["invoice_blindedpay"], expected["payment_paths"], strict=True):
            for name in ("fee_base_msat", "fee_proportional_millionths", "cltv_expiry_delta"):
                assert payinfo[name] == path["payinfo"][name]
            for name in ("htlc_minimum_msat", "htlc_maximum_msat"):
                assert payinfo[name] == str(path["payinfo"][name])
        assert len(fields.get("invoice_fallbacks", [])) == len(expected["fallbacks"])

        adapter.accept("static_invoice.verify", {"bytes": case["invoice"]}, PROFILE)
        secret = {"bytes": case["invoice"], "secret_key": case["signing_privkey"]}
        signed = adapter.ask("static_invoice.sign", secret, PROFILE)["out"]
        assert signed["root"] == case["merkle_root"] and signed["digest"] == case["signature_hash"]
        adapter.accept("static_invoice.verify", {"bytes": signed["bytes"]}, PROFILE)

        end = expected["created_at"] + expected["relative_expiry"]
        offer = {"offer": case["offer"]}
        request = {"bytes": case["invoice"], "chain": expected["chain_hash"], **offer}
        adapter.accept("static_invoice.validate", {**request, "now": str(end)}, PROFILE)
        assert adapter.reject("static_invoice.validate", {**request, "now": str(end + 1)}, PROFILE) == "expired"
        assert expected["is_expired_at_end"] is False and expected["is_expired_at_end_plus_1"] is True
        # The draft does not know record 236.
        assert adapter.reject("static_invoice.decode", {"bytes": case["invoice"]}) == "tlv.unknown_even"


def test_offers(adapter, invoices):
    for case in invoices:
        offer = adapter.accept("offer.decode", {"offer": case["offer"]}, PROFILE)
        encoded = adapter.accept("tlv.encode", {"records": offer["records"]}, PROFILE)["bytes"]
        assert encoded == case["offer_tlv"]
        request = {"offer": case["offer"], "now": str(CREATED_AT), "chain": case["fields"]["chain_hash"], "async": True}
        adapter.accept("offer.validate", request, PROFILE)


def test_invoices_are_rebuilt(adapter, invoices):
    """But for the signature, which LDK makes with random aux, and the fallbacks, for which there is no argument."""
    rebuilt = 0
    for case in invoices:
        fields = adapter.accept("static_invoice.decode", {"bytes": case["invoice"]}, PROFILE)["fields"]
        if "invoice_fallbacks" in fields or not case["valid"]:
            continue
        rebuilt += 1
        request = {
            "offer": case["offer"],
            "message_paths": fields["static_invoice_message_paths"],
            "payment_paths": [
                {"path": path, "payinfo": payinfo}
                for path, payinfo in zip(fields["invoice_paths"], fields["invoice_blindedpay"])
            ],
            "created_at": fields["invoice_created_at"],
            "secret_key": case["signing_privkey"],
        }
        if "invoice_relative_expiry" in fields:
            request["relative_expiry"] = fields["invoice_relative_expiry"]
        if "invoice_features" in fields:
            request["features"] = fields["invoice_features"]
        built = adapter.accept("static_invoice.build", request, PROFILE)["bytes"]
        assert unsigned(built) == unsigned(case["invoice"])
        again = adapter.accept("static_invoice.build", {**request, "offer": case["offer_tlv"]}, PROFILE)["bytes"]
        assert again == built
    assert rebuilt >= 2


def unsigned(stream):
    return [record for record in read_records(bytes.fromhex(stream)) if record.type != 240]


def test_mutated_invoices(adapter, data):
    file = data("ldk-0.2.5-sample/bad_static_invoices.json")
    assert len(file["cases"]) == 15
    for case in file["cases"]:
        records = adapter.ask("static_invoice.decode", {"bytes": case["invoice"]}, PROFILE)
        chains = records["out"]["fields"].get("offer_chains") if records["outcome"] == "accept" else None
        request = {"bytes": case["invoice"], "now": str(CREATED_AT), **({"chain": chains[0]} if chains else {})}
        answer = adapter.ask("static_invoice.validate", request, PROFILE)
        assert (answer["outcome"] == "accept") == case["ldk_accepts"], (case["name"], answer)


def test_messages(adapter, messages):
    names = {
        75540: "offer_paths_request",
        75542: "offer_paths",
        75544: "serve_static_invoice",
        75546: "static_invoice_persisted",
        72: "held_htlc_available",
        74: "release_held_htlc",
    }
    for case in messages:
        record = read_records(bytes.fromhex(case["record"]))
        assert record == [Record(case["type"], bytes.fromhex(case["value"]))]
        name = names.get(case["type"])
        if name is None:
            data = {"onionmsg_tlv": case["record"], "encrypted_data_tlv": "", "final": True}
            assert adapter.reject("om.classify", data, PROFILE) == "tlv.unknown_even"
            continue
        if case["ldk_decode"] != "ok":
            adapter.reject("msg.decode", {"message": name, "bytes": case["value"]}, PROFILE)
            continue
        fields = adapter.accept("msg.decode", {"message": name, "bytes": case["value"]}, PROFILE)["fields"]
        assert adapter.accept("msg.encode", {"message": name, "fields": fields}, PROFILE) == {
            "type": str(case["type"]),
            "bytes": case["value"],
        }
        # The draft's body is what is inside.
        draft = adapter.ask("msg.encode", {"message": name, "fields": fields})["out"]["bytes"]
        assert draft == case["value_without_ldk_length_prefix"]
        expected = case["ldk_fields"]
        if name == "offer_paths_request":
            assert fields["invoice_slot"] == expected["invoice_slot"]
        if name == "offer_paths":
            assert int(fields["paths_absolute_expiry"]) == 1780000000 and len(fields["offer_paths"]) == 2


def test_onion_messages_peel(adapter, onions):
    nodes = {node["name"]: node for node in onions["nodes"]}
    for case in onions["cases"]:
        message = case["hops"][0]["onion_message"]
        for hop in case["hops"]:
            assert hop["onion_message"] == message
            path_key, packet = message[:66], message[70:]
            node = nodes[hop["node"]]
            last = hop["result"] == "receive"
            request = {"node_key": node["node_privkey"], "path_key": path_key, "packet": packet}
            if last:
                unverified = adapter.accept("om.peel", request, PROFILE)
                assert unverified["tag"] == "unverified"
                wrong = {**request, "receive_auth_key": "00" * 32}
                assert adapter.reject("om.peel", wrong, PROFILE) == "aead"
                assert adapter.reject("om.peel", request) == "tlv.unknown_even"  # the draft has other numbers
            request["receive_auth_key"] = node["ldk_receive_auth_key"]
            out = adapter.accept("om.peel", request, PROFILE)
            assert out["onionmsg_tlv"] == hop["onionmsg_tlv"]
            assert out["encrypted_data_tlv"] == hop["encrypted_data_tlv"]
            assert out["steps"]["shared_secret"] == hop["ss_onion"]
            assert out["steps"]["blinding_ss"] == hop["ss_path_key"]
            classified = adapter.accept(
                "om.classify",
                {"onionmsg_tlv": out["onionmsg_tlv"], "encrypted_data_tlv": out["encrypted_data_tlv"], "final": last},
                PROFILE,
            )
            if not last:
                assert out["kind"] == "forward" and out["tag"] == "standard"
                assert out["next"] == {"node_id": hop["next_node_id"]} == classified["next"]
                message = out["next_path_key"] + f"{len(out['next_packet']) // 2:04x}" + out["next_packet"]
                assert message == hop["next_onion_message"]
                continue
            assert out["kind"] == "receive" and out["tag"] == "ldk"
            content = {"type": str(hop["content_type"]), "value": hop["content_value"]}
            assert classified["content"] == content
            assert ("reply_path" in classified) == (hop["reply_path"] is not None)
            if hop["reply_path"]:
                encoded = adapter.accept("path.encode", {"path": classified["reply_path"]}, PROFILE)["bytes"]
                assert encoded in hop["onionmsg_tlv"]


def test_onion_messages_rebuild(adapter, onions):
    nodes = {node["name"]: node for node in onions["nodes"]}
    for case in onions["cases"]:
        # The path, from its secret and what every hop found in it.
        hops = []
        for hop in case["hops"]:
            planned = {"node_id": nodes[hop["node"]]["node_id"], "encrypted_data_tlv": hop["encrypted_data_tlv"]}
            if hop["result"] == "receive":
                planned["receive_auth_key"] = nodes[hop["node"]]["ldk_receive_auth_key"]
            hops.append(planned)
        secret = case["blinded_path_session_secret"]
        request = {"session_key": secret, "purpose": "message", "hops": hops}
        assert adapter.accept("path.create", request, PROFILE)["path"] == path_json(case["blinded_path"])
        # LDK rounds up to a multiple of 100 bytes.
        for planned in hops:
            bare = [r for r in read_records(bytes.fromhex(planned["encrypted_data_tlv"])) if r.type != 1]
            again = {**planned, "encrypted_data_tlv": write_records(bare).hex()}
            pad_to = len(planned["encrypted_data_tlv"]) // 2
            padded = {**request, "hops": [again], "pad_to": pad_to}
            step = adapter.accept("path.create", padded, PROFILE)["steps"]["hops"][0]
            assert step["encrypted_data_tlv"] == planned["encrypted_data_tlv"]
        walked = adapter.accept(
            "path.walk",
            {"path": path_json(case["blinded_path"]), "node_keys": [n["node_privkey"] for n in onions["nodes"]]},
            PROFILE,
        )
        assert walked["ends_at"] == hops[-1]["node_id"]
        assert [hop["node_id"] for hop in walked["hops"]] == [hop["node_id"] for hop in hops]
        # The packet.
        path_hops = case["blinded_path"]["hops"]
        build = {
            "session_key": case["onion_session_key"],
            "pad_key": case["padding_prng_seed"],
            "size": case["hops"][0]["hop_data_len"] + 66,
            "hops": [
                {"node_id": blinded["blinded_node_id"], "payload": hop["onionmsg_tlv"]}
                for blinded, hop in zip(path_hops, case["hops"], strict=True)
            ],
        }
        packet = adapter.accept("om.build", build, PROFILE)["packet"]
        assert case["hops"][0]["onion_message"][70:] == packet
        # Sent over the path it is the same but for what fills it.
        content = write_records(r for r in read_records(bytes.fromhex(case["hops"][-1]["onionmsg_tlv"])) if r.type != 4)
        sent = adapter.accept(
            "om.send_over",
            {
                "path": path_json(case["blinded_path"]),
                "prepend": [],
                "payload": content.hex(),
                "session_key": case["onion_session_key"],
                "path_session_key": "01" * 32,
            },
            PROFILE,
        )
        del build["pad_key"]
        assert sent["packet"] == adapter.accept("om.build", build, PROFILE)["packet"]
        assert sent["first_hop"] == {"node_id": case["first_node_id"]}


def test_contexts_are_in_the_last_hop(adapter, onions):
    for case in onions["cases"]:
        last = case["hops"][-1]
        records = adapter.accept(
            "tlv.decode", {"bytes": last["encrypted_data_tlv"], "schema": "encrypted_data"}, PROFILE
        )["records"]
        context = next(r["value"] for r in records if r["type"] == "65537")
        assert context.endswith(case["final_hop_context"]) or context == case["final_hop_context"]
        node = next(node for node in onions["nodes"] if node["name"] == last["node"])
        request = {
            "node_key": node["node_privkey"],
            "path_key": last["path_key"],
            "encrypted_recipient_data": last["encrypted_recipient_data"],
            "receive_auth_key": node["ldk_receive_auth_key"],
            "expected_path_id": context,
        }
        assert adapter.accept("path.unblind", request, PROFILE)["tag"] == "ldk"
        assert adapter.reject("path.unblind", {**request, "expected_path_id": "00"}, PROFILE) == "context"


def test_dummy_hops(adapter):
    """Made here, after LDK's rules: none of the samples has one."""
    key, auth = "11" * 32, "22" * 32
    node_id = crypto.public_key(bytes.fromhex(key)).hex()
    dummy = {"node_id": node_id, "encrypted_data_tlv": "", "dummy": True, "receive_auth_key": auth}
    last = {"node_id": node_id, "encrypted_data_tlv": "fe0001000101aa", "receive_auth_key": auth}
    path = adapter.accept(
        "path.create", {"session_key": "33" * 32, "purpose": "message", "hops": [dummy, last]}, PROFILE
    )["path"]
    assert adapter.accept("path.walk", {"path": path, "node_keys": [key]}, PROFILE)["ends_at"] == node_id
    sent = adapter.accept(
        "om.send_over",
        {
            "path": path,
            "prepend": [],
            "payload": write_records([Record(72, b"\0")]).hex(),
            "session_key": "44" * 32,
            "path_session_key": "55" * 32,
        },
        PROFILE,
    )
    request = {"node_key": key, "receive_auth_key": auth, "path_key": sent["path_key"], "packet": sent["packet"]}
    out = adapter.accept("om.peel", request, PROFILE)
    assert out["kind"] == "dummy" and out["tag"] == "ldk" and "next" not in out
    again = {**request, "path_key": out["next_path_key"], "packet": out["next_packet"]}
    assert adapter.accept("om.peel", again, PROFILE)["kind"] == "receive"


