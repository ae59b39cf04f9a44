/* The explorer of an experiment: one page, four views, no network, nothing but this file and the data beside it.

   A page from a file manager may not fetch, but it may add scripts to itself: each file under data/ is one call of
   received(name, content), and load(name) adds it when it is looked at. What is shown is in the address behind the #,
   and nowhere else: every control changes the address, and every change of the address draws the view anew. Texts
   become text nodes and are never read as HTML.

   Contents: data; addresses; elements; pieces that views share; the views (topics, documents, document, compare,
   numbers), each a function of the parameters; the map; matching; start. */
"use strict";

// ---------------------------------------------------------------------------------------------------- data

const arrived = new Map(); // name -> content
const waiting = new Map(); // name -> {promise, resolve, reject}

function received(name, content) {
  // called by every script under data/
  arrived.set(name, content);
  waiting.get(name)?.resolve(content);
  if (name === "experiment") start();
}

function load(name) {
  if (arrived.has(name)) return Promise.resolve(arrived.get(name));
  if (waiting.has(name)) return waiting.get(name).promise;
  const entry = {};
  entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
  waiting.set(name, entry);
  const script = document.createElement("script");
  script.src = `data/${name}.js`;
  script.onerror = () => {
    waiting.delete(name);
    entry.reject(new Error(`data/${name}.js is not there: copy the whole folder of the explorer, or make it anew`));
  };
  document.head.append(script);
  return entry.promise;
}

/** Rows of natural numbers, as softtopics.report.explorer.encoding.packed wrote them. */
class Rows {
  constructor({ bits, columns, data }) {
    const text = atob(data);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    this.values = new { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array }[bits](bytes.buffer);
    this.columns = columns;
    this.length = this.values.length / columns;
  }
  at(row, column = 0) {
    return this.values[row * this.columns + column];
  }
  row(row) {
    return this.values.subarray(row * this.columns, (row + 1) * this.columns);
  }
}

const unpackedOnce = new WeakMap();
function unpacked(packed) {
  if (!unpackedOnce.has(packed)) unpackedOnce.set(packed, new Rows(packed));
  return unpackedOnce.get(packed);
}

const experiment = () => arrived.get("experiment");
const loadCorpus = (corpus) => load(`${corpus}/corpus/about`);
const loadTopics = async ({ corpus, method, k, seed }) =>
  (await load(`${corpus}/methods/${method}/topics`))[`${k}-${seed}`];

async function loadDocuments({ corpus, method, k, seed }) {
  const found = await load(`${corpus}/methods/${method}/documents-${k}-${seed}`);
  return { topics: unpacked(found.topics), shares: unpacked(found.shares), nearest: unpacked(found.nearest) };
}

/** The texts of some documents: {id, text} each; text is null where the page was made without texts. */
async function loadTexts(corpus, rows) {
  const { block } = await loadCorpus(corpus);
  const needed = [...new Set(rows.map((row) => Math.floor(row / block)))];
  const blocks = new Map(await Promise.all(needed.map(async (b) => [b, await load(`${corpus}/corpus/texts-${b}`)])));
  return rows.map((row) => {
    const { ids, texts } = blocks.get(Math.floor(row / block));
    return { id: ids[row % block], text: texts.length ? texts[row % block] : null };
  });
}

async function loadAllTexts(corpus) {
  const { documents } = await loadCorpus(corpus);
  return loadTexts(
    corpus,
    Array.from({ length: documents }, (_, row) => row),
  );
}

// ------------------------------------------------------------------------------------------------ addresses

const VIEWS = { topics: "Topics", documents: "Documents", compare: "Compare", numbers: "Numbers" };
const DRAW = {}; // view -> async function of the parameters that returns {title, controls, content, said}

