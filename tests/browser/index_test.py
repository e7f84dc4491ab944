"""index_test.py HADRILL SAMPLE OUT: opens index.html of made-up nights in a headless Chromium and looks at it.

Screenshots and a print-out are left in OUT. Ends with 1 at the first things that are wrong, all of them told.
"""
import copy
import json
import os
import shutil
import subprocess
import sys
import time

from checks import check, conclude
from devtools import Browser, Page

WIDE, NARROW = 1280, 400
MOST_SECONDS = 10
MOST_BYTES = 4_000_000
EVIL = '"><img src=x onerror=window.pwned=1>'
LOOKS = """(() => {
  const shown = (node) => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  window.looks = {
    heading: () => document.querySelector('h1').textContent,
    sentence: () => document.getElementById('sentence').textContent,
    calls: () => [...document.querySelectorAll('.calls > li')].map((one) => [one.dataset.state, one.textContent]),
    rows: () => Object.fromEntries([...document.querySelectorAll('.matrix tr[data-row]')].map((row) => [row.dataset.row + (row.querySelector('.control') ? ' (control)' : ''), {
      states: [...row.querySelectorAll('.cell')].map((cell) => cell.dataset.state),
      links: [...row.querySelectorAll('.cell')].map((cell) => cell.href || ''),
      titles: [...row.querySelectorAll('.cell')].map((cell) => cell.title),
      newest: row.querySelector('.newest').textContent }])),
    shapes: () => Object.fromEntries([...document.querySelectorAll('symbol')].map((one) => [one.id, [one.querySelector('path').getAttribute('d') + one.children.length, one.querySelector('text').textContent]])),
    figures: () => [...document.querySelectorAll('figure')].map((one) => [one.closest('details').dataset.row, one.dataset.sli, one.querySelector('figcaption').textContent]),
    open: () => [...document.querySelectorAll('details[open]')].map((one) => one.dataset.row),
    suites: () => [...document.querySelectorAll('.suites tbody tr')].map((row) => [row.textContent, ...[...row.querySelectorAll('a')].map((a) => a.href)]),
    tooWide: () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth,
    openAll: () => { for (const one of document.querySelectorAll('details')) one.open = true; },
    overlaps: () => [...document.querySelectorAll('svg.chart, .matrix tr, figcaption')].filter(shown).flatMap((box) => {
      const nodes = [...box.querySelectorAll('text, .older, .slot, th, .newest, strong, span')].filter(shown);
      const found = [];
      nodes.forEach((a, i) => nodes.slice(i + 1).forEach((b) => {
        if (a.contains(b) || b.contains(a)) return;
        const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        if (x.right > y.left + 1 && y.right > x.left + 1 && x.bottom > y.top + 1 && y.bottom > x.top + 1) found.push(`${a.textContent.slice(0, 30)} / ${b.textContent.slice(0, 30)}`);
      }));
      return found;
    }),
    layOver: () => { const [a, b] = [...document.querySelectorAll('svg.chart text')].filter(shown); const [x, y] = [a, b].map((n) => n.getBoundingClientRect());
      b.style.transform = `translate(${x.left - y.left}px, ${x.top - y.top}px)`; },
    injected: () => [window.pwned ?? null, document.scripts.length, document.querySelectorAll('img, iframe, object, embed, link, base, form, [onload], [onerror], [onclick]').length],
  };
})();"""

