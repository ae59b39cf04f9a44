/* The explorer of an experiment: one page, four views, no network, nothing but this script and the data beside it.

   A page from a file manager may not fetch, but it may add scripts to itself: each file under data/ is one call of
   received(name, content), and load(name) adds it when it is looked at. What is shown is in the address behind the #,
   and nowhere else: every control changes the address, and every change of the address draws the view anew. Texts
   become text nodes and are never read as HTML. Here: the data. */
"use strict";

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
