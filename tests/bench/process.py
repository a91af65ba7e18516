#!/usr/bin/env python3
"""What `stacktape synth` costs as a whole process, beside an empty Node: CPU milliseconds and peak memory, as ratios that hold on any machine.

Usage: process.py STACKTAPE   (a release build)
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RUNS = 15
# What a 30-line config may cost.
CPU_MS, MEMORY_MB = 5, 20


def cost(command, folder):
    """CPU milliseconds and peak resident MB: the median of several runs, after one that warms the file cache."""
    runs = []
    for run in range(RUNS + 1):
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{' '.join(command)} failed: {errors.decode()}")
        if run:
            runs.append(((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024))
    return [statistics.median(column) for column in zip(*runs)]


def main():
    stacktape = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "small.yml", pathlib.Path(folder, "stacktape.yml"))
        synth = [stacktape, "synth", "--projectName", "bench", "--stage", "dev", "--region", "eu-west-1", "--awsAccountId", "123456789012"]
        ours = cost([*synth, "--outFile", "template.yml"], folder)
        node = cost(["node", "-e", "0"], folder)
    print(f"synth of 30 lines: {ours[0]:6.1f} ms CPU, {ours[1]:5.1f} MB   (at most {CPU_MS} ms, {MEMORY_MB} MB)")
    print(f"node -e 0:         {node[0]:6.1f} ms CPU, {node[1]:5.1f} MB")
    print(f"ratio:             {ours[0] / node[0]:6.2f}         {ours[1] / node[1]:5.2f}")
    sys.exit(ours[0] > CPU_MS or ours[1] > MEMORY_MB)


if __name__ == "__main__":
    main()
