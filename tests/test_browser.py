"""The explorer and the report in a real browser, from file://: every view, numbers against scores.csv, accessibility.

Without SOFTTOPICS_RESULTS a small explorer is made for the tests; `make test-browser` names an experiment's results.
"""

import json
import os
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from explorer_site import HOSTILE, make_site
from scipy.optimize import linear_sum_assignment
from selenium import webdriver
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from softtopics.report.render import shortened

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="there is no Chromium with its chromedriver: `make test-browser` installs Debian's",
)
# The last four keep a browser that tests start from asking the network for anything.
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
    *("--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
DESKTOP, PHONE = (1300, 900), (380, 800)
VIEWS = [
    "#topics",
    "#documents",
    "#document?id=1",
    "#compare",
    "#compare?show=classes",
    "#compare?by=words",
    "#numbers",
]
AXE = """
const done = arguments[0];  // it would preload style sheets by requests, which file:// refuses
axe.run({preload: false}).then(({violations, passes}) => done({passed: passes.length, violations: violations.map(
  ({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`)}));
"""


class Browser:
    """A browser on one experiment's results.

    Attributes:
        results: the folder of the experiment.
        small: whether it is the one that was made for the tests.
    """

    def __init__(self, driver: "webdriver.Chrome", results: Path, small: bool) -> None:
        self.driver, self.results, self.small = driver, results, small
        self.run = driver.execute_script

    def open(self, address: str) -> None:
        """A view in a page that is new, as whoever follows a link gets it."""
        self.driver.get("about:blank")
        self.driver.get(f"{(self.results / 'explorer/index.html').resolve().as_uri()}{address}")
        self.drawn()

    def drawn(self) -> None:
        done = "return document.getElementById('main')?.dataset.drawn === (location.hash || '#')"
        WebDriverWait(self.driver, 20, 0.05).until(lambda driver: driver.execute_script(done))

    def find(self, css: str):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def texts(self, css: str) -> list[str]:
        return self.run("return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", css)

    def act(self, change) -> None:
        """Do something that leads to another address, and wait until that is drawn."""
        before = self.driver.current_url
        change()
        WebDriverWait(self.driver, 20, 0.05).until(lambda driver: driver.current_url != before)
        self.drawn()

    def choose(self, name: str, value: str) -> None:
        self.act(lambda: Select(self.find(f"#choose-{name}")).select_by_value(value))

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def prefer(self, scheme: str) -> None:
        wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)

    @property
    def scores(self) -> pd.DataFrame:
        return pd.read_csv(self.results / "scores.csv").query("variant == 'default'")

    @property
    def experiment(self) -> dict:
        return json.loads(
            self.run("return JSON.stringify(arrived.get('experiment'))")
        )  # the driver would sort the keys


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    named = os.environ.get("SOFTTOPICS_RESULTS")
    results = Path(named) if named else tmp_path_factory.mktemp("results")
    if not named:
        make_site(results)
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield Browser(driver, results, small=not named)
    driver.quit()


