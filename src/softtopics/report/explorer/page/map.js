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
