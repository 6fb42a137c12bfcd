"use strict";
// The page of `blip66 report html`. PageData.swift says what the data hold. Whatever stands in them is shown as text: nothing
// here makes HTML of a string.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const root = document.documentElement;
  const drawer = byId("drawer");
  root.classList.add("js");

  // ---- Data

  const texts = [];
  function text(index) {
    if (texts[index] === undefined) {
      const stored = data.texts[index];
      texts[index] = /[^\x00-\x7f]/.test(stored) ? stored : unpacked(index, stored);
    }
    return texts[index];
  }

  // PackedTexts.swift says how a text is written.
  const digits = new Map(
    [...Array(95).keys()].map((at) => String.fromCharCode(32 + at)).filter((one) => !'"\\&<>~'.includes(one))
      .map((one, value) => [one, value]));
  const shortestMatch = 16;

  function unpacked(index, stored) {
    let at = 0;
    const number = () => {
      let [sum, weight, digit] = [0, 1, 0];
      do {
        digit = digits.get(stored[at++]);
        sum += (digit % 44) * weight;
        weight *= 44;
      } while (digit >= 44);
      return sum;
    };
    const group = () => {
      let value = 0;
      for (let place = 4; place >= 0; place--) value = value * 85 + digits.get(stored[at + place]);
      at += 5;
      return value.toString(16).padStart(8, "0");
    };
    let result = "";
    let [earlier, end] = [0, 0];
    while (at < stored.length) {
      const mark = stored.indexOf("~", at);
      if (mark < 0) return result + stored.slice(at);
      result += stored.slice(at, mark);
      at = mark + 1;
      const what = number();
      if (what === 0) result += "~";
      else if (what === 1) {
        for (let left = number(); left > 0; left--) result += group();
      } else {
        const given = number();
        const start = what !== earlier ? given : end + (given % 2 ? -(given + 1) / 2 : given / 2);
        [earlier, end] = [what, start + number() + shortestMatch];
        result += text(index - what + 1).slice(start, end);
      }
    }
    return result;
  }

  const verdictWords = {
    p: ["passed", "met"], r: ["another reading", "part"], f: ["failed", "failed"], w: ["warning", "warning"],
    i: ["info", "part"], k: ["known failure", "warning"], n: ["not exercised", "none"], c: ["not counted", "none"],
    " ": ["not run", "absent"],
  };
  const worstFirst = "fwkircpn ";

  const named = (index) => data.names[index];
  data.cases = data.cases.map((row) => {
    const entry = {};
    data.columns.forEach((name, at) => {
      if (row[at] !== undefined && row[at] !== -1) entry[name] = row[at];
    });
    entry.comment = named(entry.comment);
    for (const list of ["requirements", "violates", "flags", "kills"]) {
      if (entry[list]) entry[list] = entry[list].map(named);
    }
    entry.requirements ||= [];
    entry.id = entry.folder === undefined ? entry.name : named(entry.folder) + "/" + entry.name;
    entry.all = [...new Set([...entry.requirements, ...(entry.violates || [])])];
    return entry;
  });
  const caseIndex = new Map(data.cases.map((entry, index) => [entry.id, index]));
  const casesOf = new Map();
  data.cases.forEach((entry, index) => {
    for (const id of entry.all) {
      if (!casesOf.has(id)) casesOf.set(id, []);
      casesOf.get(id).push(index);
    }
  });
  const letter = (run, index) => data.runs[run].verdicts[index];
  const detailOf = (run, index) => {
    const detail = data.runs[run].details[index];
    return typeof detail === "number" ? { reason: named(detail) } : detail || {};
  };

  // ---- Elements

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
    return element;
  }

  function drawn(name, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    element.append(...children.flat());
    return element;
  }

  // ---- Rows and cells

  const requirementRows = [...document.querySelectorAll("tr.requirement")].map((row) => {
    const buttons = [...row.querySelectorAll("td.cell button")];
    buttons.forEach((button, run) => {
      button.tabIndex = -1;
      button.dataset.open = row.dataset.id + "@" + run;
      const words = [...button.children].map((child) => child.textContent).filter((word) => word);
      button.setAttribute("aria-label", `${row.dataset.id}, ${data.runs[run].name}: ${words.join(", ")}`);
    });
    return {
      row, buttons, id: row.dataset.id, level: row.dataset.level, document: row.parentElement.dataset.document,
      words: row.textContent.toLowerCase(), marks: buttons.map((button) => button.className.replace("m-", "")),
      statement: row.children[1],
    };
  });
  const requirementById = new Map(requirementRows.map((row) => [row.id, row]));

  function caseRow(index) {
    const entry = data.cases[index];
    const cells = data.runs.map((run, number) => {
      const [word, mark] = verdictWords[letter(number, index)];
      return make("td", { class: "cell" },
        make("button", {
          type: "button", class: "m-" + mark, tabindex: -1, "data-open": entry.id + "@" + number,
          "aria-label": `${entry.id}, ${run.name}: ${word}`,
        }, make("b", {}, word)));
    });
    return make("tr", {}, make("th", { scope: "row" }, entry.id), make("td", {}, entry.comment), cells);
  }

  // ---- Filters, which the address keeps

  const fields = ["q", "document", "level", "show", "list"];
  let opened = null;
  let listed = [];
  let shownCases = 0;
  const step = 200;

  const state = () => Object.fromEntries(fields.map((name) => [name, byId(name).value]));

  function address() {
    const pairs = fields.filter((name) => byId(name).value).map((name) => [name, byId(name).value]);
    if (root.dataset.theme) pairs.push(["theme", root.dataset.theme]);
    if (opened) pairs.push(["open", opened]);
    return "#" + new URLSearchParams(pairs).toString();
  }

  function keepAddress() {
    if (address() !== (location.hash || "#")) history.replaceState(null, "", address());
  }

  function readAddress() {
    if (location.hash && !location.hash.includes("=")) return;
    const given = new URLSearchParams(location.hash.slice(1));
    for (const name of fields) {
      byId(name).value = given.get(name) || "";
      if (byId(name).selectedIndex === -1) byId(name).value = "";
    }
    const theme = given.get("theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    filter();
    const wanted = given.get("open");
    if (wanted) open(wanted);
    else close();
  }

  function isShown(show, has, differs) {
    switch (show) {
      case "failed": return has("failed");
      case "warning": return has("failed") || has("warning");
      case "differs": return differs;
      case "none": return has("none");
      default: return true;
    }
  }

  function isRequirementShown(row, wanted) {
    if (wanted.document && row.document !== wanted.document) return false;
    if (wanted.level && row.level !== wanted.level) return false;
    if (wanted.q && !wanted.q.toLowerCase().split(/\s+/).every((word) => row.words.includes(word))) return false;
    if (wanted.show === "unmet") return row.marks.some((mark) => mark !== "met");
    return isShown(wanted.show, (mark) => row.marks.includes(mark), row.row.dataset.differs === "yes");
  }

  function isCaseShown(index, wanted) {
    const entry = data.cases[index];
    const rows = entry.all.map((id) => requirementById.get(id)).filter((row) => row);
    if (wanted.document && !rows.some((row) => row.document === wanted.document)) return false;
    if (wanted.level && !rows.some((row) => row.level === wanted.level)) return false;
    if (wanted.q) {
      const words = `${entry.id} ${entry.comment} ${entry.all.join(" ")}`.toLowerCase();
      if (!wanted.q.toLowerCase().split(/\s+/).every((word) => words.includes(word))) return false;
    }
    const letters = data.runs.map((run) => run.verdicts[index]);
    const marks = letters.map((one) => verdictWords[one][1]);
    if (wanted.show === "unmet") return marks.some((mark) => mark !== "met");
    return isShown(wanted.show, (mark) => marks.includes(mark), new Set(letters).size > 1);
  }

  function filter() {
    const wanted = state();
    const isOfCases = wanted.list === "cases";
    byId("requirements").hidden = isOfCases;
    byId("cases").hidden = !isOfCases;
    if (isOfCases) filterCases(wanted);
    else filterRequirements(wanted);
    keepAddress();
    const first = visibleButtons()[0];
    if (first) first.tabIndex = 0;
  }

  function filterRequirements(wanted) {
    let count = 0;
    const groups = new Set();
    for (const row of requirementRows) {
      const shown = isRequirementShown(row, wanted);
      row.row.hidden = !shown;
      if (shown) {
        count += 1;
        groups.add(row.row.parentElement);
      }
    }
    for (const body of byId("requirements").tBodies) body.hidden = !groups.has(body);
    byId("more").hidden = true;
    byId("count").textContent = `${count} of ${requirementRows.length} requirements`;
  }

  function filterCases(wanted) {
    listed = [...data.cases.keys()].filter((index) => isCaseShown(index, wanted));
    shownCases = 0;
    byId("cases").tBodies[0].replaceChildren();
    showMore();
    byId("count").textContent = `${listed.length} of ${data.cases.length} cases`;
  }

  function showMore() {
    const next = listed.slice(shownCases, shownCases + step);
    byId("cases").tBodies[0].append(...next.map(caseRow));
    shownCases += next.length;
    byId("more").hidden = shownCases >= listed.length;
  }

  // ---- The drawer

  let opener = null;
  let around = [];

  function open(address) {
    const at = address.lastIndexOf("@");
    const id = address.slice(0, at);
    const run = Number(address.slice(at + 1));
    if (!data.runs[run]) return;
    const index = caseIndex.get(id);
    if (index === undefined && !requirementById.has(id)) return;
    if (drawer.hidden) opener = document.activeElement;
    opened = address;
    const parts = index === undefined ? requirementPage(id, run) : casePage(index, run);
    drawer.replaceChildren(...parts.flat(9).filter((part) => part));
    drawer.hidden = false;
    drawer.scrollTop = 0;
    drawer.focus();
    for (const button of document.querySelectorAll("td.cell button.open")) button.classList.remove("open");
    const button = document.querySelector(`td.cell button[data-open="${CSS.escape(address)}"]`);
    if (button) button.classList.add("open");
    keepAddress();
  }

  function close() {
    if (drawer.hidden) return;
    drawer.hidden = true;
    drawer.replaceChildren();
    opened = null;
    keepAddress();
    for (const button of document.querySelectorAll("td.cell button.open")) button.classList.remove("open");
    if (opener && opener.isConnected) opener.focus();
  }

  const heading = (title, ...buttons) =>
    make("header", {},
      make("h2", { id: "drawer-title" }, title), buttons,
      make("button", { type: "button", onclick: close, "aria-label": "Close" }, "Close"));

  const runButtons = (id, run, marks) =>
    make("p", { class: "legend" },
      data.runs.map((other, number) =>
        make("button", {
          type: "button", class: "m-" + marks[number], "aria-pressed": String(number === run),
          onclick: () => open(id + "@" + number),
        }, (number === run ? "● " : "") + other.name)));

  function requirementPage(id, run) {
    const row = requirementById.get(id);
    const words = row.buttons[run].firstElementChild.textContent;
    const cases = (casesOf.get(id) || []).filter((index) => letter(run, index) !== " ");
    const rank = (index) => worstFirst.indexOf(letter(run, index)) * 2 + (accuses(run, index, id) ? 0 : 1);
    cases.sort((one, other) => rank(one) - rank(other) || one - other);
    around = cases;
    return [
      heading(id),
      make("p", {}, make("b", {}, row.level), " ", [...row.statement.cloneNode(true).childNodes]),
      runButtons(id, run, row.marks),
      make("p", { class: "verdict m-" + row.marks[run] }, `${data.runs[run].name}: ${words}`),
      make("h3", {}, `Cases (${cases.length})`),
      make("ul", { class: "list" }, cases.slice(0, 500).map((index) => caseItem(index, run, id))),
      cases.length > 500 && make("p", {}, `and ${cases.length - 500} more`),
    ];
  }

  function accuses(run, index, id) {
    const detail = detailOf(run, index);
    if (detail.evidence && (detail.evidence.accused || []).includes(id)) return true;
    return ((detail.scenario || {}).violations || []).some((violation) => violation.requirements.includes(id));
  }

  function caseItem(index, run, id) {
    const entry = data.cases[index];
    const [word, mark] = verdictWords[letter(run, index)];
    const isContext = "fwik".includes(letter(run, index)) && !accuses(run, index, id);
    return make("li", {},
      make("button", { type: "button", onclick: () => open(entry.id + "@" + run) },
        make("span", { class: "m-" + mark }, word),
        make("span", {}, make("code", {}, entry.id),
          make("small", {}, entry.comment + (isContext ? " (the failure accuses another requirement)" : "")))));
  }

  function casePage(index, run) {
    const entry = data.cases[index];
    const detail = detailOf(run, index);
    const one = letter(run, index);
    const place = around.indexOf(index);
    const go = (by) => {
      const next = around[place + by];
      if (place >= 0 && next !== undefined) open(data.cases[next].id + "@" + run);
    };
    const marks = data.runs.map((other, number) => verdictWords[letter(number, index)][1]);
    return [
      heading(entry.id,
        make("button", { type: "button", onclick: () => go(-1), disabled: place < 1, "data-go": "p" }, "Previous"),
        make("button", {
          type: "button", onclick: () => go(1), disabled: place < 0 || place + 1 >= around.length, "data-go": "n",
        }, "Next")),
      make("p", {}, entry.comment),
      runButtons(entry.id, run, marks),
      make("p", { class: "verdict m-" + verdictWords[one][1] }, sentence(one, detail)),
      detail.known && make("p", {}, "Known: " + detail.known),
      about(entry, detail),
      exchange(entry, detail, one),
      scenarioPart(detail),
      neighbourPart(entry, run),
      entry.words !== undefined && [make("h3", {}, "Input, decoded"), make("pre", { tabindex: 0 }, text(entry.words))],
      entry.request !== undefined &&
        make("details", {}, make("summary", {}, "Request"), make("pre", {}, text(entry.request))),
      entry.script !== undefined &&
        make("details", {}, make("summary", {}, "The scenario's steps"), make("pre", {}, text(entry.script))),
      extras(entry, detail),
      make("h3", {}, "Run it again"),
      command(entry, run),
    ];
  }

  function sentence(one, detail) {
    const word = verdictWords[one][0];
    if (detail.failure) return `${word}: ${detail.failure.kind}: ${detail.failure.detail}`;
    return detail.reason === undefined ? word : `${word}: ${detail.reason}`;
  }

  /// The requirements that the case accuses, or else those that it is about, each with its sentence.
  function about(entry, detail) {
    const accused = [...new Set([
      ...((detail.evidence || {}).accused || []),
      ...((detail.scenario || {}).violations || []).flatMap((violation) => violation.requirements),
    ])];
    const others = entry.all.filter((id) => !accused.includes(id));
    const list = (ids) => make("ul", {}, ids.map((id) => {
      const row = requirementById.get(id);
      return make("li", {}, make("b", {}, id), " ",
        row ? [row.level + ": ", [...row.statement.cloneNode(true).childNodes]] : "not in the catalogue");
    }));
    return [
      accused.length > 0 && [make("h3", {}, "Accused"), list(accused)],
      others.length > 0 &&
        make("details", { open: accused.length === 0 && others.length < 4 },
          make("summary", {}, accused.length ? `Context (${others.length})` : `About (${others.length})`), list(others)),
    ];
  }

  function exchange(entry, detail, one) {
    if (detail.scenario || entry.script !== undefined) return attemptWords(detail);
    const expected = entry.expected === undefined ? undefined : text(entry.expected);
    const attempt = (detail.attempts || [])[0];
    const differences = (detail.failure || {}).differences || [];
    return [
      make("h3", {}, "Expected and got"),
      expected !== undefined && pair("expected", expected),
      attempt ? pair("got", answer(attempt.answer))
        : pair("got", one === "p" ? "what was expected" : "nothing is kept of the answer"),
      attempt && attempt.line !== undefined && pair("line", attempt.line),
      differences.map((difference) => [
        make("h3", {}, "Differs at ", make("code", {}, difference.path)),
        comparison(value(difference.expected), value(difference.got), "expected", "got"),
      ]),
      attempt && attempt.alone && make("p", {}, "This is the answer when the case was run again alone, after a fault."),
      attempt && attempt.stderr !== undefined && [make("h3", {}, "Standard error"), make("pre", {}, attempt.stderr)],
    ];
  }

  function attemptWords(detail) {
    const attempt = (detail.attempts || [])[0];
    if (!attempt) return [];
    return [
      attempt.answer && attempt.answer.fault && pair("got", answer(attempt.answer)),
      attempt.stderr !== undefined && [make("h3", {}, "Standard error"), make("pre", {}, attempt.stderr)],
    ];
  }

  const value = (given) =>
    given === undefined ? "(nothing)" : typeof given === "string" ? given : JSON.stringify(given);

  function answer(given) {
    if (!given) return "";
    if (given.fault) return `no answer (${given.fault}): ${given.detail}`;
    if (given.outcome === "accept") return "accept " + (given.out.cut ?? JSON.stringify(given.out));
    return given.reason ? `${given.outcome} (${given.reason}) ${given.detail}` : `${given.outcome}: ${given.detail}`;
  }

  const pair = (name, words) =>
    make("div", { class: "pair" }, make("span", {}, name),
      make("code", {}, words.length > 1200 ? words.slice(0, 1200) + ` … (${words.length - 1200} more characters)` : words));

  /// Two texts around the part in which they differ, which is marked. Hexadecimal is cut at bytes.
  function comparison(one, other, oneName, otherName) {
    const isHex = [one, other].every((words) => /^([0-9a-f]{2})*$/.test(words));
    const unit = isHex ? 2 : 1;
    const shorter = Math.min(one.length, other.length);
    let head = 0;
    while (head < shorter && one[head] === other[head]) head += 1;
    head -= head % unit;
    let tail = 0;
    while (tail < shorter - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
    tail -= tail % unit;
    const context = 16 * unit;
    const most = 256 * unit;
    const piece = (words) => {
      const middle = words.slice(head, words.length - tail);
      const after = words.slice(words.length - tail, words.length - tail + context);
      return [
        head > context ? "…" : "", words.slice(Math.max(0, head - context), head),
        make("mark", {}, middle.length > most ? middle.slice(0, most) + "…" : middle || "∅"),
        after, tail > context ? "…" : "",
      ];
    };
    const line = (name, words) =>
      make("div", { class: "pair" }, make("span", {}, name), make("code", {}, piece(words)));
    const size = (words) => (words.length - head - tail) / unit;
    const what = isHex ? "byte" : "character";
    const many = (count) => `${count} ${what}${count === 1 ? "" : "s"}`;
    const sizes = size(one) === size(other)
      ? many(size(one)) : `${many(size(one))} (${oneName}), ${many(size(other))} (${otherName})`;
    return make("div", {}, line(oneName, one), line(otherName, other),
      make("small", {}, `differs from ${what} ${head / unit} on, in ${sizes}`));
  }

  // ---- The valid neighbour

  function neighbourPart(entry, run) {
    if (entry.neighbour === undefined) return [];
    const other = data.cases[entry.neighbour];
    if (!other) return [make("h3", {}, "Valid neighbour"), make("p", {}, String(entry.neighbour))];
    const [word, mark] = verdictWords[letter(run, entry.neighbour)];
    const parts = [
      make("h3", {}, "Difference to the valid neighbour"),
      make("p", {}, make("button", { type: "button", class: "m-" + mark, onclick: () => open(other.id + "@" + run) },
        `${other.id}: ${word}`), " ", other.comment),
    ];
    if (entry.request === undefined || other.request === undefined) return parts;
    const [valid, wrong] = [other, entry].map((one) => JSON.parse(text(one.request)).in);
    for (const key of new Set([...Object.keys(valid), ...Object.keys(wrong)])) {
      const [before, after] = [value(valid[key]), value(wrong[key])];
      if (before !== after) {
        parts.push(make("p", {}, "in ", make("code", {}, key)), comparison(before, after, "valid", "this case"));
      }
    }
    if (entry.words !== undefined && other.words !== undefined) {
      const changed = lineDifference(recordLines(text(other.words)), recordLines(text(entry.words)));
      if (changed.length) {
        parts.push(make("p", {}, "As records (− valid, + this case)"), make("pre", { tabindex: 0 }, changed));
      }
    }
    return parts;
  }

  /// The records of an object in words, without the checks and without the places, which move with every length.
  function recordLines(words) {
    const lines = words.split("\n");
    const end = lines.findIndex((line) => line.startsWith("checks ("));
    return lines.slice(0, end < 0 ? lines.length : end)
      .filter((line) => line && !line.startsWith("verdict") && !/^\s+bytes \d+ to \d+: /.test(line));
  }

  function lineDifference(one, other) {
    let head = 0;
    while (head < one.length && head < other.length && one[head] === other[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(one.length, other.length) - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) {
      tail += 1;
    }
    const before = one.slice(head, one.length - tail);
    const after = other.slice(head, other.length - tail);
    if (!before.length && !after.length) return [];
    const result = head > 0 ? ["  " + one[head - 1].trimEnd() + "\n"] : [];
    for (const [mark, line] of aligned(before, after)) {
      if (mark === "-") result.push(make("del", {}, "− " + line));
      else if (mark === "+") result.push(make("ins", {}, "+ " + line));
      else result.push("  " + line + "\n");
    }
    return result;
  }

  /// The longest common lines of two short lists; longer lists are not aligned.
  function aligned(one, other) {
    const all = (mark, lines) => lines.map((line) => [mark, line]);
    if (one.length * other.length > 250000) return [...all("-", one), ...all("+", other)];
    const width = other.length + 1;
    const best = new Uint32Array((one.length + 1) * width);
    for (let i = one.length - 1; i >= 0; i--) {
      for (let j = other.length - 1; j >= 0; j--) {
        best[i * width + j] = one[i] === other[j]
          ? best[(i + 1) * width + j + 1] + 1 : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      }
    }
    const result = [];
    let [i, j] = [0, 0];
    while (i < one.length || j < other.length) {
      if (i < one.length && j < other.length && one[i] === other[j]) result.push([" ", one[i++], j++]);
      else if (j < other.length && (i === one.length || best[i * width + j + 1] > best[(i + 1) * width + j])) {
        result.push(["+", other[j++]]);
      } else result.push(["-", one[i++]]);
    }
    return result;
  }

  // ---- Scenarios

  function scenarioPart(detail) {
    const scenario = detail.scenario;
    if (!scenario) return [];
    const violations = scenario.violations || [];
    const transcript = scenario.transcript || [];
    return [
      violations.length > 0 && [
        make("h3", {}, "Broken"),
        make("ul", {}, violations.map((violation) =>
          make("li", {}, `step ${violation.step}, ${violation.requirements.join(", ")}: ${violation.detail}`,
            violation.general ? " (looked at in everything that is sent)" : ""))),
      ],
      transcript.length > 0 && [
        make("h3", {}, `What happened, at ${scenario.depth} depth`),
        make("p", {}, make("small", {}, "iut is the implementation under test; what breaks a requirement is red.")),
        make("div", { class: "sequence", tabindex: 0, role: "region", "aria-label": "Sequence diagram" },
          sequence(transcript, violations.filter((violation) => !violation.general))),
        make("details", {}, make("summary", {}, "The same as text"),
          make("pre", {}, transcript.map(entryText).join("\n"))),
      ],
    ];
  }

  const fieldText = (fields) =>
    Object.entries(fields || {}).map(([key, given]) => `${key} ${value(given)}`).join(", ");

  function entryText(entry) {
    const words = [entry.what, fieldText(entry.fields)].filter((part) => part).join("  ");
    return entry.from === undefined ? `${entry.step}  ${words}` : `      ${entry.from} -> ${entry.to || "(nobody)"}: ${words}`;
  }

  /// Parties as columns, messages as arrows, the runner's steps as rules across, breaches in boxes below their step.
  function sequence(transcript, violations) {
    const parties = [...new Set(transcript.flatMap((entry) => [entry.from, entry.to]))].filter((name) => name);
    if (!parties.length) parties.push("iut");
    const column = Math.min(300, Math.max(190, Math.floor(740 / parties.length)));
    const width = Math.max(parties.length * column, 600);
    const center = (name) => parties.indexOf(name) * column + column / 2;
    const broken = new Set(violations.map((violation) => violation.step));
    const body = [];
    let y = 52;
    const fit = (words, pixels) => {
      const most = Math.max(8, Math.floor(pixels / 6.2));
      return words.length > most ? words.slice(0, most - 1) + "…" : words;
    };
    const breaches = (step) => {
      for (const violation of violations.filter((one) => one.step === step)) {
        const lines = wrapped(`${violation.requirements.join(", ")}: ${violation.detail}`, Math.floor((width - 40) / 6.2));
        body.push(drawn("rect", { class: "breach", x: 10, y: y - 4, width: width - 20, height: lines.length * 16 + 10, rx: 3 }),
          ...lines.map((line, number) => drawn("text", { class: "broken", x: 20, y: y + 12 + number * 16 }, line)));
        y += lines.length * 16 + 18;
      }
    };
    transcript.forEach((entry, at) => {
      const previous = transcript[at - 1];
      if (previous && previous.step !== entry.step) breaches(previous.step);
      const group = drawn("g", broken.has(entry.step) ? { class: "broken" } : {}, drawn("title", {}, entryText(entry)));
      if (entry.from === undefined) {
        const words = `${entry.step || ""} ${[entry.what, fieldText(entry.fields)].filter((part) => part).join("  ")}`;
        group.append(drawn("line", { class: "rule", x1: 0, x2: width, y1: y, y2: y }),
          drawn("text", { class: "step", x: 8, y: y + 15 }, fit(words, width - 16)));
        y += 26;
      } else {
        const from = center(entry.from);
        const to = entry.to ? center(entry.to) : from + column / 3;
        const end = from === to ? from + column / 3 : to;
        const way = end > from ? 1 : -1;
        const room = Math.max(Math.abs(end - from), column) - 12;
        const middle = (from + end) / 2;
        const fields = fieldText(entry.fields);
        group.append(
          drawn("text", { x: middle, y: y + 12, "text-anchor": "middle" }, fit(entry.what, room)),
          drawn("line", { class: "arrow", x1: from, x2: end - way * 6, y1: y + 19, y2: y + 19 }),
          drawn("path", { class: "head", d: `M${end} ${y + 19}l${-way * 9} -4v8z` }));
        if (fields) {
          group.append(drawn("text", { class: "fields", x: middle, y: y + 33, "text-anchor": "middle" }, fit(fields, room)));
        }
        y += fields ? 42 : 28;
      }
      body.push(group);
      if (at === transcript.length - 1) breaches(entry.step);
    });
    const steps = new Set(transcript.map((entry) => entry.step));
    for (const step of broken) if (!steps.has(step)) breaches(step);
    const lives = parties.map((name) =>
      drawn("line", { class: "life", x1: center(name), x2: center(name), y1: 38, y2: y }));
    const heads = parties.map((name) => [
      drawn("rect", { class: "party", x: center(name) - 75, y: 8, width: 150, height: 28, rx: 4 }),
      drawn("text", { x: center(name), y: 27, "text-anchor": "middle" }, fit(name, 140)),
    ]);
    return drawn("svg", { width, height: y + 10, viewBox: `0 0 ${width} ${y + 10}`, role: "img", "aria-label": "Sequence diagram; the text below says the same" },
      lives, heads.flat(), body);
  }

  function wrapped(words, most) {
    const lines = [""];
    for (const word of words.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length >= most) lines.push(word);
      else lines[lines.length - 1] = last ? last + " " + word : word;
    }
    return lines;
  }

  // ---- What else there is to say

  function extras(entry, detail) {
    const reading = (detail.evidence || {}).alternative;
    return [
      detail.steps && [
        make("h3", {}, "First intermediate value that differs: ", make("code", {}, detail.steps.path)),
        comparison(value(detail.steps.expected), value(detail.steps.got), "vector", "answer"),
      ],
      (detail.notes || []).map((note) => make("p", {}, "Note: " + note)),
      reading && make("p", {}, `This is the answer by ${reading}.`),
      detail.flags
        ? detail.flags.map((flag) => make("p", {}, make("b", {}, flag.name), ": " + flag.note))
        : entry.flags && make("p", {}, make("small", {}, "Flags: " + entry.flags.join(", "))),
      entry.violates && entry.script === undefined &&
        make("p", {}, "Finds out an implementation without ", make("b", {}, entry.violates.join(", ")), ": every other rule is kept."),
      entry.kills && [
        make("h3", {}, "Mutants that it finds out"),
        make("ul", {}, entry.kills.map((name) => make("li", {}, make("code", {}, name)))),
      ],
    ];
  }

  function command(entry, run) {
    const [before, after] = data.runs[run].rerun;
    const words = `${before}'${entry.id}'${after}`;
    const shown = make("pre", { class: "whole" }, words);
    const button = make("button", { type: "button", onclick: () => copy(words, shown, button) }, "Copy");
    return make("div", { class: "command" }, shown, button);
  }

  async function copy(words, shown, button) {
    try {
      await navigator.clipboard.writeText(words);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(shown);
      button.textContent = "Selected";
    }
  }

  // ---- Keys and clicks

  const visibleButtons = () =>
    [...document.querySelectorAll(".matrix:not([hidden]) tbody:not([hidden]) tr:not([hidden]) td.cell button")];

  function move(button, across, down) {
    const row = button.closest("tr");
    const cells = [...row.querySelectorAll("td.cell button")];
    const place = cells.indexOf(button);
    let target = cells[place + across];
    if (down) {
      const all = visibleButtons();
      target = all[all.indexOf(button) + down * cells.length];
    }
    if (!target) return;
    button.tabIndex = -1;
    target.tabIndex = 0;
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && !drawer.hidden) return close();
    if (isTyping) return;
    if (event.key === "/") {
      event.preventDefault();
      byId("q").focus();
      return;
    }
    if (!drawer.hidden && (event.key === "n" || event.key === "p")) {
      const button = drawer.querySelector(`[data-go="${event.key}"]`);
      if (button && !button.disabled) button.click();
      return;
    }
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (ways[event.key] && event.target.matches("td.cell button")) {
      event.preventDefault();
      move(event.target, ...ways[event.key]);
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("td.cell button");
    if (!button) return;
    if (byId("list").value === "cases") around = listed;
    open(button.dataset.open);
  });

  let waiting = 0;
  byId("filters").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 60);
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => setTimeout(filter));
  byId("more").firstElementChild.addEventListener("click", showMore);
  byId("theme").addEventListener("click", () => {
    const isDark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = isDark ? "light" : "dark";
    keepAddress();
  });
  if ("IntersectionObserver" in window) {
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting) && !byId("more").hidden) showMore();
    }, { rootMargin: "600px" }).observe(byId("more"));
  }
  let closedForPrint = [];
  addEventListener("beforeprint", () => {
    closedForPrint = [...document.querySelectorAll("details:not([open])")];
    for (const part of closedForPrint) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closedForPrint) part.open = false;
  });
  // A count in a run's card, too, leads to rows that are far below it.
  addEventListener("hashchange", () => {
    readAddress();
    if (location.hash.includes("=") && drawer.hidden) byId("matrix").scrollIntoView();
  });
  readAddress();
  if (location.hash.includes("=")) byId("matrix").scrollIntoView();
})();
