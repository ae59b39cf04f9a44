/* View: the map of documents, and the list of what is selected on it. */

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