function readAddress() {
  const [view, query = ""] = decodeURI(location.hash.slice(1)).split("?");
  return { view: view in DRAW ? view : "topics", given: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view; what is empty is left out. */
function address(view, parameters) {
  const kept = Object.entries(parameters).filter(([, value]) => value !== "" && value != null);
  return `#${view}?${new URLSearchParams(kept)}`;
}

/** The value, if it is one of those there are, else the first of them. */
const oneOf = (value, options) => (options.map(String).includes(String(value)) ? String(value) : String(options[0]));

/** Corpus, method, K and seed of an address; without them the last proposed method, the largest K, the first seed. */
function runOf(given, suffix = "", fallback = {}) {
  const { corpora, methods, proposed, topics, seeds } = experiment();
  const names = Object.keys(methods);
  return {
    corpus: oneOf(given.corpus, Object.keys(corpora)),
    method: oneOf(given[`method${suffix}`] ?? fallback.method ?? proposed.at(-1), names),
    k: oneOf(given[`k${suffix}`] ?? fallback.k ?? Math.max(...topics), topics),
    seed: oneOf(given[`seed${suffix}`] ?? fallback.seed, seeds),
  };
}

let drawing = 0; // the drawing that counts; an earlier one that is still waiting for data gives up

async function draw() {
  const own = ++drawing;
  const { view, given } = readAddress();
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  let made;
  try {
    made = await DRAW[view](given);
  } catch (error) {
    if (own !== drawing) return;
    made = {
      title: "This cannot be shown",
      controls: [],
      content: [el("p", { class: "error" }, error.message)],
      said: error.message,
    };
    console.error(error);
  }
  if (own !== drawing) return;
  const focused = document.activeElement?.id;
  const caret = document.activeElement?.selectionStart;
  drawNavigation(view, made.parameters ?? {});
  document.getElementById("controls").replaceChildren(...made.controls);
  main.replaceChildren(el("h1", { id: "title", tabindex: "-1" }, made.title), ...made.content);
  made.after?.();
  document.title = `${made.title} – ${experiment().name}`;
  document.getElementById("status").textContent = made.said ?? made.title;
  const again = focused && document.getElementById(focused);
  if (again && again !== main) {
    again.focus({ preventScroll: true });
    if (caret != null && again.setSelectionRange) again.setSelectionRange(caret, caret);
  } else if (drawn) {
    document.getElementById("title").focus({ preventScroll: true });
    if (drawn !== view) scrollTo(0, 0);
  }
  drawn = view;
  main.dataset.drawn = location.hash || "#"; // what tests wait for
  main.setAttribute("aria-busy", "false");
  performance.mark("drawn");
}
let drawn = "";

function drawNavigation(view, { corpus, method, k, seed }) {
  const links = Object.entries(VIEWS).map(([name, title]) =>
    el(
      "a",
      {
        id: `to-${name}`,
        href: address(name, { corpus, method, k, seed }),
        "aria-current": name === view ? "page" : null,
      },
      title,
    ),
  );
  document
    .getElementById("views")
    .replaceChildren(...links, el("a", { class: "out", href: "../report.html" }, "Report"));
}

function go(view, parameters, { replace = false } = {}) {
  const there = address(view, parameters);
  if (there === location.hash) return;
  if (!replace) location.hash = there;
  else {
    history.replaceState(null, "", there);
    draw();
  }
}

// ------------------------------------------------------------------------------------------------- elements

/** An element. Attributes that are null are left out; functions listen; children are elements or text. */
function el(tag, attributes = {}, ...children) {
  const namespace = ["svg", "path", "g", "line", "circle", "text", "title"].includes(tag)
    ? "http://www.w3.org/2000/svg"
    : null;
  const made = namespace ? document.createElementNS(namespace, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else if (name === "style") for (const [key, part] of Object.entries(value)) made.style.setProperty(key, part);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(
    ...children
      .flat(Infinity)
      .filter((child) => child != null && child !== false)
      .map((child) => (child instanceof Node ? child : String(child))),
  );
  return made;
}

/** .812 for 0.812, as in the tables; what lies exactly between two goes to the even one, as Python rounds. */
function short(value, decimals = 3) {
  if (value == null) return "–";
  const text = value.toFixed(decimals);
  const between = /^50*$/.test(value.toFixed(decimals + 40).slice(decimals ? text.length : text.length + 1));
  const odd = Number(text.at(-1)) % 2 === 1;
  const even = between && odd ? (value - Math.sign(value) * 0.5 * 10 ** -decimals).toFixed(decimals) : text;
  return even.replace(/^(-?)0\./, "$1.");
}
const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Colours of classes and topics: hues a golden angle apart, three lightnesses in turn. */
function color(position) {
  const lightness = [0.62, 0.74, 0.52][position % 3] + (dark.matches ? 0.06 : 0);
  return `oklch(${lightness} ${[0.17, 0.14, 0.15][position % 3]} ${(25 + position * 137.508) % 360})`;
}
// Okabe & Ito's palette, as in the figures; the last is the colour of text.
const LINES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "currentColor"];

// -------------------------------------------------------------------------------- pieces that views share

/** A labelled select that changes one parameter of the address. */
function choice(view, parameters, name, title, options, reset = {}) {
  const items = options.map(([value, text]) =>
    el("option", { value, selected: String(value) === String(parameters[name]) }, text),
  );
  const change = (event) => go(view, { ...parameters, ...reset, [name]: event.target.value });
  return el("label", {}, el("span", {}, title), el("select", { id: `choose-${name}`, change }, ...items));
}

/** A labelled search box: the address follows what is typed without filling up the history. */
function searchBox(view, parameters, name, title, hint) {
  let timer;
  const input = (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => go(view, { ...parameters, [name]: event.target.value.trim() }, { replace: true }), 200);
  };
  return el(
    "label",
    {},
    el("span", {}, title),
    el("input", {
      id: `find-${name}`,
      type: "search",
      value: parameters[name],
      placeholder: hint,
      autocomplete: "off",
      input,
    }),
  );
}

function runChoices(view, parameters, { suffix = "", only = ["corpus", "method", "k", "seed"], reset = {} } = {}) {
  const { corpora, methods, topics, seeds } = experiment();
  const all = {
    corpus: ["Corpus", Object.entries(corpora)],
    method: ["Method", Object.entries(methods)],
    k: ["Topics", topics.map((k) => [k, `K = ${k}`])],
    seed: ["Seed", seeds.map((seed) => [seed, seed])],
  };
  return only
    .filter((name) => all[name][1].length > 1 || name === "method")
    .map((name) =>
      choice(view, parameters, name === "corpus" ? name : name + suffix, all[name][0], all[name][1], reset),
    );
}

const runTitle = ({ method, k, seed }) => `${experiment().methods[method]}, K = ${k}, seed ${seed}`;
const metricTitle = (name) => experiment().metrics[name]?.title ?? name;
const purityOf = (topic) => (topic.classes ? (topic.classes[0]?.[1] ?? 0) / Math.max(topic.documents, 1) : null);
const wordsOf = (topic, about, count = topic.words.length) =>
  topic.words.slice(0, count).map((word) => about.vocabulary[word]);

/** Parts of a whole as one stacked bar, named by a caption below it. */
function classBar(pairs, about, shown = 2) {
  const total = sum(pairs.map(([, count]) => count));
  if (!total) return el("p", { class: "quiet small" }, "No document has this as its largest topic.");
  const named = pairs.slice(0, shown).map(([c, count]) => [swatch(color(c)), `${about.classes[c]} ${count} `]);
  const rest = pairs.length - shown;
  return el(
    "div",
    { class: "classes" },
    el(
      "div",
      { class: "stack", "aria-hidden": "true" },
      pairs.map(([c, count]) =>
        el("i", {
          style: { width: `${(100 * count) / total}%`, background: color(c) },
          title: `${about.classes[c]}: ${count} of ${total}`,
        }),
      ),
    ),
    el("p", { class: "small" }, named, rest > 0 ? el("span", { class: "quiet" }, `and ${rest} more`) : null),
  );
}

const swatch = (background) => el("b", { class: "swatch", style: { background }, "aria-hidden": "true" });

/** Words with bars, the largest weight being a full bar. */
function wordBars(words, weights, { emphasised = () => false, say = (weight) => short(weight), numbers = false } = {}) {
  const largest = Math.max(...weights, 1e-12);
  return el(
    "ol",
    { class: numbers ? "bars numbered" : "bars" },
    words.map((word, i) =>
      el(
        "li",
        { title: `${word}: ${say(weights[i])}` },
        el("span", { class: emphasised(word) ? "word marked" : "word" }, word),
        el(
          "span",
          { class: "track", "aria-hidden": "true" },
          el("i", { style: { width: `${Math.max(0, (100 * weights[i]) / largest)}%` } }),
        ),
        el("span", { class: numbers ? "share" : "hidden" }, say(weights[i])),
      ),
    ),
  );
}

const documentLink = (run, row, text) => el("a", { href: address("document", { ...run, id: row }) }, text);

// ---------------------------------------------------------------------------------------------- view: topics

const SORTS = {
  share: ["Share of the corpus", (topic) => topic.share],
  npmi: ["NPMI", (topic) => topic.npmi],
  rating: ["Rating", (topic) => topic.rating],
  purity: ["Purity", purityOf],
  number: ["Number", (topic) => -topic.number],
};

DRAW.topics = async (given) => {
  const run = runOf(given);
  const about = await loadCorpus(run.corpus);
  const topics = numbered(await loadTopics(run));
  const sorts = Object.entries(SORTS).filter(([, [, value]]) => topics.some((topic) => value(topic) != null));
  const parameters = {
    ...run,
    sort: oneOf(
      given.sort,
      sorts.map(([name]) => name),
    ),
    word: given.word ?? "",
    topic: given.topic ?? "",
  };
  const controls = [
    ...runChoices("topics", parameters, { reset: { topic: "" } }),
    choice(
      "topics",
      parameters,
      "sort",
      "Sorted by",
      sorts.map(([name, [title]]) => [name, name in experiment().metrics ? metricTitle(name) : title]),
    ),
    searchBox("topics", parameters, "word", "Find a word", "in every method"),
  ];
  if (parameters.topic !== "" && topics[parameters.topic])
    return { ...(await oneTopic(topics[parameters.topic], run, about)), parameters, controls };
  if (parameters.word) return { ...(await foundTopics(parameters, run, about)), parameters, controls };
  const value = SORTS[parameters.sort][1];
  const ordered = [...topics].sort((a, b) => value(b) - value(a));
  return {
    title: `Topics of ${experiment().methods[run.method]}`,
    parameters,
    controls,
    content: [
      summary(topics, run, about),
      el(
        "div",
        { class: "cards" },
        ordered.map((topic) => card(topic, run, about)),
      ),
    ],
    said: `${plural(topics.length, "topic")} of ${runTitle(run)}, sorted by ${SORTS[parameters.sort][0]}`,
  };
};

const numbered = (topics) => topics.map((topic, number) => ({ ...topic, number }));

/** What the run scores: the means of what its topics score. */
function summary(topics, run, about) {
  const { corpora, relevance } = experiment();
  const items = [["npmi", "NPMI", mean(topics.map((topic) => topic.npmi))]];
  if (topics[0].rating != null)
    items.push(["rating", metricTitle("llm_rating"), mean(topics.map((topic) => topic.rating))]);
  if (about.classes.length)
    items.push(["purity", "Purity", sum(topics.map((topic) => topic.classes[0]?.[1] ?? 0)) / about.documents]);
  return el(
    "p",
    { class: "summary" },
    `${corpora[run.corpus]}, ${plural(about.documents, "document")}; `,
    `${topics.length}${topics.length < run.k ? ` of ${run.k}` : ""} topics, seed ${run.seed}. This run: `,
    items.map(([name, title, value], i) => [
      i ? ", " : "",
      `${title} `,
      el("b", { "data-score": name, "data-value": value }, short(value)),
    ]),
    ".",
    el(
      "span",
      { class: "quiet" },
      ` Bars: the model's own weights, the largest of each topic a full bar${relevance !== 1 ? "; words in the order of their relevance" : ""}.`,
    ),
  );
}

function scoresOf(topic) {
  const purity = purityOf(topic);
  const items = [
    ["Share", percent(topic.share)],
    ["NPMI", short(topic.npmi, 2)],
  ];
  if (topic.rating != null) items.push(["Rating", short(topic.rating, 2)]);
  if (purity != null) items.push(["Purity", topic.documents ? short(purity, 2) : "–"]);
  return el(
    "dl",
    { class: "scores" },
    items.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}

function card(topic, run, about, { shown = 10, word = null, level = "h2" } = {}) {
  return el(
    "article",
    { class: "card" },
    el(
      level,
      {},
      el(
        "a",
        { href: address("topics", { ...run, topic: topic.number }) },
        el("span", { class: "number" }, topic.number),
        ` ${wordsOf(topic, about, 3).join(", ")}`,
      ),
    ),
    scoresOf(topic),
    wordBars(wordsOf(topic, about, shown), topic.weights.slice(0, shown), {
      emphasised: (own) => word && own.startsWith(word),
    }),
    topic.classes ? classBar(topic.classes, about) : null,
    typicalDocuments(topic, run),
  );
}

function typicalDocuments(topic, run) {
  return el(
    "ul",
    { class: "typical" },
    topic.typical.map(([row, share, text]) =>
      el(
        "li",
        {},
        documentLink(run, row, text || `Document ${row}`),
        " ",
        el("span", { class: "quiet" }, percent(share)),
      ),
    ),
  );
}

async function oneTopic(topic, run, about) {
  const back = address("topics", run);
  const others = await Promise.all(
    Object.keys(experiment().methods)
      .filter((method) => method !== run.method)
      .map(async (method) => {
        const own = { ...run, method },
          table = numbered(await loadTopics(own));
        const common = table.map((other) => other.words.filter((word) => topic.words.includes(word)).length);
        const most = Math.max(...common);
        return { own, most, other: table[common.indexOf(most)] };
      }),
  );
  const content = [
    el(
      "p",
      {},
      el("a", { href: back }, `All topics of ${runTitle(run)}`),
      " · ",
      el(
        "a",
        { href: address("documents", { ...run, color: "topic", pick: topic.number }) },
        "its documents on the map",
      ),
    ),
    el(
      "div",
      { class: "two" },
      el("section", {}, scoresOf(topic), wordBars(wordsOf(topic, about), topic.weights, { numbers: true })),
      el(
        "section",
        {},
        el("h2", {}, "Most typical documents"),
        typicalDocuments(topic, run),
        topic.classes
          ? [
              el("h2", {}, `Classes of the ${plural(topic.documents, "document")} whose largest topic it is`),
              classList(topic, about),
            ]
          : null,
      ),
    ),
    others.length
      ? el(
          "section",
          {},
          el("h2", {}, "The topic of each other method that has most of its words"),
          el(
            "ul",
            { class: "alone likes" },
            others
              .sort((p, q) => q.most - p.most)
              .map(({ own, most, other }) =>
                el(
                  "li",
                  {},
                  el(
                    "span",
                    {},
                    experiment().methods[own.method],
                    el("span", { class: "quiet small" }, ` ${most} of ${topic.words.length}`),
                  ),
                  topicLine(other, own, about, new Set(topic.words)),
                ),
              ),
          ),
        )
      : null,
  ].filter(Boolean);
  const title = `Topic ${topic.number}: ${wordsOf(topic, about, 3).join(", ")}`;
  return { title, content };
}

function classList(topic, about) {
  const names = topic.classes.map(([c]) => about.classes[c]);
  return wordBars(
    names,
    topic.classes.map(([, count]) => count),
    { say: (count) => count, numbers: true },
  );
}

/** The topics of every method, at the chosen K and seed, that have a word. */
async function foundTopics({ word }, run, about) {
  const wanted = word.toLowerCase();
  const methods = Object.entries(experiment().methods);
  const all = await Promise.all(
    methods.map(async ([method, title]) => {
      const own = { ...run, method };
      const topics = numbered(await loadTopics(own)).filter((topic) =>
        wordsOf(topic, about).some((other) => other.startsWith(wanted)),
      );
      return { own, title, topics };
    }),
  );
  const count = sum(all.map(({ topics }) => topics.length));
  const sections = all
    .filter(({ topics }) => topics.length)
    .map(({ own, title, topics }) =>
      el(
        "section",
        {},
        el("h2", {}, `${title} `, el("span", { class: "quiet" }, plural(topics.length, "topic"))),
        el(
          "div",
          { class: "cards" },
          topics.map((topic) => card(topic, own, about, { word: wanted, shown: topic.words.length, level: "h3" })),
        ),
      ),
    );
  const without = all.filter(({ topics }) => !topics.length).map(({ title }) => title);
  const said = `${plural(count, "topic")} of ${plural(all.length - without.length, "method")} with a word that begins with “${word}”`;
  return {
    title: `Topics with “${word}”`,
    said,
    content: [
      el(
        "p",
        { class: "summary" },
        `${said}, K = ${run.k}, seed ${run.seed}.`,
        without.length ? ` None in ${without.join(", ")}.` : "",
      ),
      ...sections,
    ],
  };
}

// ------------------------------------------------------------------------------------------- view: documents

const LISTED = 30; // documents of a selection that are listed at once

DRAW.documents = async (given) => {
  const run = runOf(given);
  const [about, topics, documents] = await Promise.all([loadCorpus(run.corpus), loadTopics(run), loadDocuments(run)]);
  const byClass = about.classes.length && given.color !== "topic";
  const parameters = {
    ...run,
    color: byClass ? "class" : "topic",
    pick: given.pick ?? "",
    text: given.text ?? "",
    box: given.box ?? "",
    at: given.at ?? "",
    more: given.more ?? "",
  };
  const labels = about.labels && unpacked(about.labels);
  const group = byClass ? (row) => labels.at(row) : (row) => documents.topics.at(row);
  const names = byClass
    ? about.classes
    : topics.map((topic, number) => `${number} ${wordsOf(topic, about, 3).join(", ")}`);
  const places = unpacked(about.map);
  const selected = await selection(parameters, about, places, group);
  const reset = { box: "", at: "", more: "" };
  const controls = [
    ...runChoices("documents", parameters, { reset: { ...reset, pick: byClass ? parameters.pick : "" } }),
    about.classes.length
      ? choice(
          "documents",
          parameters,
          "color",
          "Coloured by",
          [
            ["class", "class"],
            ["topic", "largest topic"],
          ],
          { pick: "", more: "" },
        )
      : null,
    choice(
      "documents",
      parameters,
      "pick",
      byClass ? "Class" : "Topic",
      [["", "all"], ...names.map((name, i) => [i, name])],
      { more: "" },
    ),
    about.texts ? searchBox("documents", parameters, "text", "Text has", "any words") : null,
  ].filter(Boolean);
  const map = new DocumentMap({ places, group, names, byClass, selected, parameters, run, about, documents, topics });
  const list = await documentList(selected, parameters, run, about, documents, topics);
  return {
    title: `Documents of ${experiment().corpora[run.corpus]}`,
    parameters,
    controls,
    content: [el("div", { class: "beside" }, map.element, list)],
    after: () => map.attach(),
    said: `${plural(selected.rows.length, "document")} of ${about.documents}`,
  };
};

/** The rows of the documents that box, pick and text leave; all of them, and `any` false, where none is given. */
async function selection({ box, pick, text, corpus }, about, places, group) {
  const [left, top, right, bottom] = box.split(",").map(Number);
  const texts = text && about.texts ? await loadAllTexts(corpus) : null;
  const wanted = text.toLowerCase().split(/\s+/);
  const rows = [];
  for (let row = 0; row < about.documents; row++) {
    const x = places.at(row, 0) / 65.535,
      y = places.at(row, 1) / 65.535; // 0 to 1000
    if (box && (x < left || x > right || y < top || y > bottom)) continue;
    if (pick !== "" && group(row) !== Number(pick)) continue;
    if (texts && !wanted.every((word) => texts[row].text.toLowerCase().includes(word))) continue;
    rows.push(row);
  }
  return { rows, any: Boolean(box || pick !== "" || text), chosen: new Set(rows) };
}

async function documentList({ rows, any }, parameters, run, about, documents, topics) {
  const count = Math.min(rows.length, LISTED * (1 + Number(parameters.more || 0)));
  const shown = rows.slice(0, count);
  const texts = await loadTexts(run.corpus, shown);
  const labels = about.labels && unpacked(about.labels);
  const items = shown.map((row, i) => {
    const topic = documents.topics.at(row);
    return el(
      "li",
      {},
      documentLink(run, row, texts[i].text ?? `Document ${texts[i].id}`),
      el(
        "span",
        { class: "quiet small" },
        labels ? [swatch(color(labels.at(row))), `${about.classes[labels.at(row)]} · `] : null,
        `topic ${topic}: ${wordsOf(topics[topic], about, 3).join(", ")}`,
      ),
    );
  });
  const clear = el(
    "a",
    { href: address("documents", { ...parameters, box: "", pick: "", text: "", at: "", more: "" }) },
    "show all",
  );
  const counts =
    labels && any
      ? [
          ...rows.reduce((found, row) => found.set(labels.at(row), (found.get(labels.at(row)) ?? 0) + 1), new Map()),
        ].sort((a, b) => b[1] - a[1])
      : [];
  return el(
    "section",
    { class: "list", "aria-label": "Documents" },
    el(
      "p",
      { class: "summary" },
      el("b", { id: "count" }, any ? plural(rows.length, "document") : `All ${plural(rows.length, "document")}`),
      any ? [" selected, ", clear] : ": drag over the map to select some",
    ),
    counts.length ? classBar(counts, about, 4) : null,
    el("ul", { class: "documents" }, items),
    count < rows.length
      ? el(
          "a",
          {
            id: "more",
            class: "button",
            href: address("documents", { ...parameters, more: Number(parameters.more || 0) + 1 }),
          },
          `${LISTED} more`,
        )
      : null,
  );
}

/** The map on a canvas. Drag selects, a click opens, a wheel or two buttons zoom; all of it by keys as well. */
class DocumentMap {
  constructor(shown) {
    Object.assign(this, shown);
    this.zoom = { x: 500, y: 500, scale: 1 };
    this.canvas = el("canvas", {
      id: "map",
      tabindex: "0",
      role: "img",
      "aria-describedby": "map-help",
      "aria-label": `Map of ${plural(this.about.documents, "document")}, coloured by ${this.byClass ? "class" : "largest topic"}; the list beside it has the same documents`,
    });
    this.tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    const button = (id, title, text, click) =>
      el("button", { id, type: "button", "aria-label": title, title, click }, text);
    this.element = el(
      "section",
      { class: "map", "aria-label": "Map" },
      el(
        "div",
        { class: "frame" },
        this.canvas,
        this.tip,
        el(
          "div",
          { class: "tools" },
          button("zoom-in", "Zoom in", "+", () => this.scale(1.5)),
          button("zoom-out", "Zoom out", "−", () => this.scale(1 / 1.5)),
          button("zoom-reset", "Show the whole map", "⤢", () => this.whole()),
          button("select-view", "Select what is in view", "▣", () => this.selectView()),
        ),
      ),
      el(
        "p",
        { id: "map-help", class: "quiet small" },
        `UMAP of ${this.about.map_of}. Drag to select, click to open, scroll to zoom; `,
        "by keys: arrows move, + and − zoom, 0 shows all, Enter selects what is in view.",
      ),
    );
  }

  attach() {
    this.context = this.canvas.getContext("2d");
    new ResizeObserver(() => this.paint()).observe(this.canvas);
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.scale(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.toMap(event));
      },
      { passive: false },
    );
    this.canvas.addEventListener("pointerdown", (event) => {
      this.from = this.to = point(event);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => this.moved(event));
    this.canvas.addEventListener("pointerup", (event) => this.released(event));
    this.canvas.addEventListener("pointercancel", () => {
      this.from = this.to = null;
      this.paint();
    }); // a finger that scrolls the page
    this.canvas.addEventListener("pointerleave", () => {
      this.tip.hidden = true;
    });
    this.canvas.addEventListener("keydown", (event) => this.pressed(event));
    this.paint();
  }

  size() {
    return { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
  }
  unit() {
    const { width, height } = this.size();
    return ((Math.min(width, height) - 24) / 1000) * this.zoom.scale;
  }
  toScreen(x, y) {
    const { width, height } = this.size(),
      unit = this.unit();
    return [width / 2 + (x - this.zoom.x) * unit, height / 2 - (y - this.zoom.y) * unit];
  }
  toMap(event) {
    return this.fromScreen(...point(event));
  }
  fromScreen(left, top) {
    const { width, height } = this.size(),
      unit = this.unit();
    return [this.zoom.x + (left - width / 2) / unit, this.zoom.y - (top - height / 2) / unit];
  }
  place(row) {
    return this.toScreen(this.places.at(row, 0) / 65.535, this.places.at(row, 1) / 65.535);
  }

  scale(factor, [x, y] = [this.zoom.x, this.zoom.y]) {
    const scale = Math.min(40, Math.max(1, this.zoom.scale * factor)),
      kept = this.zoom.scale / scale;
    this.zoom = { x: x + (this.zoom.x - x) * kept, y: y + (this.zoom.y - y) * kept, scale };
    this.paint();
  }
  whole() {
    this.zoom = { x: 500, y: 500, scale: 1 };
    this.paint();
  }
  selectBox(corners) {
    const xs = corners.map(([x]) => x).sort((a, b) => a - b),
      ys = corners.map(([, y]) => y).sort((a, b) => a - b);
    go("documents", {
      ...this.parameters,
      at: "",
      more: "",
      box: [xs[0], ys[0], xs[1], ys[1]].map((value) => value.toFixed(1)).join(","),
    });
  }
  selectView() {
    const { width, height } = this.size();
    this.selectBox([this.fromScreen(0, 0), this.fromScreen(width, height)]);
  }

  pressed(event) {
    const step = 60 / this.zoom.scale;
    const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    if (move) {
      this.zoom.x += move[0];
      this.zoom.y += move[1];
      this.paint();
    } else if (event.key === "+" || event.key === "=") this.scale(1.5);
    else if (event.key === "-") this.scale(1 / 1.5);
    else if (event.key === "0") this.whole();
    else if (event.key === "Enter") this.selectView();
    else return;
    event.preventDefault();
  }

  moved(event) {
    if (this.from) {
      this.to = point(event);
      this.paint();
      return;
    }
    const row = this.nearest(event);
    this.tip.hidden = row == null;
    this.canvas.style.cursor = row == null ? "crosshair" : "pointer";
    if (row != null) this.describe(row, point(event));
  }

  released(event) {
    const [from, to] = [this.from, point(event)];
    this.from = this.to = null;
    if (!from) return;
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) > 6)
      return this.selectBox([this.fromScreen(...from), this.fromScreen(...to)]);
    const row = this.nearest(event);
    if (row != null) go("document", { ...this.run, id: row });
    else this.paint();
  }

  nearest(event) {
    const [left, top] = point(event);
    let best = null,
      least = 100; // 10 pixels
    for (const row of this.selected.rows) {
      const [x, y] = this.place(row),
        distance = (x - left) ** 2 + (y - top) ** 2;
      if (distance < least) [best, least] = [row, distance];
    }
    return best;
  }

  async describe(row, [left, top]) {
    this.described = row;
    const [{ id, text }] = await loadTexts(this.run.corpus, [row]);
    if (this.described !== row) return;
    const labels = this.about.labels && unpacked(this.about.labels),
      topic = this.documents.topics.at(row);
    this.tip.replaceChildren(
      el("b", {}, labels ? this.about.classes[labels.at(row)] : `Document ${id}`),
      ` · topic ${topic}: ${wordsOf(this.topics[topic], this.about, 3).join(", ")}`,
      text == null ? "" : el("p", {}, text.length > 200 ? `${text.slice(0, 200)} …` : text),
    );
    const { width } = this.size();
    this.tip.style.left = `${Math.min(left + 12, Math.max(0, width - 280))}px`;
    this.tip.style.top = `${top + 14}px`;
  }

  paint() {
    const { width, height } = this.size(),
      ratio = devicePixelRatio || 1,
      context = this.context;
    if (!context || !width) return;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(this.canvas);
    const count = this.about.documents,
      radius = Math.min(6, (count > 5000 ? 1.5 : 2.6) * Math.sqrt(this.zoom.scale));
    const groups = this.names.map(() => []),
      others = [];
    for (let row = 0; row < count; row++)
      (this.selected.any && !this.selected.chosen.has(row) ? others : groups[this.group(row)]).push(row);
    this.dots(others, style.getPropertyValue("--faint"), radius * 0.8);
    groups.forEach((rows, i) => this.dots(rows, color(i), radius));
    this.nameGroups(groups, style);
    if (this.parameters.at !== "") this.ring(Number(this.parameters.at), style.color);
    if (this.from && this.to) this.rectangle(this.from, this.to, style.color);
    else if (this.parameters.box) {
      const [l, t, r, b] = this.parameters.box.split(",").map(Number);
      this.rectangle(this.toScreen(l, t), this.toScreen(r, b), style.color);
    }
  }

  dots(rows, fill, radius) {
    const context = this.context;
    context.fillStyle = fill;
    context.globalAlpha = 0.85;
    context.beginPath();
    for (const row of rows) {
      const [x, y] = this.place(row);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    }
    context.fill();
    context.globalAlpha = 1;
  }

  /** The names of the largest groups at their middles, where there is room. */
  nameGroups(groups, style) {
    const context = this.context,
      taken = [];
    const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    context.font = `600 12px ${style.fontFamily}`;
    context.textAlign = "center";
    context.lineJoin = "round";
    const least = Math.max(3, (0.02 * this.selected.rows.length) / Math.max(1, this.names.length / 25)); // a name for a handful would mislead
    const bySize = groups
      .map((rows, i) => [rows, i])
      .filter(([rows]) => rows.length >= least)
      .sort((a, b) => b[0].length - a[0].length);
    for (const [rows, i] of bySize) {
      const places = rows.map((row) => this.place(row));
      const x = median(places.map(([left]) => left)),
        y = median(places.map(([, top]) => top));
      const name = this.byClass ? this.names[i] : wordsOf(this.topics[i], this.about, 2).join(" ");
      const half = context.measureText(name).width / 2 + 4;
      const free = [0, -15, 15].find(
        (shift) =>
          !taken.some(
            (other) =>
              x - half < other.right &&
              x + half > other.left &&
              y + shift - 10 < other.bottom &&
              y + shift + 6 > other.top,
          ),
      );
      if (free == null) continue;
      taken.push({ left: x - half, right: x + half, top: y + free - 10, bottom: y + free + 6 });
      context.lineWidth = 4;
      context.strokeStyle = style.getPropertyValue("--paper");
      context.strokeText(name, x, y + free + 4);
      context.fillStyle = style.color;
      context.fillText(name, x, y + free + 4);
    }
  }

  ring(row, stroke) {
    const [x, y] = this.place(row);
    this.context.lineWidth = 2.5;
    this.context.strokeStyle = stroke;
    this.context.beginPath();
    this.context.arc(x, y, 10, 0, 7);
    this.context.stroke();
  }

  rectangle([left, top], [right, bottom], stroke) {
    this.context.setLineDash([5, 4]);
    this.context.lineWidth = 1.5;
    this.context.strokeStyle = stroke;
    this.context.strokeRect(left, top, right - left, bottom - top);
    this.context.setLineDash([]);
  }
}

