// Places the resources of a config in columns, so that arrows run from left to right. Layers by longest path, after edges that close a circle are
// turned round; order within a column by the middle of the neighbours, a few times back and forth.

export interface Node {
  name: string;
  column: number;
  row: number;
}

export interface Layout {
  nodes: Node[];
  edges: { from: Node; to: Node }[];
  columns: number;
  rows: number;
}

export function layout(names: readonly string[], edges: readonly { from: string; to: string }[]): Layout {
  const known = new Set(names);
  const real = edges.filter((e) => known.has(e.from) && known.has(e.to) && e.from !== e.to);
  const forward = withoutCircles(names, real);
  const column = columns(names, forward);
  const linked = new Set(real.flatMap((e) => [e.from, e.to]));
  const lonely = names.filter((name) => !linked.has(name));
  const byColumn = new Map<number, string[]>();
  for (const name of names) if (linked.has(name)) byColumn.set(column.get(name)!, [...(byColumn.get(column.get(name)!) ?? []), name]);
  const order = [...byColumn.keys()].sort((a, b) => a - b).map((key) => byColumn.get(key)!);
  const rows = untangle(order, real);
  // What is connected with nothing stands below, in as many columns as there are.
  const width = Math.max(order.length, 1);
  const below = Math.max(0, ...order.map((c) => c.length));
  const nodes: Node[] = order.flatMap((c, i) => c.map((name) => ({ name, column: i, row: rows.get(name)! })));
  lonely.forEach((name, i) => nodes.push({ name, column: i % width, row: below + Math.floor(i / width) }));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return {
    nodes,
    edges: real.map((e) => ({ from: byName.get(e.from)!, to: byName.get(e.to)! })),
    columns: width,
    rows: Math.max(0, ...nodes.map((node) => node.row)) + 1,
  };
}

function withoutCircles(names: readonly string[], edges: readonly { from: string; to: string }[]): { from: string; to: string }[] {
  const out = new Map<string, string[]>();
  for (const { from, to } of edges) out.set(from, [...(out.get(from) ?? []), to]);
  const state = new Map<string, 'open' | 'done'>();
  const kept: { from: string; to: string }[] = [];
  const visit = (name: string) => {
    state.set(name, 'open');
    for (const next of out.get(name) ?? []) {
      if (state.get(next) === 'open') continue;
      kept.push({ from: name, to: next });
      if (!state.has(next)) visit(next);
    }
    state.set(name, 'done');
  };
  for (const name of names) if (!state.has(name)) visit(name);
  return kept;
}

function columns(names: readonly string[], edges: readonly { from: string; to: string }[]): Map<string, number> {
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) into.set(to, [...(into.get(to) ?? []), from]);
  const column = new Map<string, number>();
  const of = (name: string): number => {
    const known = column.get(name);
    if (known !== undefined) return known;
    const found = Math.max(-1, ...(into.get(name) ?? []).map(of)) + 1;
    column.set(name, found);
    return found;
  };
  names.forEach(of);
  return column;
}

function untangle(order: string[][], edges: readonly { from: string; to: string }[]): Map<string, number> {
  const near = new Map<string, string[]>();
  for (const { from, to } of edges) {
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  const row = new Map<string, number>();
  const place = (column: string[]) => column.forEach((name, i) => row.set(name, i + (Math.max(...order.map((c) => c.length)) - column.length) / 2));
  order.forEach(place);
  for (let pass = 0; pass < 6; pass++) {
    for (const column of pass % 2 ? [...order].reverse() : order) {
      const middle = (name: string) => {
        const rows = (near.get(name) ?? []).map((n) => row.get(n)!);
        return rows.length ? rows.reduce((a, b) => a + b, 0) / rows.length : row.get(name)!;
      };
      const weights = new Map(column.map((name) => [name, middle(name)]));
      column.sort((a, b) => weights.get(a)! - weights.get(b)!);
      place(column);
    }
  }
  return row;
}
