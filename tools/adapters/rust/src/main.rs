//! An adapter in Rust to start from: the standard library and serde_json. Put your library where the functions compute, and take
//! what is done out of UNFINISHED. Spec/writing-an-adapter.md goes on from here, README.md says how to build it.
use serde_json::{json, Value};
use std::io::{BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::Instant;

/// Why a request has no `out`.
enum Fault {
    /// The input breaks a rule, a verdict: a reason class of Spec/adapter-protocol.md.
    Refused(&'static str),
    /// This adapter does not do what the request asks for; that is never a failure.
    Skipped(String),
    /// A member of `in` is missing or of a wrong type, or the adapter itself failed.
    Broken(String),
}
use Fault::{Broken, Refused, Skipped};

type Outcome = Result<Value, Fault>;

// ---- Operations without state: a function from `in` to `out`

/// One that reads: `out` says what was read.
fn decode_big_size(given: &Value) -> Outcome {
    let data = bytes(given, "bytes")?;
    let (width, least) = match data.first() {
        Some(0xfd) => (2, 0xfd),
        Some(0xfe) => (4, 1 << 16),
        Some(0xff) => (8, 1 << 32),
        _ => (0, 0),
    };
    if data.len() != 1 + width {
        return Err(Refused(if data.len() < 1 + width { "tlv.truncated" } else { "tlv.length" }));
    }
    let value = data[usize::from(width > 0)..].iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
    if value < least {
        return Err(Refused("tlv.noncanonical"));
    }
    Ok(json!({ "value": value.to_string() }))
}

/// One that writes: `out` has the bytes.
fn encode_big_size(given: &Value) -> Outcome {
    let value = number(given, "value")?;
    let bytes = match value {
        0..=0xfc => format!("{value:02x}"),
        0xfd..=0xffff => format!("fd{value:04x}"),
        0x1_0000..=0xffff_ffff => format!("fe{value:08x}"),
        _ => format!("ff{value:016x}"),
    };
    Ok(json!({ "bytes": bytes }))
}

/// One that judges: `{}` or a `Refused`.
fn validate_static_invoice(given: &Value) -> Outcome {
    let invoice = bytes(given, "bytes")?;
    let now = number(given, "now")?;
    Err(Skipped(format!("let your library judge these {} bytes, as a payer at {now} would", invoice.len())))
}

const OPERATIONS: &[(&str, fn(&Value) -> Outcome)] = &[
    ("bigsize.decode", decode_big_size),
    ("bigsize.encode", encode_big_size),
    ("static_invoice.validate", validate_static_invoice),
];

/// What `hello` does not list yet: what it lists and does not do makes a run inconclusive.
const UNFINISHED: &[&str] = &["static_invoice.validate"];

// ---- A role: what has state between requests (Spec/stateful-operations.md)

/// The frame of a static invoice server: it takes every message and does nothing about it.
struct Server {
    /// Seconds since 1970. Your server also needs node_key, peers, graph, seed and limits of `init`, and the invoices that it stores.
    now: u64,
}

impl Server {
    const OPERATIONS: &'static [&'static str] = &["barrier", "tick", "clock.set", "om.deliver", "server.issue_client_paths"];

    fn new(given: &Value) -> Result<Server, Fault> {
        bytes(given, "node_key")?;
        Ok(Server { now: number(given, "now")? })
    }

    /// `out` is `{}` or `{"events": [...]}`: what the node sends and stores because of the request.
    fn perform(&mut self, op: &str, given: &Value) -> Outcome {
        match op {
            // Finish what was begun; let the timers run.
            "barrier" | "tick" => Ok(json!({})),
            "clock.set" => {
                self.now = number(given, "now")?;
                Ok(json!({}))
            }
            // offer_paths_request, serve_static_invoice and invoice_request come here.
            "om.deliver" => Ok(json!({})),
            "server.issue_client_paths" => Err(Skipped(format!("answer with paths for this client, of {}", self.now))),
            _ => Err(Skipped(format!("this role has no {op}"))),
        }
    }
}

/// The roles that `hello` lists: `["server"]`, when the frame is filled in.
const ROLES: &[&str] = &[];

// ---- The members of `in`: what is missing or of a wrong type is an error, never a verdict

fn text<'a>(given: &'a Value, name: &str) -> Result<&'a str, Fault> {
    given[name].as_str().ok_or_else(|| Broken(format!("{name}: a string is needed")))
}

