/* View: the topics of a run, one of them, and those with a word. */

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
