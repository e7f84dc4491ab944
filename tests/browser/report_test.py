"""report_test.py HADRILL MAKE_RUNS SAMPLE OUT: opens reports in a headless Chromium and looks at them.

Screenshots and a print-out of each are left in OUT, to be looked at by people as well. Ends with 1 at the first things that are wrong, all
of them told.
"""
import os
import shutil
import subprocess
import sys

import vision
from checks import check, conclude
from devtools import Browser, Page
from lost_worker import check_lost_worker, check_told_of_worker

HERE = os.path.dirname(os.path.abspath(__file__))
LOOKS = open(os.path.join(HERE, "looks.js"), encoding="utf-8").read()
WIDE, NARROW = 1280, 400
# Generous: machines are noisy. What is measured is printed.
MOST_SECONDS = 10
MOST_BYTES = 2_000_000
MOST_NODES = 12_000

def judged_runs(hadrill, make_runs, sample, out):
    """Paths of reports, by the name of their run."""
    runs = os.path.join(out, "runs")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(runs)
    subprocess.run([make_runs, runs], check=True)
    shutil.copytree(sample, os.path.join(runs, "sample"))
    reports = {}
    for name in sorted(os.listdir(runs)):
        directory = os.path.join(runs, name)
        subprocess.run([hadrill, "judge", directory], stdout=subprocess.DEVNULL, check=False)
        reports[name] = os.path.join(directory, "report.html")
        first = open(reports[name], "rb").read()
        subprocess.run([hadrill, "judge", directory], stdout=subprocess.DEVNULL, check=False)
        check(f"{name}: judged again, the same bytes", open(reports[name], "rb").read() == first)
    return reports


def look_at(browser, name, path, out, width, dark=False):
    """A page at one width; what it says, and its screenshot."""
    page = Page(browser, width, dark)
    seconds = page.open(path)
    page.evaluate(LOOKS)
    place = f"{name} at {width}{' dark' if dark else ''}"
    check(f"{place}: the script ran to its end", page.evaluate("looks.ready()"))
    check(f"{place}: nothing is wider than the page", page.evaluate("looks.tooWide()") <= 0, page.evaluate("looks.tooWide()"))
    overlaps = page.evaluate("looks.overlaps()")
    check(f"{place}: no label lies over another", not overlaps, overlaps[:5])
    page.screenshot(os.path.join(out, f"{name}-{width}{'-dark' if dark else ''}.png"))
    return page, seconds


def finish(page, place):
    complaints = page.complaints()
    check(f"{place}: no error, no warning, no request", not complaints, complaints[:3])
    page.close()


def check_verdict(page, name, word):
    check(f"{name}: verdict", page.evaluate("looks.verdict()") == word, page.evaluate("looks.verdict()"))
    check(f"{name}: has a sentence", len(page.evaluate("looks.sentence()")) > 40)


def check_units(page, name):
    for axis in ("ticks", "chartLabels", "worstLabels"):
        labels = page.evaluate(f"looks.{axis}()")
        check(f"{name}: {axis} has labels", len(labels) > 1, labels)
        bare = [label for label in labels if not any(label.endswith(unit) for unit in (" s", " ms", " µs", " %", " min"))]
        check(f"{name}: every label of {axis} has its unit", not bare, bare[:4])


