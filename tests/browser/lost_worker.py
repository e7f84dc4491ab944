"""What the report of the story worker-lost has to show: tests/page/stories.hpp made it up."""
from checks import check


def check_lost_worker(page, place):
    """A worker is lost: node, endpoints, pods and those that take their place, and who answers on which way, as they were made up."""
    groups = page.evaluate("looks.groups()")
    lanes = page.evaluate("looks.lanes()")
    sentence = page.evaluate("looks.sentence()")
    check(f"{place}: the sentence says what was hit", "after node.kill hit worker hadrill-worker2, " in sentence, sentence)
    check(f"{place}: the sentence tells of who was hurt", "for 1.900 s to 2.100 s at the longest (web.outside)" in sentence, sentence)
    pods = [f"web-7c9d8b6f5d-{end}" for end in ("2k4xq", "5mn8t", "8vwzc", "c9h2r", "lq7bd", "x4s6p")]
    check(f"{place}: nodes", groups["Nodes"] == ["hadrill-worker", "hadrill-worker2"], groups["Nodes"])
    check(f"{place}: endpoints", groups["Service endpoints"] == [f"web: {pod}" for pod in pods], groups["Service endpoints"])
    check(f"{place}: pods", groups["Pods"] == pods, groups["Pods"])
    named = [f"{pod} on hadrill-worker{'2' if pod in pods[2:4] else ''}" for pod in pods]
    for way in ("node load balancer", "ClusterIP"):
        answering = groups[f"Pods that answer through the {way}"]
        check(f"{place}: who answers through the {way}", answering == named, answering)
    drawn = {
        "node.kill of worker on hadrill-worker2": ["force", "maybe"],
        "hadrill-worker": ["up"], "hadrill-worker2": ["down", "up"],
        f"web: {pods[0]}": ["up"], f"web: {pods[2]}": ["down", "up"], f"web: {pods[4]}": ["up"],
        pods[0]: ["up"], pods[2]: ["down", "idle", "up"], pods[4]: ["down", "up"],
    }
    for lane, states in drawn.items():
        check(f"{place}: what is drawn of {lane}", lanes[lane]["drawn"] == states, lanes[lane])
    for users, hurt in (("api (behind the load balancer)", False), ("web.outside", True), ("web.inside", True)):
        check(f"{place}: whether {users} were hurt", ("down" in lanes[users]["drawn"]) == hurt and lanes[users]["group"] == "Users", lanes[users])
    told = {(row[0], row[2]): row[1] for row in page.evaluate("looks.phases()")}
    for phase, about, seconds in (
            ("W1 node not Ready", "hadrill-worker2", "5.999 s to 6.000 s"), ("W2 pod not Ready", pods[2], "6.019 s to 6.020 s"),
            ("W3 pod out of its Service", f"{pods[2]} of web", "6.049 s to 6.050 s"),
            ("W4 users sent elsewhere", "web.inside", "6.030 s to 6.131 s"), ("W4 users sent elsewhere", "web.outside", "1.930 s to 2.031 s"),
            ("W5 node evicts its pods", "hadrill-worker2", "6.099 s to 6.100 s"),
            ("W6 pod thrown out", pods[3], "9.999 s to 10.000 s"), ("W7 replacement made", pods[4], "10.099 s to 10.100 s"),
            ("W8 replacement bound", pods[4], "10.199 s to 10.200 s"), ("W9 replacement runs", pods[5], "11.499 s to 11.500 s"),
            ("W10 replacement Ready", pods[5], "11.999 s to 12.000 s"), ("W11 replacement answers", pods[5], "12.599 s to 12.600 s"),
            ("W13 node Ready again", "hadrill-worker2", "21.999 s to 22.000 s")):
        check(f"{place}: {phase} of {about}", told.get((phase, about)) == seconds, told.get((phase, about)))
    flags = {flag.split("×")[0] for flag in page.evaluate("looks.flags()")}
    check(f"{place}: phases are marked", {"T0", *(f"W{i}" for i in range(1, 14) if i != 12)} <= flags, sorted(flags))
    lead = page.evaluate("looks.latencyLead()")
    check(f"{place}: a fault that stays is shaded", "shaded" in lead and "upright" not in lead and not page.evaluate("looks.uprights()"), lead)


def check_told_of_worker(page):
    """What hovering says of a node, an endpoint and a pod."""
    pod = "web-7c9d8b6f5d-8vwzc"
    for lane, state, words in (("hadrill-worker2", "down", "Ready is Unknown | T0+6.000 s to T0+22.000 s"),
                               (f"web: {pod}", "down", "out of the Service, on hadrill-worker2 | T0+6.050 s"),
                               (pod, "idle", "thrown out, on hadrill-worker2 | T0+10.000 s")):
        x, y = page.evaluate(f"looks.spot({lane!r}, {state!r})")
        page.mouse("mouseMoved", x, y)
        told = page.evaluate("looks.tip()")
        check(f"worker-lost: hovering tells of {lane}", lane in told and words in told, told)
