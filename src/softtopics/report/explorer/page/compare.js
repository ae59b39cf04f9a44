/* View: two runs side by side, their topics matched. */

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
          `${about.vocabulary[topic.words[0]] ?? ""} ${topic.number}`,
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
