#!/usr/bin/env node
// An adapter in JavaScript to start from: Node's standard library alone. Put your library where the operations compute, and list
// what it answers in OPERATIONS. Spec/writing-an-adapter.md goes on from here, README.md beside this file says how to run it.
import { createInterface } from "node:readline";

/** The input breaks a rule: a reason class of Spec/adapter-protocol.md. */
class Refused extends Error {}

/** This adapter does not do what the request asks for; that is never a failure. */
class Skipped extends Error {}

// ---- Operations without state: a function from `in` to `out`

function bytes(hex) {
  if (typeof hex !== "string" || !/^([0-9a-f]{2})*$/.test(hex)) throw new TypeError("lower-case hex is needed");
  return Buffer.from(hex, "hex");
}

function decodeBigSize(given) {
  const data = bytes(given.bytes);
  const width = { 0xfd: 2, 0xfe: 4, 0xff: 8 }[data[0]] ?? 0;
  if (data.length !== 1 + width) throw new Refused(data.length < 1 + width ? "tlv.truncated" : "tlv.length");
  const value = BigInt("0x" + (width ? data.subarray(1) : data).toString("hex"));
  const least = { 0: 0n, 2: 0xfdn, 4: 1n << 16n, 8: 1n << 32n }[width];
  if (value < least) throw new Refused("tlv.noncanonical");
  return { value: String(value) };
}

function encodeBigSize(given) {
  const value = BigInt(given.value);
  const [prefix, width] = value < 0xfdn ? ["", 1] : value < 1n << 16n ? ["fd", 2] : value < 1n << 32n ? ["fe", 4] : ["ff", 8];
  return { bytes: prefix + value.toString(16).padStart(2 * width, "0") };
}

const OPERATIONS = { "bigsize.decode": decodeBigSize, "bigsize.encode": encodeBigSize };

// ---- A role: what has state between requests (Spec/stateful-operations.md)

/** The frame of a static invoice server. To use it, fill in its methods and list "server" in ROLES. */
class Server {
  constructor(given) {
    this.given = given; // node_key, peers, graph, seed, limits, …
    this.now = BigInt(given.now);
    this.store = new Map(); // your invoices, by client and slot
  }

  // Each method answers {} or { "effects": [...] }: what the node sends and stores because of it.
  "barrier"() { return { effects: [] }; }
  "clock.set"(given) { this.now = BigInt(given.now); return {}; }
  "server.issue_client_paths"() { throw new Skipped("make paths for a client here"); }
  "om.deliver"() { throw new Skipped("handle offer_paths_request, serve_static_invoice and invoice_request here"); }
}

const ROLES = {}; // { server: Server }
let party = null;

const names = (role) => Object.getOwnPropertyNames(role.prototype).filter((name) => name !== "constructor");

// ---- The protocol

function hello() {
  const ofRoles = Object.values(ROLES).flatMap(names);
  const operations = [...Object.keys(OPERATIONS), ...(ofRoles.length ? ["init", ...ofRoles] : [])];
  return {
    protocol: 1,
    implementation: { name: "template", version: "1", language: "JavaScript", url: "" },
    operations: [...new Set(operations)],
    roles: Object.keys(ROLES),
    profiles: [],
    capabilities: {},
  };
}

function perform(request) {
  if (request.op === "hello") return hello();
  if (request.op === "init" && ROLES[request.in.role]) {
    party = new ROLES[request.in.role](request.in);
    return {};
  }
  if (Object.hasOwn(OPERATIONS, request.op)) return OPERATIONS[request.op](request.in);
  if (party && names(party.constructor).includes(request.op)) return party[request.op](request.in);
  throw new Skipped(`no operation ${request.op}`);
}

function answer(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id ?? null;
    let out = {};
    const began = process.hrtime.bigint();
    for (let times = request.repeat ?? 1; times > 0; times -= 1) out = perform(request);
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