def check_failing_run(page):
    """A killed API server, 4 s until users are served again: lanes and values as they were made up."""
    lanes = page.evaluate("looks.lanes()")
    name = "api.direct.hadrill-control-plane2"
    check("fail: lanes", {"api.read.new", "api.read.reused", name, "every condition holds"} <= set(lanes), list(lanes))
    check("fail: a kill is an instant", any(lane["group"] == "Fault" and lane["drawn"] == ["done", "mending"] for lane in lanes.values()))
    api = "api (behind the load balancer)"
    check("fail: all users have a lane, the first of theirs", [n for n, lane in lanes.items() if lane["group"] == "Users"][0] == api, list(lanes))
    check("fail: all users were down", "down" in lanes[api]["drawn"], lanes[api])
    check("fail: users were down", "down" in lanes["api.read.new"]["drawn"], lanes["api.read.new"])
    check("fail: an API server was down", "down" in lanes[name]["drawn"] and lanes[name]["group"] == "API servers")
    check("fail: redundancy was lost", "down" in lanes["every condition holds"]["drawn"])
    check("fail: phases are marked", {"T0", "T1", "T5"} <= {flag.split("×")[0] for flag in page.evaluate("looks.flags()")})
    slos = {row[0]: row for row in page.evaluate("looks.slos()")}
    row = slos["api.read.new.longest_outage"]
    check("fail: the SLO's row", row[1] == "at most 2s" and row[2] == "3.800 s to 4.000 s" and row[3] == "missed by 1.800 s to 2.000 s" and row[5] == "fail", row)
    check("fail: the latency chart is not empty", page.evaluate("looks.inked()") > 500)
    lead = page.evaluate("looks.latencyLead()")
    check("fail: a kill is an upright line, and nothing is shaded", "upright" in lead and "shaded" not in lead, lead)
    uprights = page.evaluate("looks.uprights()")  # two columns, of which a line of the grid may lie over one
    check("fail: there is one upright line", uprights and uprights[-1] - uprights[0] < 2, uprights)
    x, y = page.evaluate("looks.spot('api.read.new', 'down')")
    page.mouse("mouseMoved", x, y)
    told = page.evaluate("looks.tip()")
    check("fail: hovering tells the outage", "api.read.new" in told and "not served" in told and "bad of" in told, told)
    before = page.evaluate("looks.ticks()")
    page.mouse("mousePressed", x - 30, y, button="left", clickCount=1)
    page.mouse("mouseMoved", x + 30, y, button="left", buttons=1)
    page.mouse("mouseReleased", x + 30, y, button="left", clickCount=1)
    check("fail: dragging zooms", page.evaluate("looks.ticks()") != before, before)
    zoomed = page.evaluate("looks.chartLabels()")
    page.evaluate("document.querySelector('#timeline-tools button').click()")
    check("fail: the charts zoom together", page.evaluate("looks.chartLabels()") != zoomed and page.evaluate("looks.ticks()") == before)


def check_touch(page):
    x, y = page.evaluate("looks.spot('api.read.new', 'down')")
    page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    told = page.evaluate("looks.tip()")
    check("fail: a tap tells the outage", "api.read.new" in told and "not served" in told, told)


def check_hostile(page):
    injected = page.evaluate("looks.injected()")
    check("hostile: nothing ran", injected == {"pwned": None, "scripts": 3, "elements": 0}, injected)
    lanes = page.evaluate("looks.lanes()")
    check("hostile: names are shown as they are", any("<img src=x" in name for name in lanes), list(lanes)[:4])


def check_known_overlaps(browser, path):
    """The control to `overlaps`: a label that is laid over another one is found, in every group that has two."""
    page = Page(browser, NARROW)
    page.open(path)
    page.evaluate(LOOKS)
    groups = page.evaluate("looks.labelGroups()")
    told = []
    for i, group in enumerate(groups):
        page.open(path)
        page.evaluate(LOOKS)
        page.evaluate("looks.labelGroups()")  # names the bars
        moved = page.evaluate(f"looks.layOver({group!r})")
        if not moved:
            continue
        told.append(i)
        check(f"a label over another is found in {group}", page.evaluate("looks.overlaps()"), moved)
    check("timeline and charts have labels to lie over each other", {0, 1, 2} <= set(told), told)
    page.close()


def told_apart(a, b, shapes):
    """What tells two states apart besides their colour; "" nothing does."""
    one, other = shapes[a], shapes[b]
    if one["turn"] != other["turn"]:
        return "hatch"
    low, high = sorted((one["height"], other["height"]))
    return "height" if high >= 1.5 * low else ""


def check_vision(page, place, pairs):
    """States that meet in a lane differ in shape, or in colour for everybody. What says good or bad differs in colour for all who see any."""
    shapes, colours = page.evaluate("looks.shapes()"), page.evaluate("looks.colours()")
    for lane in page.evaluate("looks.lanes()").values():
        for i, a in enumerate(lane["drawn"]):
            for b in lane["drawn"][i + 1:]:
                channel = told_apart(a, b, shapes)
                least = min(vision.apart(shapes[a]["fill"], shapes[b]["fill"], sight) for sight in vision.VISIONS) if not channel else 0
                check(f"{place}: {a} and {b} of one lane are told apart", channel or least >= 10, f"by colour only, {least:.1f}")
                pairs[f"{a} / {b}"] = channel or "colour"
    dichromats = ("none", "protanopia", "deuteranopia", "tritanopia")
    for a, b in (("up", "down"), ("down", "force"), ("down", "leads"), ("pass", "fail")):
        least = min(vision.apart(colours[a], colours[b], sight) for sight in dichromats)
        check(f"{place}: the colours of {a} and {b} are apart", least >= 10, f"{least:.1f}")
    for names, needed in ((("text", "muted", "pass", "fail", "open"), 4.5), (("up", "down", "leads", "force"), 3), (("maybe", "follows", "idle"), 2)):
        for name in names:
            least = min(vision.contrast(colours[name], colours["ground"], sight) for sight in vision.VISIONS)
            check(f"{place}: {name} stands out from the ground", least >= needed, f"{least:.1f} of {needed}")
    marks = page.evaluate("looks.marks()")
    check(f"{place}: verdicts are words with a sign", marks and all(len(mark.split('"')[-1].strip()) > 3 for mark in marks), marks)