const point = (event) => [event.offsetX, event.offsetY];

// -------------------------------------------------------------------------------------------- view: document

DRAW.document = async (given) => {
  const run = runOf(given);
  const about = await loadCorpus(run.corpus);
  const row = Math.min(Math.max(0, Number(given.id) || 0), about.documents - 1);
  const parameters = { ...run, id: row };
  const methods = Object.keys(experiment().methods).map((method) => ({ ...run, method }));
  const [[{ id, text }], labels, made] = await Promise.all([
    loadTexts(run.corpus, [row]),
    Promise.all(about.teachers.map((_, i) => load(`${run.corpus}/corpus/label-${i}`))),
    Promise.all(
      methods.map(async (own) => ({ own, topics: await loadTopics(own), documents: await loadDocuments(own) })),
    ),
  ]);
  const near = [...new Set(made.flatMap(({ documents }) => [...documents.nearest.row(row)]))];
  const texts = new Map((await loadTexts(run.corpus, near)).map((found, i) => [near[i], found]));
  const classes = about.labels && unpacked(about.labels);
  const step = (to, text) =>
    to < 0 || to >= about.documents
      ? null
      : el("a", { id: `step-${text}`, href: address("document", { ...parameters, id: to }) }, text);
  return {
    title: `Document ${id}`,
    parameters,
    controls: runChoices("document", parameters, { only: ["k", "seed"] }),
    content: [
      el(
        "p",
        { class: "steps" },
        classes ? [swatch(color(classes.at(row))), el("b", {}, about.classes[classes.at(row)]), " · "] : null,
        `${experiment().corpora[run.corpus]} · `,
        el("a", { href: address("documents", { ...run, at: row }) }, "on the map"),
        " · ",
        step(row - 1, "previous"),
        " ",
        step(row + 1, "next"),
      ),
      text == null ? el("p", { class: "quiet" }, "This explorer was made without texts.") : el("blockquote", {}, text),
      about.teachers.length
        ? el(
            "section",
            {},
            el("h2", {}, "What teachers say of it"),
            el(
              "p",
              { class: "quiet small" },
              "The likeliest words of each soft label, as the methods learn from it",
              text == null ? "." : "; words that stand in the document are underlined.",
            ),
            el(
              "div",
              { class: "teachers" },
              about.teachers.flatMap((teacher, i) => labelsOf(teacher, labels[i], row, about, text)),
            ),
          )
        : null,
      el(
        "section",
        {},
        el("h2", {}, "What methods make of it"),
        el(
          "p",
          { class: "quiet small" },
          `Largest topics, and the ${made[0].documents.nearest.columns} documents with the nearest theta`,
          classes ? "; ✓ is of its class, ✗ of another." : ".",
        ),
        el(
          "div",
          { class: "methods" },
          made.map((entry) => methodRow(entry, row, about, classes, texts)),
        ),
      ),
    ].filter(Boolean),
  };
};

