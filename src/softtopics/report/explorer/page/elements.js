/* Elements, and the pieces that views share. */

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

/** .812 for 0.812, as in the tables; what lies exactly between two goes to the even one, as Python rounds; no -.000. */
function short(value, decimals = 3) {
  if (value == null) return "–";
  const text = value.toFixed(decimals);
  const between = /^50*$/.test(value.toFixed(decimals + 40).slice(decimals ? text.length : text.length + 1));
  const odd = Number(text.at(-1)) % 2 === 1;
  const even = between && odd ? (value - Math.sign(value) * 0.5 * 10 ** -decimals).toFixed(decimals) : text;
  return even.replace(/^-(?=[0.]+$)/, "").replace(/^(-?)0\./, "$1.");
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