fn bytes(given: &Value, name: &str) -> Result<Vec<u8>, Fault> {
    let digits = text(given, name)?.as_bytes();
    if digits.len() % 2 == 1 || !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Broken(format!("{name}: lower-case hex is needed")));
    }
    let value = |digit: u8| if digit < b'a' { digit - b'0' } else { digit - b'a' + 10 };
    Ok(digits.chunks(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect())
}

fn number(given: &Value, name: &str) -> Result<u64, Fault> {
    let digits = text(given, name)?;
    match digits.parse::<u64>() {
        Ok(value) if value.to_string() == digits => Ok(value),
        _ => Err(Broken(format!("{name}: a u64 as a decimal string is needed"))),
    }
}

// ---- The protocol

fn hello() -> Value {
    let mut operations: Vec<&str> = OPERATIONS.iter().map(|(name, _)| *name).filter(|name| !UNFINISHED.contains(name)).collect();
    if ROLES.contains(&"server") {
        operations.push("init");
        operations.extend(Server::OPERATIONS);
    }
    json!({
        "protocol": 1,
        "implementation": { "name": "template", "version": "1", "language": "Rust", "url": "" },
        "operations": operations,
        "roles": ROLES,
        // ["blip66-draft"], when there is an operation whose cases name a profile.
        "profiles": [],
        "capabilities": if ROLES.is_empty() { json!({}) } else { json!({ "depths": ["payload"] }) },
    })
}

fn perform(party: &mut Option<Server>, op: &str, given: &Value) -> Outcome {
    if op == "hello" {
        return Ok(hello());
    }
    if op == "init" {
        let role = text(given, "role")?;
        if role != "server" {
            return Err(Skipped(format!("no role {role}")));
        }
        *party = Some(Server::new(given)?);
        return Ok(json!({}));
    }
    if let Some((_, operation)) = OPERATIONS.iter().find(|(name, _)| *name == op) {
        return operation(given);
    }
    if !Server::OPERATIONS.contains(&op) {
        return Err(Skipped(format!("no operation {op}")));
    }
    party.as_mut().ok_or_else(|| Broken(format!("{op} before init")))?.perform(op, given)
}

fn answer(party: &mut Option<Server>, line: &[u8]) -> Value {
    let request: Value = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => return json!({ "id": null, "outcome": "error", "detail": error.to_string() }),
    };
    let id = &request["id"];
    let began = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let op = text(&request, "op")?;
        let given = Some(&request["in"]).filter(|given| given.is_object()).ok_or_else(|| Broken("in: an object is needed".into()))?;
        for _ in 1..request["repeat"].as_u64().unwrap_or(1) {
            perform(party, op, given)?;
        }
        perform(party, op, given)
    }));
    let elapsed = began.elapsed().as_nanos();
    match result.unwrap_or_else(|_| Err(Broken("a panic; standard error says where".into()))) {
        Ok(out) if request["repeat"].is_u64() => json!({ "id": id, "outcome": "accept", "out": out, "elapsed_ns": elapsed.to_string() }),
        Ok(out) => json!({ "id": id, "outcome": "accept", "out": out }),
        Err(Refused(reason)) => json!({ "id": id, "outcome": "reject", "reason": reason, "detail": "" }),
        Err(Skipped(detail)) => json!({ "id": id, "outcome": "skip", "detail": detail }),
        Err(Broken(detail)) => json!({ "id": id, "outcome": "error", "detail": detail }),
    }
}

fn main() -> std::io::Result<()> {
    let mut party = None;
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        writeln!(output, "{}", answer(&mut party, &line))?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}