/** The words of one teacher: where it averages over near documents, before and after that. */
function labelsOf(teacher, label, row, about, text) {
  const own = text == null ? new Set() : new Set(text.toLowerCase().match(/\p{L}+/gu));
  const shown = (title, note, { words, shares }) =>
    el(
      "article",
      { class: "teacher" },
      el("h3", {}, title),
      el("p", { class: "quiet small" }, note),
      wordBars(
        [...unpacked(words).row(row)].map((word) => about.vocabulary[word]),
        [...unpacked(shares).row(row)].map((share) => share / 65535),
        { emphasised: (word) => own.has(word), say: (share) => `${(100 * share).toFixed(1)}%` },
      ),
    );
  const settings = teacher.parts.length
    ? "a mixture"
    : `temperature ${teacher.temperature}${teacher.calibration ? `, calibration ${teacher.calibration}` : ""}`;
  if (!label.before) return [shown(teacher.title, settings, label.after)];
  return [
    shown(teacher.title, `${settings}, of this document alone`, label.before),
    shown(teacher.title, `${settings}, averaged over ${teacher.around} near documents`, label.after),
  ];
}

function methodRow({ own, topics, documents }, row, about, classes, texts) {
  const numbers = [...documents.topics.row(row)],
    shares = [...documents.shares.row(row)].map((share) => share / 255);
  const near = [...documents.nearest.row(row)];
  const right = classes ? near.filter((other) => classes.at(other) === classes.at(row)).length : null;
  return el(
    "article",
    { class: "method" },
    el("h3", {}, experiment().methods[own.method]),
    el(
      "ol",
      { class: "bars topics" },
      numbers.map((number, i) =>
        shares[i] < 0.004 && i
          ? null
          : el(
              "li",
              {},
              el(
                "a",
                { class: "word", href: address("topics", { ...own, topic: number }) },
                wordsOf(topics[number], about, 4).join(" "),
              ),
              el(
                "span",
                { class: "track", "aria-hidden": "true" },
                el("i", { style: { width: `${100 * shares[i]}%` } }),
              ),
              el("span", { class: "share" }, percent(shares[i])),
            ),
      ),
    ),
    el(
      "div",
      {},
      classes ? el("p", { class: "small" }, el("b", {}, `${right} of ${near.length}`), " of its class") : null,
      el(
        "ul",
        { class: "near" },
        near.map((other) => {
          const same = classes && classes.at(other) === classes.at(row);
          const mark = classes
            ? el(
                "span",
                { class: same ? "right" : "wrong", title: about.classes[classes.at(other)] },
                same ? "✓" : "✗",
                el("span", { class: "hidden" }, same ? " its class" : " another class"),
              )
            : null;
          const { id, text } = texts.get(other);
          return el(
            "li",
            {},
            mark,
            " ",
            classes && !same ? el("span", { class: "quiet" }, `${about.classes[classes.at(other)]}: `) : null,
            documentLink(own, other, text ?? `Document ${id}`),
          );
        }),
      ),
    ),
  );
}

