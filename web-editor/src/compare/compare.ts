// What a deploy would change: a template that is deployed against the one of the editor. Without AWS, so replacement is told from the create-only
// properties of the resource schemas; where those depend on the value, it says "may".

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export interface Template {
  Resources?: Record<string, Resource>;
}
interface Resource {
  Type?: string;
  Properties?: { [key: string]: Json };
  [key: string]: Json | undefined;
}

export type Action = 'create' | 'update' | 'replace' | 'mayReplace' | 'delete';

export interface Change {
  logicalId: string;
  type: string;
  action: Action;
  /** Paths of what differs, such as `Environment/Variables/LEVEL`; at most a few. */
  paths: string[];
  /** The paths that cause a replacement. */
  causes: string[];
  /** On a deletion or replacement: what happens to the old resource's data. */
  keeps: boolean;
}

export interface Comparison {
  changes: Change[];
  unchanged: number;
  /** Resources that differ in nothing but code that is not packaged yet. */
  codeOnly: string[];
}

/** Create-only and conditionally create-only properties by type. */
export type CreateOnly = ReadonlyMap<string, { always: readonly string[]; sometimes: readonly string[] }>;

const MAX_PATHS = 12;
const ORDER: readonly Action[] = ['delete', 'replace', 'mayReplace', 'update', 'create'];

export function compare(deployed: Template, made: Template, createOnly: CreateOnly): Comparison {
  const before = deployed.Resources ?? {};
  const after = made.Resources ?? {};
  const out: Comparison = { changes: [], unchanged: 0, codeOnly: [] };
  for (const id of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [a, b] = [before[id], after[id]];
    if (!a) out.changes.push({ logicalId: id, type: b!.Type ?? '', action: 'create', paths: [], causes: [], keeps: false });
    else if (!b) out.changes.push({ logicalId: id, type: a.Type ?? '', action: 'delete', paths: [], causes: [], keeps: /^Retain/.test(String(a.DeletionPolicy ?? '')) });
    else both(id, a, b, createOnly, out);
  }
  out.changes.sort((x, y) => ORDER.indexOf(x.action) - ORDER.indexOf(y.action));
  return out;
}

function both(id: string, a: Resource, b: Resource, createOnly: CreateOnly, out: Comparison): void {
  const keeps = /^Retain/.test(String(a.UpdateReplacePolicy ?? ''));
  const type = b.Type ?? '';
  if (a.Type !== b.Type) {
    out.changes.push({ logicalId: id, type, action: 'replace', paths: ['Type'], causes: ['Type'], keeps });
    return;
  }
  const differences: string[] = [];
  const code: string[] = [];
  differ(a.Properties ?? {}, b.Properties ?? {}, '', differences, code);
  const attributes: string[] = [];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) if (!['Type', 'Properties', 'Metadata'].includes(key)) differ(a[key] ?? null, b[key] ?? null, key, attributes, code);
  if (differences.length + attributes.length === 0) {
    if (code.length > 0) out.codeOnly.push(id);
    else out.unchanged++;
    return;
  }
  const known = createOnly.get(type.startsWith('Custom::') ? 'AWS::CloudFormation::CustomResource' : type);
  const hit = (patterns: readonly string[] | undefined) => differences.filter((path) => patterns?.some((pattern) => overlaps(pattern, path)));
  const always = hit(known?.always);
  const sometimes = hit(known?.sometimes);
  const action: Action = always.length > 0 ? 'replace' : sometimes.length > 0 ? 'mayReplace' : 'update';
  const causes = always.length > 0 ? always : sometimes;
  out.changes.push({ logicalId: id, type, action, paths: [...differences, ...attributes].slice(0, MAX_PATHS), causes, keeps });
}

/** Collects the paths at which two values differ. CloudFormation takes `5` and `"5"` for the same. */
function differ(a: Json, b: Json, path: string, out: string[], code: string[]): void {
  if (a === b) return;
  if (isScalar(a) && isScalar(b)) {
    if (String(a ?? '') === String(b ?? '') && (a === null) === (b === null)) return;
    (/(^|[/:])unpackaged(\.zip)?$/.test(String(b)) ? code : out).push(path || '.');
  } else if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) out.push(path || '.');
    else a.forEach((item, index) => differ(item, b[index]!, join(path, String(index)), out, code));
  } else if (isMap(a) && isMap(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const [x, y] = [a[key], b[key]];
      if (x === undefined || y === undefined) out.push(join(path, key));
      else differ(x, y, join(path, key), out, code);
    }
  } else if (typeof b === 'string' && /(^|[/:])unpackaged(\.zip)?$/.test(b)) code.push(path);
  else out.push(path || '.');
}

const isScalar = (value: Json): value is null | boolean | number | string => typeof value !== 'object' || value === null;
const isMap = (value: Json): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);
const join = (path: string, key: string) => (path ? `${path}/${key}` : key);

/** A pattern and a changed path concern each other when one lies within the other: a changed parent may hold the create-only child. */
export function overlaps(pattern: string, path: string): boolean {
  const [want, have] = [pattern.split('/'), path.split('/')];
  for (let i = 0; i < Math.min(want.length, have.length); i++) if (want[i] !== have[i] && want[i] !== '*') return false;
  return true;
}

/** Reads the table that the build made: type, create-only, conditionally create-only properties, separated by tabs. */
export function readTable(text: string): CreateOnly {
  const list = (column: string | undefined) => (column ? column.split(' ') : []);
  return new Map(
    text.split('\n').map((line) => {
      const [type, always, sometimes] = line.split('\t');
      return [type ?? '', { always: list(always), sometimes: list(sometimes) }];
    }),
  );
}