@pytest.fixture
def browser(started) -> Iterator[Browser]:
    """At the size of a desk; after the test the console must be empty."""
    started.resize(*DESKTOP)
    started.prefer("light")
    yield started
    assert started.driver.get_log("browser") == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_by_its_address_on_a_desk_and_a_phone(browser, view):
    for size in (DESKTOP, PHONE):
        browser.resize(*size)
        browser.open(view)
        assert browser.find("h1").text and not browser.all(".error")
        assert browser.run("return document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(browser, view, scheme):
    rules = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    browser.prefer(scheme)
    for size in (DESKTOP, PHONE):
        browser.resize(*size)
        browser.open(view)
        browser.run(rules)
        found = browser.driver.execute_async_script(AXE)
        assert found["passed"] > 15 and found["violations"] == []


def test_the_main_table_has_the_means_of_the_scores(browser):
    browser.open("#numbers")
    for corpus in browser.experiment["corpora"]:
        browser.open(f"#numbers?corpus={corpus}")
        own = browser.scores[browser.scores["corpus"] == corpus]
        means = own.groupby(["method", "metric"])["value"].mean()
        shown = browser.run(
            "return [...document.querySelectorAll('tr[data-method]:not(.reference) td[data-value]')].map((one) => "
            "[one.parentNode.dataset.method, one.dataset.metric, Number(one.dataset.value), one.textContent])"
        )
        assert len(shown) > 4
        for method, metric, value, text in shown:
            assert np.isclose(value, means[method, metric], rtol=1e-4), (method, metric)
            decimals = browser.experiment["metrics"][metric]["decimals"]
            expected = f"{value:.{decimals}f}"
            assert text.split(" ")[0].replace("-", "").lstrip("0") == expected.replace("-", "").lstrip("0"), text


def test_numbers_are_rounded_as_in_the_tables(browser):
    browser.open("#numbers")
    values = [0.8125, 0.8135, -0.8125, 0.0025, 1.0005, 0.5, 37.5, 2.25, 0.9996, 0.0]
    for decimals in (1, 2, 3):
        shown = browser.run("return arguments[0].map((value) => short(value, arguments[1]))", values, decimals)
        assert shown == [shortened(value, decimals) for value in values]


def test_the_topics_of_a_run_have_its_scores(browser):
    browser.open("#topics")
    corpus = next(iter(browser.experiment["corpora"]))
    k, seed = browser.experiment["topics"][0], browser.experiment["seeds"][-1]
    metrics = {"npmi": "c_npmi", "rating": "llm_rating", "purity": "purity"}
    for method in browser.experiment["methods"]:
        browser.open(f"#topics?corpus={corpus}&method={method}&k={k}&seed={seed}")
        own = browser.scores.query("corpus == @corpus and method == @method and k == @k and seed == @seed")
        scores = own.set_index("metric")["value"]
        shown = {
            one.get_attribute("data-score"): float(one.get_attribute("data-value"))
            for one in browser.all("[data-score]")
        }
        assert set(shown) == {name for name, metric in metrics.items() if metric in scores}
        for name, value in shown.items():
            assert np.isclose(value, scores[metrics[name]], atol=1e-4), (method, name)
        assert len(browser.all(".card")) == scores["topics_found"]


def test_a_sorted_table_says_so_and_keeps_the_focus(browser):
    browser.open("#numbers")
    browser.act(lambda: browser.find("#sort-purity").send_keys(Keys.ENTER))
    values = browser.run(
        "return [...document.querySelectorAll('tr[data-method]:not(.reference) [data-metric=purity]')]"
        ".map((one) => Number(one.dataset.value))"
    )
    assert values == sorted(values, reverse=True) and len(values) > 1
    assert browser.find("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert browser.driver.switch_to.active_element.get_attribute("id") == "sort-purity"
    browser.act(lambda: browser.find("#sort-purity").click())
    assert browser.find("th[aria-sort]").get_attribute("aria-sort") == "ascending"


def test_a_methods_curve_is_one_click_away(browser):
    browser.open("#numbers")
    if not browser.experiment["ablations"]:
        pytest.skip("the experiment has no ablation")
    browser.act(lambda: browser.find("tr[data-method] th a").click())
    assert len(browser.all("svg path.curve")) >= 1
    assert browser.run(
        "return [...document.querySelectorAll('[data-curve]')].every((one) => Number(one.dataset.value))"
    )


def test_topics_are_sorted_and_a_word_is_found_in_every_method(browser):
    browser.open("#topics?sort=npmi")
    values = browser.run(
        "return [...document.querySelectorAll('.card .scores')]"
        ".map((one) => parseFloat(one.children[1].lastChild.textContent))"
    )
    assert values == sorted(values, reverse=True) and len(values) > 1
    word = browser.texts(".card .word")[0]
    search = browser.find("#find-word")
    browser.act(lambda: search.send_keys(word[:3]))
    assert browser.driver.switch_to.active_element.get_attribute("id") == "find-word"
    assert all(one.startswith(word[:3].lower()) for one in browser.texts(".card .word.marked"))
    assert len(browser.all(".card")) == browser.run(
        "return [...document.querySelectorAll('.card')].filter((one) => one.querySelector('.word.marked')).length"
    )
    assert word[:3] in browser.find("#status").get_attribute("textContent")


def test_another_method_is_chosen_and_back_is_the_one_before(browser):
    browser.open("#topics")
    first, title = next(iter(browser.experiment["methods"].items()))
    before = browser.find("h1").text
    browser.choose("method", first)
    assert browser.find("h1").text == f"Topics of {title}" != before
    browser.act(browser.driver.back)
    assert browser.find("h1").text == before


def test_a_topic_leads_to_its_documents_on_the_map_and_these_to_their_page(browser):
    browser.open("#topics")
    browser.act(lambda: browser.find(".card a").click())
    browser.act(lambda: browser.find("main a[href^='#documents']").click())
    topic = Select(browser.find("#choose-pick")).first_selected_option.get_attribute("value")
    assert all(f"topic {topic}:" in text for text in browser.texts(".documents .quiet"))
    browser.act(lambda: browser.find(".documents a").click())
    assert browser.find("h1").text.startswith("Document ")
    methods = list(browser.experiment["methods"].values())
    assert browser.texts(".method h3") == methods and len(browser.texts(".teacher h3")) >= 1
    browser.act(lambda: browser.find("#step-next").click())


def test_a_document_says_how_many_of_its_nearest_are_of_its_class(browser):
    browser.open("#document?id=2")
    for one in browser.all(".method"):
        marks = [
            mark.get_attribute("class") for mark in one.find_elements(By.CSS_SELECTOR, ".near .right, .near .wrong")
        ]
        if marks:
            assert one.find_element(By.CSS_SELECTOR, "p b").text == f"{marks.count('right')} of {len(marks)}"


def test_the_map_is_brushed_by_mouse_and_by_keys(browser):
    browser.open("#documents")
    everything = int("".join(filter(str.isdigit, browser.find("#count").text)))
    canvas = browser.find("#map")
    width, height = canvas.size["width"], canvas.size["height"]
    drag = ActionChains(browser.driver).move_to_element_with_offset(canvas, -width // 3, -height // 2 + 5)
    browser.act(drag.click_and_hold().move_by_offset(width // 3, height - 12).release().perform)
    some = int("".join(filter(str.isdigit, browser.find("#count").text)))
    assert 0 < some < everything and "box=" in browser.driver.current_url
    there = browser.driver.current_url.partition("#")[2]
    browser.open(f"#{there}")  # the address of a selection
    assert int("".join(filter(str.isdigit, browser.find("#count").text))) == some
    browser.find("#map").send_keys("+", "+", "+", Keys.ARROW_LEFT)
    browser.act(lambda: browser.find("#map").send_keys(Keys.ENTER))
    assert browser.driver.current_url.partition("#")[2] != there


def test_documents_are_searched_by_their_texts(browser):
    browser.open("#documents")
    if not browser.experiment["texts"]:
        pytest.skip("the explorer was made without texts")
    word = browser.texts(".documents a")[1].split()[0].strip(":;,.").lower()
    browser.act(lambda: browser.find("#find-text").send_keys(word))
    found = browser.texts(".documents a")
    assert found and all(word in text.lower() for text in found)


def test_pairs_of_topics_are_those_of_scipys_assignment(browser):
    browser.open("#compare")
    rng = np.random.default_rng(0)
    for shape in ((6, 6), (4, 9), (9, 4), (1, 1)):
        table = rng.random(shape)
        pairs = browser.run("return matched(arguments[0])", table.tolist())
        best = table[linear_sum_assignment(table, maximize=True)].sum()
        rows, columns = zip(*pairs, strict=True)
        assert len(set(rows)) == len(set(columns)) == len(pairs) == min(shape)
        assert np.isclose(sum(table[i, j] for i, j in pairs), best)


def test_a_run_against_itself_is_matched_whole(browser):
    method = next(iter(browser.experiment["methods"]))
    browser.open(f"#compare?method={method}&method2={method}&by=words")
    assert set(browser.texts(".pairs .common")) == {"1.00"} and browser.texts("main .two .quiet")[1::2] == ["None."] * 2


def test_the_heat_map_counts_every_document_once(browser):
    browser.open("#compare?show=classes")
    documents = browser.run("return [...arrived].find(([name]) => name.endsWith('about'))[1].documents")
    counts = "[...one.querySelectorAll('tbody td')].map((cell) => Number(cell.textContent)).reduce((a, b) => a + b)"
    totals = browser.run(f"return [...document.querySelectorAll('table.heat')].map((one) => {counts})")
    assert totals == [documents, documents]


def test_an_unknown_address_is_the_first_view_and_bad_values_are_the_defaults(browser):
    browser.open("#nothing?corpus=x&method=y&k=-1&seed=z")
    assert browser.find("h1").text.startswith("Topics of ") and len(browser.all(".card")) > 1


def test_texts_are_shown_and_never_run(browser):
    if not browser.small:
        pytest.skip("the hostile text is in the small explorer")
    browser.open("#document?id=0")
    assert browser.find("blockquote").get_attribute("textContent") == HOSTILE
    assert "DSL <small>" in browser.texts(".method h3") and not browser.all("blockquote *")
    assert browser.driver.title.startswith("Document 100")


def test_data_that_is_missing_is_said(browser):
    browser.open("#topics")
    browser.run("load('nowhere').catch((error) => { window.said = error.message; })")
    WebDriverWait(browser.driver, 10).until(lambda driver: driver.execute_script("return window.said"))
    assert "data/nowhere.js is not there" in browser.run("return window.said")
    assert "nowhere.js" in json.dumps(browser.driver.get_log("browser"))  # the browser says so, too


def test_the_skip_link_leads_to_the_content_and_the_report_is_there(browser):
    browser.open("#topics")
    ActionChains(browser.driver).send_keys(Keys.TAB).perform()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "skip"
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "title"
    link = browser.find("nav .out").get_attribute("href")
    assert link == (browser.results / "report.html").resolve().as_uri()
    if not browser.small:
        browser.driver.get(link)
        browser.find("a[href='explorer/index.html']").click()
        browser.drawn()


def test_the_first_view_is_there_within_two_seconds(browser):
    browser.open("")
    assert browser.run("return performance.getEntriesByName('drawn')[0].startTime") < 2000
