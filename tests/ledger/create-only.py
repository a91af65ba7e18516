#!/usr/bin/env python3
"""Writes create-only.txt: the create-only properties of every AWS resource type that the stored templates hold.

Source: the CloudFormation resource schemas in the PyPI package cfn-lint (cfnlint/data/schemas, MIT-0).
"""
import pathlib
import re

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER as SCHEMAS

# Every change of these makes a new version by design; only the name is an identity.
VERSIONED = {"AWS::ECS::TaskDefinition": {"Family"}}

here = pathlib.Path(__file__).resolve().parent
kinds = set()
for template in (here.parent / "cases").glob("**/template.yml"):
    kinds |= set(re.findall(r"^    Type: ['\"]?(AWS::[A-Za-z0-9:]+)", template.read_text(), re.M))
lines = ["# Create-only properties by resource type. Source: AWS CloudFormation resource schemas as shipped by cfn-lint (MIT-0)."]
for kind in sorted(kinds):
    paths = []
    for region in ("us-east-1", "eu-west-1"):
        try:
            paths = SCHEMAS.get_resource_schema(region, kind).schema.get("createOnlyProperties", [])
            break
        except Exception:  # cfn-lint raises its own error for a type that a region lacks
            continue
    names = sorted({path.split("/")[2] for path in paths if path.count("/") == 2} & VERSIONED.get(kind, {p.split("/")[2] for p in paths}))
    lines.append(f"{kind}: {', '.join(names)}")
(here / "create-only.txt").write_text("\n".join(lines) + "\n")
