// The authoring library: what a config's classes, references and functions become.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as stacktape from '../src/index.js';
import { evaluate } from '../src/evaluate.js';

const { defineConfig, $CfFormat, $GitInfo, $ResourceParam, $Secret, $Stage, Alarm, ConfigError } = stacktape;
const { ApplicationLoadBalancer, Bucket, DynamoDbTable, HttpApiIntegration, LambdaDurationTrigger, LambdaFunction, SqsQueue, SqsQueueNotEmptyTrigger } = stacktape;
const params = { projectName: 'shop', stage: 'dev', region: 'eu-west-1', command: 'synth', awsProfile: 'default', user: { id: '', name: '', email: '' }, cliArgs: {} };
const evaluated = (config) => evaluate({ default: defineConfig(config) }, params);
const configOf = async (config) => (await evaluated(config)).config;

test('a config of classes is the config of a YAML file', async () => {
  const config = await configOf(({ stage }) => {
    const orders = new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'string' } } });
    const place = new LambdaFunction({
      packaging: { type: 'stacktape-lambda-buildpack', properties: { entryfilePath: './a.ts' } },
      connectTo: [orders, 'files', stacktape.AWS_SES],
      environment: { STAGE: stage, RETRIES: 3, DEBUG: undefined },
      events: [new HttpApiIntegration({ httpApiGatewayName: 'api', method: 'GET', path: '/' })],
    });
    return { resources: { orders, place, jobs: new SqsQueue() } };
  });
  assert.deepEqual(config, {
    resources: {
      orders: { type: 'dynamo-db-table', properties: { primaryKey: { partitionKey: { name: 'id', type: 'string' } } } },
      place: {
        type: 'function',
        properties: {
          packaging: { type: 'stacktape-lambda-buildpack', properties: { entryfilePath: './a.ts' } },
          connectTo: ['orders', 'files', 'aws:ses'],
          environment: [{ name: 'STAGE', value: 'dev' }, { name: 'RETRIES', value: 3 }],
          events: [{ type: 'http-api-gateway', properties: { httpApiGatewayName: 'api', method: 'GET', path: '/' } }],
        },
      },
      jobs: { type: 'sqs-queue' },
    },
  });
});

test('references are known late, inside texts too', async () => {
  const { resources } = await configOf(() => {
    const table = new DynamoDbTable({});
    const balancer = new ApplicationLoadBalancer();
    const environment = {
      NAME: table.resourceName,
      TEXT: `the ${table} and ${table.resourceName}`,
      ARN: table.arn,
      INDEX: `${table.arn}/index/*`,
      BOTH: `${table.arn} ${balancer.port8080}`,
      PAIR: `${table.arn}${balancer.url}`,
      JSON: JSON.stringify({ a: table.arn, b: {} }),
      CALL: $CfFormat('{}-{}', table.name, $Stage()),
      MIXED: $CfFormat(`${table.arn}: {} it's "{}"`, $Secret('a.b'), 5),
      NESTED: $CfFormat('<{}>', `${table.arn}!`),
      PARAM: $ResourceParam(table, 'arn'),
      SLASH: `${table.arn}\\`,
    };
    return { resources: { orders: table, web: balancer, f: new LambdaFunction({ environment }) } };
  });
  const found = Object.fromEntries(resources.f.properties.environment.map(({ name, value }) => [name, value]));
  assert.deepEqual(found, {
    NAME: 'orders',
    TEXT: 'the orders and orders',
    ARN: "$ResourceParam('orders', 'arn')",
    INDEX: "$CfFormat('{}/index/*', $ResourceParam('orders', 'arn'))",
    BOTH: "$CfFormat('{} {}', $ResourceParam('orders', 'arn'), $ResourceParam('web', 'port8080'))",
    PAIR: "$CfFormat('{}{}', $ResourceParam('orders', 'arn'), $ResourceParam('web', 'url'))",
    JSON: `$CfFormat('{"a":"{}","b":{}}', $ResourceParam('orders', 'arn'), '{}')`,
    CALL: "$CfFormat('{}-{}', $ResourceParam('orders', 'name'), $Stage())",
    MIXED: `$CfFormat('{}: {} it\\'s "{}"', $ResourceParam('orders', 'arn'), $Secret('a.b'), 5)`,
    NESTED: "$CfFormat('<{}>', $CfFormat('{}!', $ResourceParam('orders', 'arn')))",
    PARAM: "$ResourceParam('orders', 'arn')",
    SLASH: "$CfFormat('{}\\{}', $ResourceParam('orders', 'arn'), '')",
  });
});

test('the older form names the resource at once', async () => {
  const queue = new SqsQueue('jobs', { delayMessagesSecond: 5 });
  assert.equal(queue.resourceName, 'jobs');
  assert.equal(queue.arn, "$ResourceParam('jobs', 'arn')");
  assert.deepEqual(await configOf(() => ({ resources: { jobs: queue } })), { resources: { jobs: { type: 'sqs-queue', properties: { delayMessagesSecond: 5 } } } });
  await assert.rejects(configOf(() => ({ resources: { other: queue } })), /under `other` was made with the name `jobs`/);
});