class Root:
    """A root of runs that is made of one judged run, the sample."""

    def __init__(self, path, sample):
        self.path = path
        shutil.rmtree(path, ignore_errors=True)
        self.sample = sample
        self.verdict = json.load(open(os.path.join(sample, "verdict.json"), encoding="utf-8"))
        self.environment = json.load(open(os.path.join(sample, "environment.json"), encoding="utf-8"))

    def run(self, scenario, night, number, word="pass", seconds=1.0, topology="stacked", expected="pass", cpus=2, verdict=True, folder=None, report=True):
        minute = 60 + number * 20
        stamp = f"202701{night + 1:02}T{minute // 60:02}{minute % 60:02}00Z"
        directory = os.path.join(self.path, folder or scenario, stamp)
        os.makedirs(directory)
        for name in ("scenario.yaml", "events.jsonl"):
            shutil.copy(os.path.join(self.sample, name), directory)
        environment = copy.deepcopy(self.environment)
        environment.update(seed=night * 100 + number, expected=expected)
        environment["machine"]["cpus"] = cpus
        json.dump(environment, open(os.path.join(directory, "environment.json"), "w", encoding="utf-8"))
        if report:
            open(os.path.join(directory, "report.html"), "w", encoding="utf-8").write("<title>the report</title>")
        if not verdict:
            return directory
        told = copy.deepcopy(self.verdict)
        told.update(verdict=word, seed=night * 100 + number, startedUtc=f"2027-01-{night + 1:02}T{minute // 60:02}:{minute % 60:02}:00.000Z", cleanupIncomplete=word == "pass" and seconds < 0)
        told["scenario"] = {"name": scenario, "topology": topology}
        for finding in told["findings"]:
            if finding["id"] == "api.longest_outage":
                finding.update(verdict=word, measured={"lowerNs": int(abs(seconds) * 1e9), "upperNs": int(abs(seconds) * 1e9) + 150_000_000})
        json.dump(told, open(os.path.join(directory, "verdict.json"), "w", encoding="utf-8"))
        return directory

    def suite(self, name, night, trials):
        directory = os.path.join(self.path, f"suite-{name}", f"202701{night + 1:02}T005900Z")
        os.makedirs(directory)
        json.dump({"version": "hadrill/suite/v1", "suite": name, "startedUtc": f"2027-01-{night + 1:02}T00:59:00.000Z", "machine": "2 CPUs, 8 GiB", "seed": 1, "exitCode": 1,
                   "trials": trials, "rows": []}, open(os.path.join(directory, "suite.json"), "w", encoding="utf-8"))
        for file in ("suite.md", "junit.xml"):
            open(os.path.join(directory, file), "w", encoding="utf-8").write("x")


def nights(root):
    """A week: a scenario that got slower, one that is red, controls, and one of everything that can go wrong."""
    for night in range(7):
        for i in range(3):
            root.run("apiserver-kill", night, i, seconds=(0.9 if night * 3 + i < 16 else 2.4) + 0.02 * i)
            root.run("etcd-leader-kill", night, i, seconds=1 + 0.03 * i, topology="external-etcd", cpus=2 if night < 3 else 4)
            root.run("known-bad", night, i, "fail", seconds=9.5, expected="fail")
        root.run("apiserver-kill", night, 3, seconds=1.1, topology="nginx")
    root.run("etcd-leader-kill", 6, 5, "fail", 8.6, topology="external-etcd", cpus=4)
    root.run("lb-kill", 6, 5, "inconclusive", 7.95, topology="nginx")
    root.run("node-kill", 6, 5, "error")
    root.run("node-pause", 6, 5, "aborted")
    root.run("disk-full", 6, 5, seconds=-1)
    root.run("node-reboot", 6, 5, verdict=False, report=False)
    root.run(EVIL, 6, 4, folder="#evil ?%2e<b>", topology=EVIL)
    root.suite("nightly", 6, [{"scenario": "kubelet-stop", "topology": "stacked", "trial": 1, "expected": "pass", "verdict": None, "good": False, "directory": "",
                               "reasons": "error: the engine is gone"}])


def made(hadrill, root):
    began = time.monotonic()
    subprocess.run([hadrill, "index", root.path], stdout=subprocess.DEVNULL, check=True)
    seconds = time.monotonic() - began
    path = os.path.join(root.path, "index.html")
    first = open(path, "rb").read()
    subprocess.run([hadrill, "index", root.path], stdout=subprocess.DEVNULL, check=True)
    check("written again, the same bytes", open(path, "rb").read() == first)
    return path, seconds


