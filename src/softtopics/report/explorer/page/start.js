/* The start, when all is defined. */

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
