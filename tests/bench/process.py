#!/usr/bin/env python3
"""What `stacktape synth` costs as a whole process, beside an empty Node and with ten times the config: CPU milliseconds and peak memory, as ratios that
hold on any machine.

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
# What a 30-line YAML config may cost, and a TypeScript config of 300 lines with five imported files.
CPU_MS, MEMORY_MB = 5, 20
PROGRAM_CPU_MS, PROGRAM_MEMORY_MB = 25, 40
# What 100 functions (about 700 resources) may cost, and how many times as much 1,000 functions.
HUNDRED_CPU_MS, TEN_TIMES = 40, 12
# Exit code of a config with mistakes; more than 500 resources are one.
MISTAKES = 3


def cost(command, folder, code=0):
    """CPU milliseconds and peak resident MB of a command that ends with this code: the median of several runs, after one that warms the file cache."""
    runs = []
    for run in range(RUNS + 1):
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) != code:
            sys.exit(f"{' '.join(command)} failed: {errors.decode()}")
        if run:
            runs.append(((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024))
    return [statistics.median(column) for column in zip(*runs)]


def functions(count):
    """A YAML config of functions with a route, a schedule, a queue and a table: seven template resources each."""
    text = """resources:
  api: { type: http-api-gateway }
  jobs: { type: sqs-queue }
  orders:
    type: dynamo-db-table
    properties: { primaryKey: { partitionKey: { name: id, type: string } } }
"""
    for index in range(count):
        text += f"""  fn{index}:
    type: function
    properties:
      packaging: {{ type: stacktape-lambda-buildpack, properties: {{ entryfilePath: src/fn{index}.ts }} }}
      memory: 512
      connectTo: [jobs, orders]
      environment:
        - {{ name: STAGE, value: $Stage() }}
        - {{ name: QUEUE, value: "$ResourceParam('jobs', 'arn')" }}
      events:
        - {{ type: http-api-gateway, properties: {{ httpApiGatewayName: api, path: /fn{index}, method: GET }} }}
        - {{ type: schedule, properties: {{ scheduleRate: rate(5 minutes) }} }}
"""
    return text


def function(index):
    """Eleven lines that make a function."""
    return f"""  const worker{index} = new LambdaFunction({{
    packaging: new StacktapeLambdaBuildpackPackaging({{
      entryfilePath: `${{folder}}/worker{index}.ts`
    }}),
    memory: memoryOf(stage, {index}),
    timeout: {10 + index},
    environment: {{ ...shared, INDEX: '{index}', QUEUE: jobs.url }},
    connectTo: [orders, jobs],
    tags: tagsOf('worker{index}'),
    overrides: {{ lambda: {{ Description: describe({index}) }} }},
  }});
"""


def program(folder):
    """Writes a TypeScript config of 300 lines and the five files that it imports."""
    count = 25
    names = ", ".join(f"worker{index}" for index in range(count))
    config = f"""import {{ defineConfig, LambdaFunction, StacktapeLambdaBuildpackPackaging }} from 'stacktape';
import type {{ Stage }} from './types';
import {{ orders }} from './tables';
import {{ jobs }} from './queues';
import {{ memoryOf, tagsOf }} from './sizes';
import {{ describe }} from './texts';
import defaults from './defaults.json';

interface Shared {{
  [name: string]: string;
}}

const folder: string = './src/workers';

export default defineConfig(({{ stage }}: {{ stage: string }}) => {{
  const shared: Shared = {{ STAGE: stage, LEVEL: defaults.level as string }};
{''.join(function(index) for index in range(count))}
  return {{
    resources: {{ orders, jobs, {names} }},
  }};
}});
"""
    lines = config.count("\n")
    if not 290 <= lines <= 310:
        sys.exit(f"the config of the benchmark has {lines} lines")
    files = {
        "stacktape.ts": config,
        "types.ts": "export type Stage = 'dev' | 'prod';\nexport enum Level { low = 'low', high = 'high' }\n",
        "tables.ts": "import { DynamoDbTable } from 'stacktape';\nexport const orders = new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'string' } } });\n",
        "queues.ts": "import { SqsQueue } from 'stacktape';\nexport const jobs = new SqsQueue({});\n",
        "sizes.ts": "import { Level } from './types';\nexport const memoryOf = (stage: string, index: number): number => (stage === 'prod' ? 1024 : 512) + index;\n"
        "export const tagsOf = (name: string) => [{ name: 'level', value: Level.low }, { name: 'name', value: name }];\n",
        "texts.ts": "export const describe = (index: number): string => `worker number ${index}`;\n",
        "defaults.json": '{"level": "info"}\n',
    }
    for name, text in files.items():
        pathlib.Path(folder, name).write_text(text)


def main():
    stacktape = str(pathlib.Path(sys.argv[1]).resolve())
    synth = [stacktape, "synth", "--projectName", "bench", "--stage", "dev", "--region", "eu-west-1", "--awsAccountId", "123456789012", "--outFile", "template.yml"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "small.yml", pathlib.Path(folder, "stacktape.yml"))
        ours = cost(synth, folder)
        node = cost(["node", "-e", "0"], folder)
        large = []
        for count in (100, 1000):
            pathlib.Path(folder, "stacktape.yml").write_text(functions(count))
            large.append(cost(synth, folder, MISTAKES)[0])
    with tempfile.TemporaryDirectory() as folder:
        program(folder)
        sandbox = cost(synth, folder)
    print(f"synth of 30 lines:                {ours[0]:6.1f} ms CPU, {ours[1]:5.1f} MB   (at most {CPU_MS} ms, {MEMORY_MB} MB)")
    print(f"synth of 300 lines of TypeScript: {sandbox[0]:6.1f} ms CPU, {sandbox[1]:5.1f} MB   (at most {PROGRAM_CPU_MS} ms, {PROGRAM_MEMORY_MB} MB)")
    print(f"synth of 100 functions:           {large[0]:6.1f} ms CPU   (at most {HUNDRED_CPU_MS} ms)")
    print(f"synth of 1,000 functions:         {large[1]:6.1f} ms CPU, {large[1] / large[0]:.1f} times 100 (at most {TEN_TIMES})")
    print(f"node -e 0:                        {node[0]:6.1f} ms CPU, {node[1]:5.1f} MB")
    print(f"ratios to Node:                   {ours[0] / node[0]:6.2f}         {ours[1] / node[1]:5.2f}; {sandbox[0] / node[0]:6.2f} {sandbox[1] / node[1]:5.2f}")
    small = ours[0] <= CPU_MS and ours[1] <= MEMORY_MB
    many = large[0] <= HUNDRED_CPU_MS and large[1] <= TEN_TIMES * large[0]
    sys.exit(not (small and many and sandbox[0] <= PROGRAM_CPU_MS and sandbox[1] <= PROGRAM_MEMORY_MB))


if __name__ == "__main__":
    main()
