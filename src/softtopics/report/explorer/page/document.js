/* View: one document, what teachers said of it, and its topics by every method. */

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
