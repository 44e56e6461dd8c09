"""Print how many tests each leg ran; fail when one failed, or did not run its own."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# What a leg must have run to count: a part of a test's module name.
PROOF = {"test": "apps.", "services": "tests.concurrency", "browser": "tests.browser"}


def main(folder: str, *legs: str) -> int:
    """Return the exit status."""
    passed = failed = skipped = 0
    missing = []
    for leg in legs:
        report = Path(folder) / f"{leg}.xml"
        if not report.exists():
            missing.append(leg)
            continue
        cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314  our own report
        bad = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
        left_out = sum(case.find("skipped") is not None for case in cases)
        proof = sum(PROOF[leg] in case.get("classname", "") and case.find("skipped") is None for case in cases)
        print(f"{leg}: {len(cases) - bad - left_out} passed, {bad} failed, {left_out} skipped")
        passed, failed, skipped = passed + len(cases) - bad - left_out, failed + bad, skipped + left_out
        if not proof:
            missing.append(leg)
    for leg in missing:
        print(f"{leg}: no test of {PROOF[leg]} ran")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
