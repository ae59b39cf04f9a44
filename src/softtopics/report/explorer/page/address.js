/* The address behind the #, which says what is shown, and the drawing of it. */

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
