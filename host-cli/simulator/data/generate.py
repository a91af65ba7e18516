#!/usr/bin/env python3
"""Make resource-types.txt.gz: what the CloudFormation resource schemas say about each type's properties.

The schemas are AWS's public ones as packed in the cfn-lint wheel (MIT-0). Usage:

    pip download cfn-lint --no-deps && python3 generate.py cfn_lint-*.whl

One line a type, columns separated by tabs, names inside a column by spaces, nested names joined with "/":
type, flags, tag property, primary identifier, required, create-only, conditionally create-only, read-only, other properties.
Flags: "r" the type is replaced by deleting first, "-" none.
"""
import gzip
import json
import pathlib
import sys
import zipfile

REGION = "us-east-1"  # the region with the most types
ROOT = "cfnlint/data/schemas/"


def names(pointers):
    """`/properties/A/properties/B/items` → `A/B/*`: the path a template writer sees."""
    found = []
    for pointer in pointers or []:
        path = pointer.removeprefix("/properties/").replace("/properties/", "/")
        path = path.replace("/items/", "/*/").removesuffix("/items")
        if path not in found:
            found.append(path)
    return sorted(found)


def row(name, schema):
    primary = [p.removeprefix("/properties/") for p in schema.get("primaryIdentifier", [])]
    create_only = names(schema.get("createOnlyProperties"))
    conditional = names(schema.get("conditionalCreateOnlyProperties"))
    read_only = names(schema.get("readOnlyProperties"))
    listed = set(create_only) | set(conditional) | set(read_only)
    other = sorted(p for p in schema.get("properties", {}) if p not in listed)
    tagging = schema.get("tagging") or {}
    tag = tagging.get("tagProperty", "/properties/Tags").removeprefix("/properties/")
    taggable = tagging.get("taggable", schema.get("taggable", True))
    if not taggable or tag.split("/")[0] not in schema.get("properties", {}):
        tag = ""
    flags = "r" if schema.get("replacementStrategy") == "delete_then_create" else "-"
    columns = [primary, sorted(schema.get("required", [])), create_only, conditional, read_only, other]
    return "\t".join([name, flags, tag] + [" ".join(c) for c in columns])


def main():
    wheel = zipfile.ZipFile(sys.argv[1])
    types = json.loads(wheel.read(f"{ROOT}providers/{REGION}.json"))
    rows = [row(name, json.loads(wheel.read(f"{ROOT}resources/{digest}.json"))) for name, digest in types.items()]
    text = "\n".join(sorted(rows)) + "\n"
    out = pathlib.Path(__file__).with_name("resource-types.txt.gz")
    out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(rows)} types, {len(text)} bytes, {out.stat().st_size} compressed")


main()
