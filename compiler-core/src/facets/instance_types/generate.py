#!/usr/bin/env python3
"""Writes table.txt: sizes of EC2 instance types, one line a family.

Source: moto/ec2/resources/instance_types.json.gz of the Python package moto (Apache-2.0), which takes it from ec2:DescribeInstanceTypes.

Usage: pip install moto && python3 generate.py > table.txt

A line is `family architecture size:vcpus:mib[:gpus] …`. `large` of 2 vCPUs and `Nxlarge` of 4·N vCPUs are the rule, so such a type leaves its vCPUs
out: `large::8192`. Types of the Mac families are left out, since no container runs on them.
"""
import gzip, json, pathlib, re, sys
import moto

RESOURCE = pathlib.Path(moto.__file__).parent / "ec2/resources/instance_types.json.gz"
ARCHITECTURES = {"x86_64": "x", "arm64": "a"}


def usual_vcpus(size):
    if size == "large":
        return 2
    found = re.fullmatch(r"(\d*)xlarge", size)
    return 4 * int(found[1] or 1) if found else None


families = {}
for name, t in json.loads(gzip.decompress(RESOURCE.read_bytes())).items():
    supported = t["ProcessorInfo"]["SupportedArchitectures"]
    architecture = next((short for long, short in ARCHITECTURES.items() if long in supported), None)
    if architecture is None:
        continue
    family, size = name.split(".", 1)
    vcpus, mib = t["VCpuInfo"]["DefaultVCpus"], t["MemoryInfo"]["SizeInMiB"]
    gpus = sum(g.get("Count", 0) for g in t.get("GpuInfo", {}).get("Gpus", []))
    entry = f"{size}:{'' if vcpus == usual_vcpus(size) else vcpus}:{mib}" + (f":{gpus}" if gpus else "")
    families.setdefault((family, architecture), []).append((mib, vcpus, entry))

for (family, architecture), entries in sorted(families.items()):
    print(family, architecture, *(entry for _, _, entry in sorted(entries)))
print(f"{sum(map(len, families.values()))} types in {len(families)} families, moto {moto.__version__}", file=sys.stderr)