def look_with_other_eyes(browser, reports, out):
    """Screenshots as people see them who see fewer colours, and what can be computed of it."""
    vision.check_itself()
    pairs = {}
    for name in ("fail", "failover", "not-owed", "bounds", "worker-lost"):
        for dark in (False, True):
            page = Page(browser, WIDE, dark)
            page.open(reports[name])
            page.evaluate(LOOKS)
            place = f"{name}{' dark' if dark else ''}"
            check_vision(page, place, pairs)
            complaints = page.complaints()
            check(f"{place}: no error, no warning, no request", not complaints, complaints[:3])
            # From here on Chromium loads filters of its own.
            for sight in ("deuteranopia", "protanopia", "tritanopia", "achromatopsia") if name == "fail" else ():
                page.call("Emulation.setEmulatedVisionDeficiency", type=sight)
                page.screenshot(os.path.join(out, f"{name}-{WIDE}{'-dark' if dark else ''}-{sight}.png"))
            page.close()
    print("states of one lane are told apart by: " + ", ".join(f"{pair} {channel}" for pair, channel in sorted(pairs.items())))


def check_without_script(browser, path):
    page = Page(browser, WIDE, scripts=False)
    page.open(path)
    document = page.call("DOM.getDocument", depth=0)["root"]["nodeId"]
    text = page.call("DOM.getOuterHTML", nodeId=document)["outerHTML"]
    for part in ("Failed", "at most 2s", "T5", "How to reproduce", "hadrill drill scenario.yaml", "noscript"):
        check("without its script the page still says", part in text, part)
    page.close()


def check_long(page, path, seconds):
    size, nodes = os.path.getsize(path), page.evaluate("looks.nodes()")
    drawing = page.evaluate("""(() => { const began = performance.now(); const button = document.querySelectorAll('#timeline-tools button')[2];
        for (let i = 0; i < 8; i += 1) button.click(); return (performance.now() - began) / 8; })()""")
    print(f"half an hour, 200,000 requests: {size / 1e6:.2f} MB, {nodes} nodes, open in {seconds:.2f} s, {drawing:.0f} ms to zoom")
    check("half-an-hour: bytes", size < MOST_BYTES, size)
    check("half-an-hour: nodes", nodes < MOST_NODES, nodes)
    check("half-an-hour: seconds to open", seconds < MOST_SECONDS, seconds)


def main():
    hadrill, make_runs, sample, out = sys.argv[1:5]
    reports = judged_runs(hadrill, make_runs, sample, out)
    words = {"pass": "Passed", "fail": "Failed", "inconclusive": "Undecided", "aborted": "Stopped early", "error": "No verdict", "sample": "Passed",
             "worker-lost": "Passed"}
    with Browser() as browser:
        for name, path in reports.items():
            for width, dark in ((WIDE, False), (WIDE, True), (NARROW, False)):
                page, seconds = look_at(browser, name, path, out, width, dark)
                if name in words:
                    check_verdict(page, name, words[name])
                if (width, dark) == (WIDE, False):
                    if name == "fail":
                        check_failing_run(page)
                    if name == "half-an-hour":
                        check_long(page, path, seconds)
                    if name in ("pass", "fail", "inconclusive", "sample"):
                        check_units(page, name)
                    if name == "worker-lost":
                        check_told_of_worker(page)
                if name == "worker-lost":
                    check_lost_worker(page, f"{name} at {width}{' dark' if dark else ''}")
                if name == "fail" and width == NARROW:
                    check_touch(page)
                if name == "hostile":
                    check_hostile(page)
                finish(page, f"{name} at {width}")
        check_known_overlaps(browser, reports["fail"])
        look_with_other_eyes(browser, reports, out)
        check_without_script(browser, reports["fail"])
        page = Page(browser, WIDE)
        page.open(reports["sample"])
        page.pdf(os.path.join(out, "sample.pdf"))
        finish(page, "sample on paper")
    print(f"{len(reports)} reports opened; screenshots in {out}")


if __name__ == "__main__":
    conclude(main)
