#!/usr/bin/env node
// An adapter in JavaScript to start from: Node's standard library alone. Put your library where the functions compute, and take
// what is done out of UNFINISHED. Spec/writing-an-adapter.md goes on from here, README.md beside this file says how to run it.
import { createInterface } from "node:readline";

/** The input breaks a rule, a verdict: a reason class of Spec/adapter-protocol.md. */
class Refused extends Error {}

/** This adapter does not do what the request asks for; that is never a failure. */
class Skipped extends Error {}

// ---- Operations without state: a function from `in` to `out`

/** One that reads: `out` says what was read. */
function decodeBigSize(given) {
  const data = bytes(given, "bytes");
  const width = { 0xfd: 2, 0xfe: 4, 0xff: 8 }[data[0]] ?? 0;
  if (data.length !== 1 + width) throw new Refused(data.length < 1 + width ? "tlv.truncated" : "tlv.length");
  const value = BigInt("0x" + (width ? data.subarray(1) : data).toString("hex"));
  const least = { 0: 0n, 2: 0xfdn, 4: 1n << 16n, 8: 1n << 32n }[width];
  if (value < least) throw new Refused("tlv.noncanonical");
  return { value: String(value) };
}

/** One that writes: `out` has the bytes. */
function encodeBigSize(given) {
  const value = number(given, "value");
  const [prefix, width] = value < 0xfdn ? ["", 1] : value < 1n << 16n ? ["fd", 2] : value < 1n << 32n ? ["fe", 4] : ["ff", 8];
  return { bytes: prefix + value.toString(16).padStart(2 * width, "0") };
}

/** One that judges: `{}` or a Refused. */
function validateStaticInvoice(given) {
  const invoice = bytes(given, "bytes");
  const now = number(given, "now");
  throw new Skipped(`let your library judge these ${invoice.length} bytes, as a payer at ${now} would`);
}

const OPERATIONS = {
  "bigsize.decode": decodeBigSize,
  "bigsize.encode": encodeBigSize,
  "static_invoice.validate": validateStaticInvoice,
};

/** What `hello` does not list yet: what it lists and does not do makes a run inconclusive. */
const UNFINISHED = ["static_invoice.validate"];

// ---- A role: what has state between requests (Spec/stateful-operations.md)

/** The frame of a static invoice server: it takes every message and does nothing about it. */
class Server {
  constructor(given) {
    if (typeof given.node_key !== "string") throw new TypeError("node_key: hex is needed");
    this.given = given; // node_key, peers, graph, seed, limits, …
    this.now = number(given, "now");
    this.store = new Map(); // your invoices, by client and slot
  }

  // Each method answers {} or { events: [...] }: what the node sends and stores because of it.
  "barrier"() { return {}; } // finish what was begun
  "tick"() { return {}; } // let the timers run
  "clock.set"(given) { this.now = number(given, "now"); return {}; }
  "om.deliver"() { return {}; } // offer_paths_request, serve_static_invoice and invoice_request come here
  "server.issue_client_paths"() { throw new Skipped("answer with paths for this client"); }
}

/** The roles that `hello` lists: ["server"], when the frame is filled in. */
const ROLES = [];
const FRAMES = { server: Server };
let party = null;

const methods = (frame) => Object.getOwnPropertyNames(frame.prototype).filter((name) => name !== "constructor");

// ---- The members of `in`: what is missing or of a wrong type is an error, never a verdict

function bytes(given, name) {
  if (typeof given[name] !== "string" || !/^([0-9a-f]{2})*$/.test(given[name])) throw new TypeError(`${name}: lower-case hex is needed`);
  return Buffer.from(given[name], "hex");
}

function number(given, name) {
  const fits = typeof given[name] === "string" && /^(0|[1-9][0-9]{0,19})$/.test(given[name]) && BigInt(given[name]) < 1n << 64n;
  if (!fits) throw new TypeError(`${name}: a u64 as a decimal string is needed`);
  return BigInt(given[name]);
}

// ---- The protocol

function hello() {
  const ofRoles = ROLES.length ? ["init", ...ROLES.flatMap((role) => methods(FRAMES[role]))] : [];
  return {
    protocol: 1,
    implementation: { name: "template", version: "1", language: "JavaScript", url: "" },
    operations: [...Object.keys(OPERATIONS).filter((name) => !UNFINISHED.includes(name)), ...ofRoles],
    roles: ROLES,
    profiles: [], // ["blip66-draft"], when there is an operation whose cases name a profile
    capabilities: ROLES.length ? { depths: ["payload"] } : {},
  };
}

function perform(op, given) {
  if (op === "hello") return hello();
  if (op === "init") {
    if (!Object.hasOwn(FRAMES, given.role)) throw new Skipped(`no role ${given.role}`);
    party = new FRAMES[given.role](given);
    return {};
  }
  if (Object.hasOwn(OPERATIONS, op)) return OPERATIONS[op](given);
  if (!Object.values(FRAMES).some((frame) => methods(frame).includes(op))) throw new Skipped(`no operation ${op}`);
  if (!party) throw new TypeError(`${op} before init`);
  if (!methods(party.constructor).includes(op)) throw new Skipped(`this role has no ${op}`);
  return party[op](given);
}

function answer(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id ?? null;
    if (typeof request.in !== "object" || Array.isArray(request.in)) throw new TypeError("in: an object is needed");
    let out = {};
    const began = process.hrtime.bigint();
    for (let times = request.repeat ?? 1; times > 0; times -= 1) out = perform(request.op, request.in);
    const timed = request.repeat === undefined ? {} : { elapsed_ns: String(process.hrtime.bigint() - began) };
    return { id, outcome: "accept", out, ...timed };
  } catch (error) {
    if (error instanceof Refused) return { id, outcome: "reject", reason: error.message, detail: "" };
    if (error instanceof Skipped) return { id, outcome: "skip", detail: error.message };
    return { id, outcome: "error", detail: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin, terminal: false })) {
  process.stdout.write(JSON.stringify(answer(line)) + "\n");
}