// --------------------------------------------------------------------------------------------- view: compare

const SHARED = 0.1; // two matched topics that share less have next to nothing in common

DRAW.compare = async (given) => {
  const names = Object.keys(experiment().methods);
  const a = runOf(given);
  const other = names.find((name) => name !== a.method) ?? a.method;
  const b = { ...runOf(given, "2", { method: given.method2 ?? other, k: a.k, seed: a.seed }), corpus: a.corpus };
  const about = await loadCorpus(a.corpus);
  const shows = [
    ["topics", "topics side by side"],
    ...(about.classes.length ? [["classes", "topics against classes"]] : []),
  ];
  const parameters = {
    ...a,
    method2: b.method,
    k2: b.k,
    seed2: b.seed,
    by: oneOf(given.by, ["documents", "words"]),
    show: oneOf(
      given.show,
      shows.map(([name]) => name),
    ),
  };
  const side = (title, suffix) =>
    el(
      "fieldset",
      {},
      el("legend", {}, title),
      runChoices("compare", parameters, { suffix, only: ["method", "k", "seed"] }),
    );
  const controls = [
    ...runChoices("compare", parameters, { only: ["corpus"] }),
    side("Left", ""),
    side("Right", "2"),
    choice("compare", parameters, "show", "Shown", shows),
    parameters.show === "topics"
      ? choice("compare", parameters, "by", "Matched by", [
          ["documents", "documents in common"],
          ["words", "words in common"],
        ])
      : null,
  ].filter(Boolean);
  const [left, right] = await Promise.all(
    [a, b].map(async (run) => ({ run, topics: numbered(await loadTopics(run)), documents: await loadDocuments(run) })),
  );
  const made =
    parameters.show === "classes"
      ? [left, right].map((one) => heatMap(one, about))
      : sideBySide(left, right, parameters.by, about);
  return {
    title: `${experiment().methods[a.method]} and ${experiment().methods[b.method]}`,
    parameters,
    controls,
    content: made,
  };
};

