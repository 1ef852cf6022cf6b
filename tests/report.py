#!/usr/bin/env python3
"""Reads the JUnit file of ctest: prints why tests were skipped, then the counts alone on the last line.

    report.py FILE        exit code 1 when a test failed or none ran
"""

import re
import sys
import xml.etree.ElementTree

# What our scripts, prove and GoogleTest print before the reason of a skip.
REASON = re.compile(r"^SKIPPED: (.+)|\bskipped: (.+)|^.+:\d+: Skipped\n(.+)", re.MULTILINE)


def is_skipped(case):
    """By its own word. What ctest could not start (no program, its fixture failed) also stands there as skipped."""
    note = case.find("skipped")
    return note is not None and note.get("message", "").startswith("SKIP_RE")


def reason(case):
    found = REASON.search(case.findtext("system-out") or "")
    return next(filter(None, found.groups())) if found else "no reason given"


def main():
    suite = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    cases = suite.findall("testcase")
    skipped = [case for case in cases if is_skipped(case)]
    failed = [case for case in cases if case.get("status") != "run" and case not in skipped]
    if skipped:
        print("\nSkipped, and why:")
    for case in skipped:
        print(f"  {case.get('name')}: {reason(case)}")
    if failed:
        print("\nFailed:", *(case.get("name") for case in failed))
    passed = len(cases) - len(failed) - len(skipped)
    print(f"\n{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
