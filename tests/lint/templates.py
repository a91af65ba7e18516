#!/usr/bin/env python3
"""Every stored template passes cfn-lint: no error and no warning but those that tests/lint/allowed.txt gives a reason for."""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "cases"
CFN_LINT = pathlib.Path(sys.executable).parent / "cfn-lint"


def allowed():
    """Rule and start of the case's name of each allowed finding; the rest of a line is the reason."""
    rows = []
    for line in (HERE / "allowed.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            rule, case, _reason = line.split(maxsplit=2)
            rows.append((rule, case))
    return rows


def main():
    templates = sorted(CASES.glob("**/template.yml"))
    if not templates:
        sys.exit(f"no templates below {CASES}")
    exceptions, used, failures = allowed(), set(), 0
    # One process for all: starting cfn-lint costs more than checking a template.
    found = subprocess.run([CFN_LINT, "-r", "eu-west-1", "-f", "json", "-t", *templates], capture_output=True, text=True, check=False)
    if found.returncode not in (0, 2, 4, 6, 8, 10, 12, 14):
        sys.exit(found.stderr)
    for row in json.loads(found.stdout or "[]"):
        if row["Level"] not in ("Error", "Warning"):
            continue
        case = str(pathlib.Path(row["Filename"]).resolve().parent.relative_to(CASES))
        rule = row["Rule"]["Id"]
        match = next(((r, c) for r, c in exceptions if r == rule and case.startswith(c)), None)
        if match:
            used.add(match)
            continue
        failures += 1
        print(f"{case}: {rule} {'/'.join(map(str, row['Location']['Path'] or []))}: {row['Message'][:200]}")
    for rule, case in set(exceptions) - used:
        failures += 1
        print(f"tests/lint/allowed.txt: {rule} {case} is not needed any more")
    print(f"cfn-lint: {len(templates)} templates, {failures} findings")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