/** How much of two topics is shared: of documents (those whose largest topic they are) or words, as |both| / |either|. */
function similarities(left, right, by) {
  const table = left.topics.map(() => right.topics.map(() => 0));
  if (by === "words") {
    const sets = right.topics.map((topic) => new Set(topic.words));
    left.topics.forEach((topic, i) =>
      sets.forEach((set, j) => {
        const both = topic.words.filter((word) => set.has(word)).length;
        table[i][j] = both / (topic.words.length + set.size - both);
      }),
    );
    return table;
  }
  for (let row = 0; row < left.documents.topics.length; row++)
    table[left.documents.topics.at(row)][right.documents.topics.at(row)]++;
  return table.map((line, i) =>
    line.map((both, j) => both / Math.max(1, left.topics[i].documents + right.topics[j].documents - both)),
  );
}

/** One-to-one pairs [row, column] of a table with the largest possible sum (the Hungarian method, by augmenting paths). */
function matched(table) {
  const n = table.length,
    m = table[0].length;
  if (n > m) return matched(table[0].map((_, j) => table.map((line) => line[j]))).map(([j, i]) => [i, j]);
  const rowPrice = new Array(n + 1).fill(0),
    columnPrice = new Array(m + 1).fill(0);
  const owner = new Array(m + 1).fill(0); // the row of each column, both counted from 1; 0 for none
  for (let i = 1; i <= n; i++) {
    const least = new Array(m + 1).fill(Infinity),
      used = new Array(m + 1).fill(false),
      from = new Array(m + 1).fill(0);
    let column = 0;
    owner[0] = i;
    do {
      used[column] = true;
      const row = owner[column];
      let next = 0,
        step = Infinity;
      for (let j = 1; j <= m; j++) {
        if (used[j]) continue;
        const cost = -table[row - 1][j - 1] - rowPrice[row] - columnPrice[j];
        if (cost < least[j]) [least[j], from[j]] = [cost, column];
        if (least[j] < step) [step, next] = [least[j], j];
      }
      for (let j = 0; j <= m; j++) {
        if (used[j]) {
          rowPrice[owner[j]] += step;
          columnPrice[j] -= step;
        } else least[j] -= step;
      }
      column = next;
    } while (owner[column]);
    for (; column; column = from[column]) owner[column] = owner[from[column]];
  }
  return owner.flatMap((row, column) => (row && column ? [[row - 1, column - 1]] : [])).sort((p, q) => p[0] - q[0]);
}