test('overrides become paths, transforms callbacks', async () => {
  const { config, transforms, finalTransform } = await evaluated(() => {
    const table = new DynamoDbTable({});
    const f = new LambdaFunction({
      overrides: { lambda: { Environment: { Variables: { A: 1, T: table.arn } }, 'VpcConfig.X': 1, Tags: [{ Key: 'a' }], Role: { Ref: 'R' } }, GLogGroup: { P: { 'a.b': 1 } } },
      transforms: { lambda: (properties) => ({ ...properties, MemorySize: properties.MemorySize * 2, Table: `${table.arn}/x` }) },
    });
    return { resources: { t: table, f, plain: { type: 'sqs-queue', transforms: { PlainQueue: (p) => p } } }, finalTransform: (template) => ({ ...template, Done: true }) };
  });
  assert.deepEqual(config.resources.f, {
    type: 'function',
    properties: {},
    overrides: {
      lambda: { 'Environment.Variables.A': 1, 'Environment.Variables.T': "$ResourceParam('t', 'arn')", 'VpcConfig.X': 1, Tags: [{ Key: 'a' }], Role: { Ref: 'R' } },
      GLogGroup: { P: { 'a.b': 1 } },
    },
  });
  assert.deepEqual(transforms.map(({ resource, child }) => [resource, child]), [['f', 'lambda'], ['plain', 'PlainQueue']]);
  assert.deepEqual(transforms[0].call({ MemorySize: 4 }), { MemorySize: 8, Table: "$CfFormat('{}/x', $ResourceParam('t', 'arn'))" });
  assert.deepEqual(config.resources.plain, { type: 'sqs-queue' });
  assert.equal('finalTransform' in config, false);
  assert.deepEqual(finalTransform({ A: 1 }), { A: 1, Done: true });
});

test('a transform must return an object at once', async () => {
  const call = async (transform) => (await evaluated(() => ({ resources: { f: new SqsQueue({ transforms: { sqsQueue: transform } }) } }))).transforms[0].call({});
  await assert.rejects(call(() => {}), /the transform of f.sqsQueue must return an object, not nothing/);
  await assert.rejects(call(async () => ({})), /returned a promise/);
  await assert.rejects(call(5), /must be a function/);
});

test('every construct has the place of its call', async () => {
  const { places } = await evaluated(() => {
    const table = new DynamoDbTable({});
    class Worker extends LambdaFunction {}
    return {
      resources: {
        table,
        'a/b~c': new Worker({
          alarms: [new Alarm({ trigger: new LambdaDurationTrigger({ thresholdMilliseconds: 1 }) })],
        }),
      },
    };
  });
  const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
  const at = places.map(([pointer, file, line, column]) => [pointer, file === import.meta.url, lines[line - 1].slice(column - 1).match(/^(new )?\w+/)?.[0]]);
  assert.deepEqual(at, [
    ['', true, 'defineConfig'],
    ['/resources/table', true, 'new DynamoDbTable'],
    ['/resources/a~1b~0c', true, 'new Worker'],
    ['/resources/a~1b~0c/properties/alarms/0', true, 'new Alarm'],
    ['/resources/a~1b~0c/properties/alarms/0/trigger', true, 'new LambdaDurationTrigger'],
  ]);
});

test('what a module may export', async () => {
  const config = { resources: { q: new SqsQueue() } };
  const plain = { resources: { q: { type: 'sqs-queue' } } };
  const exported = [{ default: config }, { default: () => config }, { default: async () => config }, { getConfig: () => config }, { default: { default: defineConfig(() => config) } }, { default: defineConfig(config) }];
  for (const namespace of exported) assert.deepEqual((await evaluate(namespace, params)).config, plain);
  await assert.rejects(evaluate({}, params), /exports nothing/);
  await assert.rejects(evaluate({ default: () => [] }, params), /must be an object with `resources`, not a list/);
});

test('values that no config can hold are refused at their place', async () => {
  const withValue = (value) => configOf(() => ({ resources: { q: new SqsQueue({ value }) } }));
  await assert.rejects(withValue(() => 1), /\/resources\/q\/properties\/value is a value of type function/);
  await assert.rejects(withValue(NaN), /is NaN/);
  await assert.rejects(withValue(5n), /bigint/);
  const circle = {};
  circle.self = [circle];
  await assert.rejects(withValue(circle), /contains itself/);
  let deep = {};
  for (let i = 0; i < 200; i++) deep = { deep };
  await assert.rejects(withValue(deep), /nested more than 100 deep/);
  assert.deepEqual((await withValue([new Date(0), null, undefined, { a: undefined }])).resources.q.properties.value, ['1970-01-01T00:00:00.000Z', null, null, {}]);
  assert.throws(() => new SqsQueue(['x']), ConfigError);
});

test('a resource that has no name, or two', async () => {
  await assert.rejects(configOf(() => ({ resources: { f: new LambdaFunction({ connectTo: [new Bucket()] }) } })), /\/resources\/f\/properties\/connectTo\/0 refers to a Bucket that is not among the `resources`/);
  await assert.rejects(configOf(() => ({ variables: { a: `x ${new Bucket().arn}` }, resources: {} })), /\/variables\/a refers to a Bucket/);
  const queue = new SqsQueue();
  await assert.rejects(configOf(() => ({ resources: { a: queue, b: queue } })), /`a` and `b` are the same SqsQueue/);
});

test('a type without properties, directives, keys', async () => {
  const config = await configOf(() => {
    const bucket = new Bucket();
    return { stackConfig: { outputs: [{ name: 'x', value: $GitInfo('branch') }] }, resources: { files: bucket, trigger: new SqsQueueNotEmptyTrigger() }, cloudformationResources: { [`${bucket}Extra`]: { Type: 'A::B::C' } } };
  });
  assert.deepEqual(config, {
    stackConfig: { outputs: [{ name: 'x', value: "$GitInfo('branch')" }] },
    resources: { files: { type: 'bucket' }, trigger: { type: 'sqs-queue-not-empty' } },
    cloudformationResources: { filesExtra: { Type: 'A::B::C' } },
  });
});