def look_at(browser, name, path, out, width, dark=False):
    page = Page(browser, width, dark)
    seconds = page.open(path)
    page.evaluate(LOOKS)
    place = f"{name} at {width}{' dark' if dark else ''}"
    page.screenshot(os.path.join(out, f"{name}-{width}{'-dark' if dark else ''}.png"))
    check(f"{place}: nothing is wider than the page", page.evaluate("looks.tooWide()") <= 0, page.evaluate("looks.tooWide()"))
    page.evaluate("looks.openAll()")
    check(f"{place}, all open: nothing is wider than the page", page.evaluate("looks.tooWide()") <= 0, page.evaluate("looks.tooWide()"))
    overlaps = page.evaluate("looks.overlaps()")
    check(f"{place}: no label lies over another", not overlaps, overlaps[:5])
    return page, seconds


def check_nights(page, root):
    check("heading", page.evaluate("looks.heading()") == "Failed", page.evaluate("looks.heading()"))
    sentence = page.evaluate("looks.sentence()")
    for part in ("In the 24 hours up to 2027-01-07 02:40 UTC", "1 missed an SLO: that is the cluster", "3 ended without a verdict", "2 decide nothing", "1 left something behind", "3 known-bad controls failed, as they have to"):
        check("the sentence says", part in sentence, f"{part!r} not in {sentence!r}")
    calls = dict(page.evaluate("looks.calls()"))
    check("one line for each thing that is wrong", set(calls) == {"left-behind", "missed", "error", "none", "aborted", "inconclusive"}, list(calls))
    check("the red one is named", "etcd-leader-kill on external-etcd (1 of 4)" in calls["missed"], calls["missed"])
    check("both without a verdict are named", "node-reboot" in calls["none"] or "apiserver-kill" in calls["none"], calls["none"])
    rows = page.evaluate("looks.rows()")
    kill = rows["apiserver-kill on stacked"]
    check("a row shows its newest trials", kill["states"] == ["passed"] * 20 + ["none"] or len(kill["states"]) == 20, kill["states"])
    check("a control that failed is well", rows["known-bad on stacked (control)"]["states"] == ["seen"] * 20)
    etcd = rows["etcd-leader-kill on external-etcd"]
    check("the newest is on the right", etcd["states"][-1] == "missed" and "missed" not in etcd["states"][:-1], etcd["states"])
    check("a mark leads to its report", etcd["links"][-1].endswith("/etcd-leader-kill/20270107T024000Z/report.html"), etcd["links"][-1])
    check("a mark says when, with which seed and what", etcd["titles"][-1].startswith("2027-01-07 02:40, seed 605: SLO missed. api.longest_outage 8.600 s to 8.750 s, budget 8s"), etcd["titles"][-1])
    check("the newest value of a row", etcd["newest"].startswith("api.longest_outage 8.600 s"), etcd["newest"])
    check("one that did not begin leads nowhere", rows["kubelet-stop on stacked"]["links"] == [""] and "the engine is gone" in rows["kubelet-stop on stacked"]["titles"][0])
    for row in rows.values():
        for link in filter(None, row["links"]):
            check("a link is to a file of the root", link.startswith("file://" + os.path.abspath(root.path)), link)
    shapes = page.evaluate("looks.shapes()")
    forms, letters = [form for form, _ in shapes.values()], [letter for _, letter in shapes.values()]
    check("every state has a shape and a letter of its own", len(set(forms)) == len(set(letters)) == len(shapes) == 9, shapes)
    figures = {(row, sli): text for row, sli, text in page.evaluate("looks.figures()")}
    slower = figures[("apiserver-kill on stacked", "api.longest_outage")]
    check("another row's machine silences no comparison", "5 new against 16 before: slower by" in slower, slower)
    apart = figures[("etcd-leader-kill on external-etcd", "api.longest_outage")]
    check("compare is refused across machines", "compare: refused, CPUs: base 2 and 4, new 4" in apart, apart)
    check("how many rows are refused is told", page.evaluate("document.querySelector('.spoiling').textContent").startswith("hadrill compare --against-history refuses 1 row:"))
    check("the change of the machine is told", "not comparable: CPUs" in apart and "since the last dashed line" in apart, apart)
    check("what is red is open", "etcd-leader-kill on external-etcd" in page.evaluate("looks.open()"))
    suites = page.evaluate("looks.suites()")
    check("suites lead to their reports", suites and suites[0][1].endswith("suite-nightly/20270107T005900Z/suite.md") and len(suites[0]) == 4, suites)
    check("nothing ran that a name says", page.evaluate("looks.injected()") == [None, 0, 0], page.evaluate("looks.injected()"))


