// Which resource needs which, as a picture.
import { useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { editor, outline } from '../controller.ts';
import * as preview from '../state/preview.ts';
import { layout, type Node } from './graph-layout.ts';

const WIDTH = 150;
const HEIGHT = 46;
const GAP_X = 50;
const GAP_Y = 18;
const MARGIN = 16;
const x = (node: Node) => MARGIN + node.column * (WIDTH + GAP_X);
const y = (node: Node) => MARGIN + node.row * (HEIGHT + GAP_Y);

export function GraphPane() {
  const details = preview.detail.value?.details;
  const hovered = useSignal<string | undefined>(undefined);
  const symbols = outline.value.find((s) => s.name === 'resources')?.children ?? [];
  const types = new Map(symbols.map((s) => [s.name, s.detail]));
  const owners = preview.template.value?.resources.map((r) => r.resource?.split('.')[0]).filter((name) => name !== undefined) ?? [];
  const names = [...new Set([...owners])].sort();
  const connections = (details?.connections ?? []).map(({ from, to }) => ({ from: from.split('.')[0]!, to: to.split('.')[0]! }));
  const edges = [...new Map(connections.map((c) => [`${c.from} ${c.to}`, c])).values()];
  const key = `${names.join()} ${edges.map((e) => `${e.from}>${e.to}`).join()}`;
  const made = useMemo(() => layout(names, edges), [key]);
  if (names.length === 0) return <p class="empty">The graph shows the resources of the config and what connects them.</p>;
  const near = (name: string) => hovered.value === undefined || hovered.value === name || edges.some((e) => (e.from === hovered.value && e.to === name) || (e.to === hovered.value && e.from === name));
  const width = made.columns * (WIDTH + GAP_X) - GAP_X + 2 * MARGIN;
  const height = made.rows * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN;
  return (
    <>
      <p class="lead">An arrow goes from a resource to what it needs: something that it makes refers to something that the other makes.</p>
      <div class="graph-scroll" tabIndex={0} role="region" aria-label="Graph">
        <svg class="graph" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label="Connections of the resources">
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M0 0.5 7 4 0 7.5z" />
            </marker>
          </defs>
          {made.edges.map(({ from, to }) => (
            <path key={`${from.name} ${to.name}`} class={`edge ${hovered.value === from.name || hovered.value === to.name ? 'near' : hovered.value ? 'far' : ''}`} d={curve(from, to)} marker-end="url(#arrow)" />
          ))}
          {made.nodes.map((node) => (
            <g
              key={node.name}
              class={`node ${near(node.name) ? '' : 'far'}`}
              transform={`translate(${x(node)} ${y(node)})`}
              role="button"
              tabIndex={0}
              aria-label={describe(node.name, types.get(node.name), edges)}
              onPointerEnter={() => (hovered.value = node.name)}
              onPointerLeave={() => (hovered.value = undefined)}
              onFocus={() => (hovered.value = node.name)}
              onBlur={() => (hovered.value = undefined)}
              onClick={() => go(node.name)}
              onKeyDown={(event) => event.key === 'Enter' && go(node.name)}
            >
              <rect width={WIDTH} height={HEIGHT} rx="8" />
              <text aria-hidden="true" class="node-name" x="12" y="19">
                {`${cut(node.name, 17)} `}
              </text>
              <text aria-hidden="true" class="node-type" x="12" y="35">
                {cut(types.get(node.name) ?? '', 23)}
              </text>
            </g>
          ))}
        </svg>
      </div>
    </>
  );
}

function go(name: string): void {
  const symbol = outline.value.find((s) => s.name === 'resources')?.children.find((s) => s.name === name);
  if (symbol) editor.goTo(symbol.nameRange.start.offset, symbol.nameRange.start.offset, true);
}

function curve(from: Node, to: Node): string {
  const [x1, y1] = [x(from) + WIDTH, y(from) + HEIGHT / 2];
  const [x2, y2] = [x(to), y(to) + HEIGHT / 2];
  if (to.column > from.column) {
    const bend = Math.max(36, (x2 - x1) / 2);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 1} ${y2}`;
  }
  // Backwards, or within a column: round the outside.
  const side = Math.max(x1, x2 + WIDTH) + 34;
  return `M${x1} ${y1}C${side} ${y1} ${side} ${y2} ${x2 + WIDTH + 1} ${y2}`;
}

function describe(name: string, type: string | undefined, edges: readonly { from: string; to: string }[]): string {
  const needs = edges.filter((e) => e.from === name).map((e) => e.to);
  return `${name}${type ? ` ${type}` : ''}${needs.length ? `, needs ${needs.join(', ')}` : ''}`;
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