function sideBySide(left, right, by, about) {
  const table = similarities(left, right, by);
  const pairs = matched(table)
    .map(([i, j]) => [i, j, table[i][j]])
    .sort((p, q) => q[2] - p[2]);
  const good = pairs.filter(([, , value]) => value >= SHARED);
  const only = (one, taken) => one.topics.filter((topic) => !taken.has(topic.number));
  const onlyLeft = only(left, new Set(good.map(([i]) => i))),
    onlyRight = only(right, new Set(good.map(([, j]) => j)));
  const alone = (one, topics) =>
    el(
      "section",
      {},
      el("h2", {}, `Only in ${runTitle(one.run)} `, el("span", { class: "quiet" }, topics.length)),
      topics.length
        ? el(
            "ul",
            { class: "alone" },
            topics.map((topic) => el("li", {}, topicLine(topic, one.run, about))),
          )
        : el("p", { class: "quiet" }, "None."),
    );
  return [
    el(
      "p",
      { class: "summary" },
      `${plural(good.length, "pair")} of topics, matched one to one so that they have as much as possible in common (the Hungarian method); `,
      `on average ${short(pairs.length ? mean(pairs.map(([, , value]) => value)) : 0, 2)} of their ${by} (shared by both / in either). Pairs below ${short(SHARED, 1)} are listed as topics that only one of them has.`,
    ),
    el(
      "ol",
      { class: "pairs" },
      el(
        "li",
        { class: "head", "aria-hidden": "true" },
        el("span", {}, runTitle(left.run)),
        el("span", {}, "in common"),
        el("span", {}, runTitle(right.run)),
      ),
      good.map(([i, j, value]) => {
        const shared = new Set(left.topics[i].words.filter((word) => right.topics[j].words.includes(word)));
        return el(
          "li",
          {},
          topicLine(left.topics[i], left.run, about, shared),
          el(
            "span",
            { class: "common" },
            el("span", { class: "track", "aria-hidden": "true" }, el("i", { style: { width: `${100 * value}%` } })),
            short(value, 2),
          ),
          topicLine(right.topics[j], right.run, about, shared),
        );
      }),
    ),
    el("div", { class: "two" }, alone(left, onlyLeft), alone(right, onlyRight)),
  ];
}

function topicLine(topic, run, about, shared = new Set()) {
  return el(
    "span",
    { class: "line" },
    el(
      "a",
      { href: address("topics", { ...run, topic: topic.number }), "aria-label": `topic ${topic.number}` },
      topic.number,
    ),
    " ",
    topic.words
      .slice(0, 8)
      .map((word) => [el("span", { class: shared.has(word) ? "marked" : null }, about.vocabulary[word]), " "]),
    topic.classes?.length
      ? el(
          "span",
          { class: "quiet small nowrap" },
          swatch(color(topic.classes[0][0])),
          about.classes[topic.classes[0][0]],
        )
      : null,
  );
}

/** Documents of each class (row) by their largest topic (column); topics stand in the order of their commonest class. */
function heatMap({ run, topics }, about) {
  const counts = topics.map((topic) => new Map(topic.classes));
  const ordered = topics
    .filter((topic) => topic.documents)
    .sort((p, q) => p.classes[0][0] - q.classes[0][0] || q.documents - p.documents);
  const head = el(
    "tr",
    {},
    el("td", {}),
    ordered.map((topic) =>
      el(
        "th",
        { scope: "col" },
        el(
          "a",
          { href: address("topics", { ...run, topic: topic.number }), title: wordsOf(topic, about, 8).join(" ") },
          `${about.vocabulary[topic.words[0]]} ${topic.number}`,
        ),
      ),
    ),
  );
  const rows = about.classes.map((name, c) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, swatch(color(c)), name),
      ordered.map((topic) => {
        const count = counts[topic.number].get(c) ?? 0,
          share = count / topic.documents;
        return el(
          "td",
          {
            style: { "--share": share.toFixed(3) },
            title: `${count} of the ${topic.documents} documents of topic ${topic.number} are ${name}`,
          },
          count || "",
        );
      }),
    ),
  );
  return el(
    "section",
    {},
    el("h2", {}, runTitle(run)),
    el(
      "p",
      { class: "quiet small" },
      "How many documents of a class have a topic as their largest; the stronger the colour, the more of the topic's documents are of the class.",
    ),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": `Classes and topics of ${runTitle(run)}` },
      el("table", { class: "heat" }, el("thead", {}, head), el("tbody", {}, rows)),
    ),
  );
}

// --------------------------------------------------------------------------------------------- view: numbers

DRAW.numbers = async (given) => {
  const { corpora, metrics, ablations, main, spread, rating } = experiment();
  const corpus = oneOf(given.corpus, Object.keys(corpora));
  const rows = main.filter((row) => row.corpus === corpus);
  const shown = Object.keys(metrics).filter((name) => rows.some((row) => row.values[name]));
  const curve = given.ablation in ablations ? given.ablation : "";
  const parameters = {
    ...runOf(given),
    corpus,
    sort: given.sort ?? "",
    up: given.up ?? "",
    ablation: curve,
    metric: given.metric ?? "",
  };
  const controls = [
    ...runChoices("numbers", parameters, { only: ["corpus"] }),
    Object.keys(ablations).length
      ? choice("numbers", parameters, "ablation", "Curve of", [
          ["", "none"],
          ...Object.entries(ablations).map(([name, { title }]) => [name, title]),
        ])
      : null,
  ].filter(Boolean);
  const runs = spread.topics.length * spread.seeds;
  const caption = `Mean and standard deviation over K = ${spread.topics.join(", ")} and ${plural(spread.seeds, "seed")} (${plural(runs, "run")} a method). Bold: the best of the column and what does not differ from it. ${rating}`;
  const content = [
    curve ? curveSection(curve, parameters) : null,
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Main results" },
      scoreTable(rows, shown, parameters, caption),
    ),
  ].filter(Boolean);
  return { title: `Numbers of ${corpora[corpus]}`, parameters, controls, content };
};

