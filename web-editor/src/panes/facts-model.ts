// How each kind of fact is asked for, and where it stands in a fact file (docs/facts.md).
import type { MissingFact } from '../compiler/protocol.ts';

type Facts = Record<string, unknown>;
type Path = readonly string[];
type Values = Record<string, string>;

export interface Field {
  name: string;
  label: string;
  example?: string;
  optional?: boolean;
  numeric?: boolean;
  choices?: readonly string[];
  pattern?: RegExp;
  /** What `pattern` wants, in words. */
  wanted?: string;
}

export interface Card {
  title: string;
  about: string;
  path: Path;
  fields: readonly Field[];
  value(values: Values): unknown;
  /** Words for "I looked: there is none". */
  absent?: string;
}

type CardOf<K extends MissingFact['kind']> = (fact: Extract<MissingFact, { kind: K }>) => Card;

const list = (text: string) => text.split(/[\s,]+/).filter(Boolean);

export const CARDS: { [K in MissingFact['kind']]: CardOf<K> } = {
  accountId: () => ({
    title: 'AWS account',
    about: 'Physical names hold a hash of it, and policies its number.',
    path: ['accountId'],
    fields: [{ name: 'id', label: 'Account id', example: '123456789012', numeric: true, pattern: /^\d{12}$/, wanted: 'an account id has twelve digits' }],
    value: ({ id }) => id,
  }),
  git: ({ property }) => ({
    title: `git: ${property}`,
    about: 'Read from the working copy on a deploy.',
    path: ['git', property],
    fields: [property === 'hasUncommitedChanges' ? { name: 'value', label: property, choices: ['false', 'true'] } : { name: 'value', label: property }],
    value: ({ value }) => (property === 'hasUncommitedChanges' ? value === 'true' : value),
  }),
  domain: ({ name }) => ({
    title: `Domain ${name}`,
    about: 'The Route 53 hosted zone that serves it, and the certificates that cover it.',
    path: ['domains', name],
    fields: [
      { name: 'zone', label: 'Hosted zone id', example: 'Z0123456789ABC' },
      { name: 'region', label: 'Region of the certificate', example: 'us-east-1', optional: true },
      { name: 'certificate', label: 'ARN of the certificate', example: 'arn:aws:acm:…', optional: true, pattern: /^arn:/, wanted: 'an ARN starts with arn:' },
    ],
    value: ({ zone, region, certificate }) => ({ hostedZoneId: zone, ...(region && certificate ? { certificates: { [region]: certificate } } : {}) }),
    absent: 'There is no hosted zone',
  }),
  secretVersion: ({ name }) => ({
    title: `Secret ${name}`,
    about: 'The id of its current version in Secrets Manager; the value itself never gets here.',
    path: ['secretVersions', name],
    fields: [{ name: 'version', label: 'Version id', example: '6f1a…' }],
    value: ({ version }) => version,
    absent: 'There is no such secret',
  }),
  ssmParameter: ({ name }) => ({
    title: `Parameter ${name}`,
    about: 'Its current version and type in the SSM parameter store.',
    path: ['ssmParameterVersions', name],
    fields: [
      { name: 'version', label: 'Version', example: '1', numeric: true, pattern: /^[1-9]\d*$/, wanted: 'a whole number from 1' },
      { name: 'type', label: 'Type', choices: ['String', 'SecureString'] },
    ],
    value: ({ version, type }) => ({ version: Number(version), secure: type === 'SecureString' }),
    absent: 'There is no such parameter',
  }),
  stackOutput: ({ stack, output, region }) => ({
    title: `Output ${output} of ${stack}`,
    about: region ? `From the stack in ${region}.` : 'From another stack in the same region.',
    path: ['stackOutputs', region ? `${region}/${stack}` : stack, output],
    fields: [{ name: 'value', label: 'Value' }],
    value: ({ value }) => value,
    absent: 'There is no such output',
  }),
  vpc: ({ id }) => ({
    title: `VPC ${id}`,
    about: 'The network that the stack reuses.',
    path: ['vpcs', id],
    fields: [
      { name: 'id', label: 'VPC id', example: 'vpc-0123abcd', optional: id.startsWith('vpc-'), pattern: /^vpc-/, wanted: 'a VPC id starts with vpc-' },
      { name: 'cidr', label: 'CIDR block', example: '10.0.0.0/16', pattern: /^\d+\.\d+\.\d+\.\d+\/\d+$/, wanted: 'such as 10.0.0.0/16' },
      { name: 'public', label: 'Public subnets', example: 'subnet-1, subnet-2', optional: true },
      { name: 'private', label: 'Private subnets', example: 'subnet-3, subnet-4', optional: true },
    ],
    value: (v) => ({ ...(v.id ? { id: v.id } : {}), cidr: v.cidr, publicSubnets: list(v.public ?? ''), privateSubnets: list(v.private ?? '') }),
    absent: 'There is no such VPC',
  }),
  instanceType: ({ name }) => ({
    title: `Instance type ${name}`,
    about: 'How large it is.',
    path: ['instanceTypes', name],
    fields: [
      { name: 'vcpus', label: 'Virtual CPUs', example: '2', numeric: true, pattern: /^[1-9]\d*$/, wanted: 'a whole number from 1' },
      { name: 'memory', label: 'Memory in MiB', example: '4096', numeric: true, pattern: /^[1-9]\d*$/, wanted: 'a whole number from 1' },
      { name: 'architecture', label: 'Architecture', choices: ['x86_64', 'arm64'] },
    ],
    value: ({ vcpus, memory, architecture }) => ({ vcpus: Number(vcpus), memoryMib: Number(memory), architecture }),
    absent: 'There is no such type',
  }),
  verifiedSender: ({ address }) => ({
    title: `Sender ${address}`,
    about: 'Whether Amazon SES may send mail from this address.',
    path: ['verifiedSenders', address],
    fields: [],
    value: () => true,
  }),
};

