#!/usr/bin/env python3
"""junit_reader.py FILE...: documents of JUnit as a reader that is not ours takes them (Debian's python3-junitparser): it has to find
what a document counts, in the classes that CI servers show, with a reason for all that is not green."""
import sys

import junitparser

KINDS = {"failures": junitparser.Failure, "errors": junitparser.Error, "skipped": junitparser.Skipped}


def wrong(path, what):
    sys.exit(f"FAILED: {path}: {what}")


def check_suite(path, suite):
    cases = list(suite)
    if suite.tests != len(cases):
        wrong(path, f"{suite.name}: counts {suite.tests} tests, {len(cases)} are read")
    for name, kind in KINDS.items():
        read = [case for case in cases if any(isinstance(result, kind) for result in case.result)]
        if getattr(suite, name) != len(read):
            wrong(path, f"{suite.name}: counts {getattr(suite, name)} {name}, {len(read)} are read")
    for case in cases:
        if not case.name or not case.classname or case.time is None:
            wrong(path, f"{suite.name}: a testcase without name, class or time")
        for result in case.result:
            if not result.message:
                wrong(path, f"{case.name}: no reason")
    if not suite.name or not suite.properties():
        wrong(path, "a testsuite without name or properties")


def main(paths):
    if not paths:
        sys.exit("FAILED: no documents")
    for path in paths:
        document = junitparser.JUnitXml.fromfile(path)
        suites = list(document)
        if not suites:
            wrong(path, "no testsuite is read")
        for suite in suites:
            check_suite(path, suite)
        for name in ("tests", *KINDS):
            total = sum(getattr(suite, name) for suite in suites)
            if getattr(document, name) != total:
                wrong(path, f"counts {getattr(document, name)} {name} in all, its testsuites {total}")
    print(f"fine: {len(paths)} documents are read as they are meant")


main(sys.argv[1:])
