"""Runs libcoveocds over packages and says what it found; ends with 1 if that was anything."""

import collections
import json
import pathlib
import subprocess
import sys

folder, standard, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
packages = sorted(folder.glob("*.json"))
errors, notes, lots, releases = 0, collections.Counter(), set(), 0
for path in packages:
    package = json.loads(path.read_text())
    rows = package.get("releases") or package.get("records")
    releases += len(package.get("releases", []))
    lots.update(row["ocid"] for row in rows)
    found = subprocess.run([program, "--standard-zip", standard, path], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"ocds: {path.name}: the validator failed: {found.stderr[-2000:]}")
    report = json.loads(found.stdout)
    extensions = report.get("extensions", {})
    if extensions.get("invalid_extension"):
        sys.exit(f"ocds: {path.name}: extensions not read: {extensions['invalid_extension']}")
    count = report["validation_errors_count"]
    errors += count
    for error in report["validation_errors"][:5] if count else []:
        print(f"ocds: {path.name}: {error}")
    for name in ("additional_fields_count", "additional_closed_codelist_values", "additional_open_codelist_values"):
        value = report.get(name)
        if value:
            notes[f"{name}: {value if isinstance(value, int) else ', '.join(value)}"] += 1
    errors += bool(report.get("additional_closed_codelist_values"))
print(f"ocds: {len(packages)} packages, {releases} releases, {len(lots)} lots: {errors} errors")
for note, count in notes.items():
    print(f"ocds: note in {count} packages: {note}")
sys.exit(1 if errors else 0)
