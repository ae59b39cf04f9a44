/* View: the tables and figures of scores. */

DRAW.numbers = async (given) => {
  const { corpora, metrics, ablations, main, spread, rating } = experiment();
  const corpus = oneOf(given.corpus, Object.keys(corpora));
  const rows = main.filter((row) => row.corpus === corpus);
  const shown = Object.keys(metrics).filter((name) => rows.some((row) => row.values[name]));
  const curves = Object.entries(ablations).filter(([, { rows }]) => rows.some((row) => row.corpus === corpus));
  const curve = curves.some(([name]) => name === given.ablation) ? given.ablation : "";
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
    curves.length
      ? choice("numbers", parameters, "ablation", "Curve of", [
          ["", "none"],
          ...curves.map(([name, { title }]) => [name, title]),
        ])
      : null,
  ].filter(Boolean);
  const runs = spread.topics.length * spread.seeds;
  const bold = spread.seeds > 1 ? " and what does not differ from it" : "; what differs cannot be said of single runs";
  const compared = rows.filter((row) => row.method).length > 1;
  const caption = `Mean and standard deviation over K = ${spread.topics.join(", ")} and ${plural(spread.seeds, "seed")} (${plural(runs, "run")} a method). ${compared ? `Bold: the best of the column${bold}. ` : ""}${rating}`;
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
          marked && row.method ? el("strong", {}, text) : text,
          deviation != null && metrics[name].compared
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
      .map((row) => ({ x: row.value, y: row.values[metric][0], spread: row.values[metric][1] ?? 0 }))
      .sort((p, q) => Number(p.x) - Number(q.x) || 0), // words stay as they are
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