/** Facts with the value at a path; `undefined` removes it, `null` says that the thing does not exist. */
export function put(facts: Facts, path: Path, value: unknown): Facts {
  const [key, ...rest] = path as [string, ...string[]];
  // The only section that is a list: of addresses.
  if (key === 'verifiedSenders') {
    const others = ((facts[key] as string[] | undefined) ?? []).filter((address) => address !== rest[0]);
    return trimmed({ ...facts, [key]: value === undefined ? others : [...others, rest[0]!] });
  }
  const inner = rest.length === 0 ? value : put((facts[key] as Facts | undefined) ?? {}, rest, value);
  return trimmed({ ...facts, [key]: inner });
}

/** Without what is empty. */
function trimmed(facts: Facts): Facts {
  const empty = (value: unknown) => value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => !empty(value)));
}

const SECTIONS: Record<string, string> = {
  domains: 'Domain',
  secretVersions: 'Secret',
  ssmParameterVersions: 'Parameter',
  vpcs: 'VPC',
  git: 'git',
  instanceTypes: 'Instance type',
};

/** What is filled in, as a list. */
export function known(facts: Facts): { path: Path; label: string; value: string }[] {
  const say = (value: unknown) => (value === null ? 'does not exist' : typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(facts).flatMap(([section, value]) => {
    if (section === 'accountId') return [{ path: [section], label: 'AWS account', value: say(value) }];
    if (section === 'verifiedSenders' && Array.isArray(value)) return value.map((address: string) => ({ path: [section, address], label: `Sender ${address}`, value: 'may send' }));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, fact]) => {
      if (section !== 'stackOutputs') return [{ path: [section, name], label: `${SECTIONS[section] ?? section} ${name}`, value: say(fact) }];
      return Object.entries((fact ?? {}) as Facts).map(([output, text]) => ({ path: [section, name, output], label: `Output ${output} of ${name}`, value: say(text) }));
    });
  });
}