function scoreTable(rows, shown, parameters, caption) {
  const { metrics, ablations } = experiment();
  const { sort, corpus } = parameters,
    up = parameters.up === "1";
  const value = (row) => (sort === "title" ? row.title : row.values[sort]?.[0]);
  const compare = (p, q) =>
    (sort === "title" ? value(p).localeCompare(value(q)) : (value(p) ?? -Infinity) - (value(q) ?? -Infinity)) *
    (up ? 1 : -1);
  const sorted = (group) => (sort ? [...group].sort(compare) : group);
  const heading = (name, title, first) =>
    el(
      "th",
      {
        scope: "col",
        class: name === "title" ? null : "figure",
        "aria-sort": sort === name ? (up ? "ascending" : "descending") : null,
      },
      el(
        "button",
        {
          id: `sort-${name}`,
          type: "button",
          click: () => go("numbers", { ...parameters, sort: name, up: (sort === name ? !up : first) ? "1" : "0" }),
        },
        title,
        el("span", { "aria-hidden": "true" }, sort === name ? (up ? " ▲" : " ▼") : ""),
      ),
    );
  const curves = (method) =>
    Object.entries(ablations)
      .filter(([, table]) => table.rows.some((row) => row.method === method && row.corpus === corpus))
      .map(([name, { title }]) =>
        el(
          "a",
          { class: "small", href: address("numbers", { ...parameters, ablation: name }) },
          `${title.toLowerCase()} curve`,
        ),
      );
  const line = (row) =>
    el(
      "tr",
      { class: row.method ? null : "reference", "data-method": row.method },
      el("th", { scope: "row" }, row.title, " ", row.method ? curves(row.method) : null),
      shown.map((name) => {
        const [middle, deviation, marked] = row.values[name] ?? [null, null, false];
        const text = short(middle, metrics[name].decimals);
        return el(
          "td",
          { class: "figure", "data-metric": name, "data-value": middle },
          marked && row.method && metrics[name].compared ? el("strong", {}, text) : text,
          deviation != null && metrics[name].decimals > 1
            ? el("small", {}, ` ±${short(deviation, metrics[name].decimals)}`)
            : null,
        );
      }),
    );
  return el(
    "table",
    { class: "numbers" },
    el("caption", {}, caption),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        heading("title", "Method", true),
        shown.map((name) => heading(name, metrics[name].title, !metrics[name].higher)),
      ),
    ),
    el(
      "tbody",
      {},
      sorted(rows.filter((row) => row.method)).map(line),
      sorted(rows.filter((row) => !row.method)).map(line),
    ),
  );
}

function curveSection(name, parameters) {
  const { ablations, metrics, methods, colors } = experiment();
  const { title, parameter, rows } = ablations[name];
  const own = rows.filter((row) => row.corpus === parameters.corpus);
  const shown = Object.keys(metrics).filter((metric) => own.some((row) => row.values[metric]));
  const metric = oneOf(parameters.metric || "purity", shown);
  const names = [...new Set(own.map((row) => row.method))];
  const lines = names.map((method, i) => ({
    method,
    title: methods[method] ?? method,
    stroke: colors[method] ?? LINES[i % LINES.length],
    points: own
      .filter((row) => row.method === method && row.values[metric])
      .map((row) => ({ x: row.value, y: row.values[metric][0], spread: row.values[metric][1] ?? 0 })),
  }));
  const decimals = metrics[metric].decimals,
    values = [...new Set(own.map((row) => row.value))];
  const choose = choice(
    "numbers",
    { ...parameters, metric },
    "metric",
    "Metric",
    shown.map((one) => [one, metrics[one].title]),
  );
  return el(
    "section",
    { class: "curve" },
    el("h2", {}, `${title}: ${metrics[metric].title}`),
    choose,
    el(
      "div",
      { class: "two" },
      chart(lines, values, decimals, `${metrics[metric].title} by ${parameter.replaceAll("_", " ")}`),
      el(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values of the curve" },
        el(
          "table",
          {},
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              el("th", { scope: "col" }, parameter.replaceAll("_", " ")),
              lines.map((line, i) => el("th", { scope: "col", class: "figure" }, swatch(line.stroke), line.title)),
            ),
          ),
          el(
            "tbody",
            {},
            values.map((value) =>
              el(
                "tr",
                {},
                el("th", { scope: "row" }, value),
                lines.map((line) => {
                  const found = line.points.find((one) => one.x === value);
                  return el(
                    "td",
                    { class: "figure", "data-method": line.method, "data-curve": value, "data-value": found?.y },
                    found ? short(found.y, decimals) : "–",
                  );
                }),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Round numbers, four or so, between two others. */
function roundTicks(low, high) {
  const rough = (high - low || 1) / 4,
    power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(i * step);
  return ticks;
}

/** Lines with a band of one standard deviation; numbers have their places on the axis, other values stand in order. */
function chart(lines, values, decimals, label) {
  const [width, height, left, bottom, top, right] = [520, 280, 52, 34, 12, 12];
  const numeric = values.every((value) => value !== "" && Number.isFinite(Number(value)));
  const xs = values.map((value, i) => (numeric ? Number(value) : i));
  const ys = lines.flatMap(({ points }) => points.flatMap(({ y, spread }) => [y - spread, y + spread]));
  const scale = (domain, [from, to]) => {
    const low = Math.min(...domain),
      extent = Math.max(...domain) - low || 1;
    return (value) => from + ((value - low) / extent) * (to - from);
  };
  const x = scale(xs, [left + 8, width - right - 8]),
    y = scale(ys, [height - bottom, top]);
  const place = ({ x: value }) => x(xs[values.indexOf(value)]);
  const path = (points) => points.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("");
  const ticks = roundTicks(Math.min(...ys), Math.max(...ys));
  return el(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${label}; the table beside it has the values` },
    ticks.map((tick) => [
      el("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
      el("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, short(tick, Math.max(decimals, 2))),
    ]),
    values.map((value, i) => el("text", { x: x(xs[i]), y: height - 12, "text-anchor": "middle" }, value)),
    lines.map(({ points, stroke }) =>
      el(
        "g",
        { style: { color: stroke === "currentColor" ? "" : stroke } },
        el("path", {
          class: "band",
          d: `${path([...points.map((p) => [place(p), y(p.y + p.spread)]), ...[...points].reverse().map((p) => [place(p), y(p.y - p.spread)])])}Z`,
        }),
        el("path", { class: "curve", d: path(points.map((p) => [place(p), y(p.y)])) }),
        points.map((p) => el("circle", { cx: place(p), cy: y(p.y), r: 3.5 })),
      ),
    ),
  );
}

// --------------------------------------------------------------------------------------------------- start

function start() {
  addEventListener("hashchange", draw);
  dark.addEventListener("change", draw);
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("title")?.focus();
  });
  draw();
}
