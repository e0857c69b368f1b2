"""Runs libcoveocds over packages and says what it found; ends with 1 if that was an error."""

import collections
import json
import pathlib
import subprocess
import sys

folder, standard, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
packages = sorted(folder.glob("*.json"))
errors, notes, lots, releases, compiled = 0, collections.Counter(), set(), 0, 0
for path in packages:
    package = json.loads(path.read_text())
    if records := package.pop("records", None):
        # The schema of record packages refers to addresses on the network; what a record compiles is a release.
        package["releases"] = [record["compiledRelease"] for record in records]
        path.write_text(json.dumps(package))
        compiled += len(records)
    else:
        releases += len(package["releases"])
    lots.update(release["ocid"] for release in package["releases"])
    found = subprocess.run([program, "--standard-zip", standard, path], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"ocds: {path.name}: the validator failed: {found.stderr[-2000:]}")
    report = json.loads(found.stdout)
    # A validator without the extensions would find nothing wrong with them.
    if report["extensions"]["invalid_extension"] or len(report["extensions"]["extensions"]) != 4:
        sys.exit(f"ocds: {path.name}: extensions not read: {report['extensions']}")
    wrong = list(report["validation_errors"]) + list(report["additional_closed_codelist_values"])
    errors += len(wrong)
    for one in wrong[:5]:
        print(f"ocds: {path.name}: {one}")
    notes.update(f"field outside the standard: {one['path']}/{one['field']}" for one in report["additional_fields"])
    for one in report["additional_open_codelist_values"].values():
        notes[f"code of our own in an open list: {one['field']} {', '.join(one['values'])}"] += 1
    notes.update(f"additional check {name}" for name, found in report["additional_checks"].items() if found)
    notes.update(f"deprecated field: {one}" for one in report["deprecated_fields"])
print(f"ocds: {len(packages)} packages, {releases} releases and {compiled} compiled ones, {len(lots)} lots: {errors} errors")
print("ocds: the envelope of record packages is not validated: its schema is on the network alone")
for note, count in sorted(notes.items()):
    print(f"ocds: note, in {count} packages: {note}")
sys.exit(1 if errors else 0)