def check_link(browser, path):
    """The hostile folder as well: its mark opens its report."""
    page = Page(browser, WIDE)
    page.open(path)
    page.evaluate(LOOKS)
    link = [row["links"][0] for name, row in page.evaluate("looks.rows()").items() if "onerror" in name][0]
    page.call("Page.navigate", url=link)
    page.browser.wait_for("Page.loadEventFired", page.session)
    check("a folder of any name is found", page.evaluate("document.title") == "the report", link)
    page.close()


def check_slower(hadrill, browser, out, sample):
    """The same week on one machine: what got slower is called."""
    root = Root(os.path.join(out, "slower"), sample)
    for night in range(7):
        for i in range(3):
            root.run("apiserver-kill", night, i, seconds=(0.9 if night * 3 + i < 16 else 2.4) + 0.02 * i)
    path, _ = made(hadrill, root)
    page, _ = look_at(browser, "slower", path, out, WIDE)
    text = [text for _, sli, text in page.evaluate("looks.figures()") if sli == "api.longest_outage"][0]
    check("what got slower is called", "5 new against 16 before: slower by" in text, text)
    check("and open", page.evaluate("looks.open()") == ["apiserver-kill on stacked"])
    check("a green week", page.evaluate("looks.heading()") == "Passed", page.evaluate("looks.heading()"))
    page.evaluate("looks.layOver()")
    check("a label over another is found", page.evaluate("looks.overlaps()"))
    page.close()


def check_many(hadrill, browser, out, sample):
    root = Root(os.path.join(out, "many"), sample)
    for i in range(2000):
        root.run(f"scenario-{i % 70:02}", i // 70 // 3, i // 70 % 3 * 20 + i % 20, seconds=1 + (i * 37 % 900) / 1000, topology="stacked" if i % 70 < 40 else "nginx", report=False)
    path, seconds = made(hadrill, root)
    page, opened = look_at(browser, "many", path, out, WIDE)
    size = os.path.getsize(path)
    print(f"2,000 trials: {seconds:.2f} s to write, {size / 1e6:.2f} MB, open in {opened:.2f} s")
    check("2,000 trials: bytes", size < MOST_BYTES, size)
    check("2,000 trials: seconds to open", opened < MOST_SECONDS, opened)
    page.close()
    shutil.rmtree(root.path)


def main():
    hadrill, sample, out = sys.argv[1:4]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    root = Root(os.path.join(out, "nights"), sample)
    nights(root)
    path, _ = made(hadrill, root)
    with Browser() as browser:
        for width, dark in ((WIDE, False), (WIDE, True), (NARROW, False)):
            page, _ = look_at(browser, "index", path, out, width, dark)
            check_nights(page, root)
            complaints = page.complaints()
            check(f"index at {width}: no error, no warning, no request", not complaints, complaints[:3])
            page.close()
        page = Page(browser, WIDE, scripts=False)
        page.open(path)
        page.pdf(os.path.join(out, "index.pdf"))
        page.close()
        check_link(browser, path)
        check_slower(hadrill, browser, out, sample)
        check_many(hadrill, browser, out, sample)
    print(f"index.html opened; screenshots in {out}")


if __name__ == "__main__":
    conclude(main)
