// Cost and comparison, without a browser.
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compare, overlaps, readTable, type Template } from '../src/compare/compare.ts';
import { parseTemplate } from '../src/compare/parse.ts';
import { costOf, monthly } from '../src/cost/cost.ts';
import { known, put } from '../src/panes/facts-model.ts';

const table = gunzipSync(readFileSync(new URL('../../host-cli/simulator/data/resource-types.txt.gz', import.meta.url))).toString();
const createOnly = readTable(
  table
    .split('\n')
    .map((line) => line.split('\t'))
    .map((c) => [c[0], c[5], c[6]].join('\t'))
    .join('\n'),
);

const queue = (properties: object, more: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties, ...more });
const change = (before: Record<string, unknown>, after: Record<string, unknown>) => compare({ Resources: before } as Template, { Resources: after } as Template, createOnly);

test('create, update, replace and delete are told apart', () => {
  const { changes, unchanged } = change(
    { A: queue({ VisibilityTimeout: 30 }), B: queue({ QueueName: 'b' }), C: queue({}), Same: queue({ VisibilityTimeout: '30' }), D: queue({}, { DeletionPolicy: 'Retain' }) },
    { A: queue({ VisibilityTimeout: 60 }), B: queue({ QueueName: 'c' }, {}), New: queue({}), Same: queue({ VisibilityTimeout: 30 }), C: { Type: 'AWS::SNS::Topic' } },
  );
  expect(changes.map((c) => [c.logicalId, c.action, c.causes])).toEqual([
    ['D', 'delete', []],
    ['B', 'replace', ['QueueName']],
    ['C', 'replace', ['Type']],
    ['A', 'update', []],
    ['New', 'create', []],
  ]);
  expect(changes[0]!.keeps).toBe(true);
  expect(changes.find((c) => c.logicalId === 'A')!.paths).toEqual(['VisibilityTimeout']);
  expect(unchanged).toBe(1);
});

test('nested create-only properties, lists and code that is not packaged yet', () => {
  expect(overlaps('A/*/B', 'A/3/B') && overlaps('A/B', 'A') && !overlaps('A/B', 'A/C')).toBe(true);
  const table = (name: string) => ({ Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 't', KeySchema: [{ AttributeName: name, KeyType: 'HASH' }] } });
  expect(change({ T: table('a') }, { T: table('b') }).changes).toMatchObject([{ action: 'mayReplace', causes: ['KeySchema/0/AttributeName'] }]);
  const code = (key: string) => ({ Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'b', S3Key: key } } });
  expect(change({ F: code('f/123.zip') }, { F: code('f/unpackaged.zip') })).toMatchObject({ changes: [], codeOnly: ['F'] });
});

test('YAML with short forms is the same as JSON with long forms', () => {
  const yaml = `Resources:
  A:
    Type: AWS::X::Y
    Properties:
      a: !Ref B
      b: !GetAtt B.Arn
      c: !Sub
        - '\${x}'
        - { x: !GetAtt [B, Name] }
      d: !Join ['', [a, !ImportValue e]]
      e: !If [Cond, !Ref AWS::NoValue, 3]
      f: !FindInMap [a, b, c]
      g: 2010-09-09
`;
  expect(parseTemplate(yaml)).toEqual({
    Resources: {
      A: {
        Type: 'AWS::X::Y',
        Properties: {
          a: { Ref: 'B' },
          b: { 'Fn::GetAtt': ['B', 'Arn'] },
          c: { 'Fn::Sub': ['${x}', { x: { 'Fn::GetAtt': ['B', 'Name'] } }] },
          d: { 'Fn::Join': ['', ['a', { 'Fn::ImportValue': 'e' }]] },
          e: { 'Fn::If': ['Cond', { Ref: 'AWS::NoValue' }, 3] },
          f: { 'Fn::FindInMap': ['a', 'b', 'c'] },
          g: '2010-09-09',
        },
      },
    },
  });
  expect(() => parseTemplate('a: 1')).toThrow(/no CloudFormation template/);
  expect(() => parseTemplate('{"Resources"')).toThrow(/not valid JSON/);
  expect(() => parseTemplate('Resources: [\n')).toThrow(/not valid YAML/);
});

test('fixed cost adds up, and what is unknown is said', () => {
  const { lines, total, unknown, byUse } = costOf({
    Resources: {
      Nat: { Type: 'AWS::EC2::NatGateway' },
      Ip: { Type: 'AWS::EC2::EIP' },
      Wall: { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}] } },
      Service: { Type: 'AWS::ECS::Service', Properties: { DesiredCount: 1, LaunchType: 'FARGATE', TaskDefinition: { Ref: 'Task' } } },
      Target: { Type: 'AWS::ApplicationAutoScaling::ScalableTarget', Properties: { MinCapacity: 2, ResourceId: { 'Fn::Join': ['/', ['service', { 'Fn::GetAtt': ['Service', 'Name'] }]] } } },
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '512', Memory: '1024' } },
      Db: { Type: 'AWS::RDS::DBInstance' },
      Table: { Type: 'AWS::DynamoDB::GlobalTable' },
      Role: { Type: 'AWS::IAM::Role' },
    },
  });
  expect(Object.fromEntries(lines.map((l) => [l.logicalId, Number(l.monthly.toFixed(2))]))).toEqual({ Nat: 32.85, Ip: 3.65, Wall: 7, Service: 36.04 });
  expect(total).toBeCloseTo(monthly('natGateway') + monthly('publicAddress') + 7 + 36.0401, 1);
  expect(unknown.map((u) => u.logicalId)).toEqual(['Db']);
  expect(byUse).toEqual(['DynamoDB::GlobalTable']);
});

test('facts are put in and taken out again', () => {
  let facts = put({}, ['domains', 'example.com'], { hostedZoneId: 'Z1' });
  facts = put(facts, ['verifiedSenders', 'a@example.com'], true);
  facts = put(facts, ['stackOutputs', 'net', 'VpcId'], null);
  expect(facts).toEqual({ domains: { 'example.com': { hostedZoneId: 'Z1' } }, verifiedSenders: ['a@example.com'], stackOutputs: { net: { VpcId: null } } });
  expect(known(facts).map((f) => f.label)).toEqual(['Domain example.com', 'Sender a@example.com', 'Output VpcId of net']);
  for (const { path } of known(facts)) facts = put(facts, path, undefined);
  expect(facts).toEqual({});
});
