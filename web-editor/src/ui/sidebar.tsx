// Beside the text: the outline, and the form of the resource at the cursor.
import { resourceNameAt, cursor, editor, outline, type OutlineSymbol } from '../controller.ts';
import * as preview from '../state/preview.ts';
import * as state from '../state/project.ts';
import { syntaxOf } from '../state/project.ts';
import { paletteOpen, sideTab } from '../state/ui.ts';
import { FormPane } from '../panes/form.tsx';
import { Icon } from './icons.tsx';

export function Sidebar() {
  return (
    <aside class="side" aria-label="Outline and form">
      <div class="side-head">
        <div class="segments" role="group" aria-label="Side panel">
          <button type="button" aria-pressed={sideTab.value === 'outline'} onClick={() => (sideTab.value = 'outline')}>
            Outline
          </button>
          <button type="button" aria-pressed={sideTab.value === 'form'} onClick={() => (sideTab.value = 'form')}>
            Form
          </button>
        </div>
        <button type="button" class="button small add" onClick={() => (paletteOpen.value = true)} title="Add a resource (Ctrl+K)">
          <Icon name="plus" /> Add
        </button>
      </div>
      <div class="side-body">{sideTab.value === 'outline' ? <Outline /> : <FormPane />}</div>
    </aside>
  );
}

function Outline() {
  const symbols = outline.value;
  if (syntaxOf(state.config.value) === 'typescript') return <p class="empty">A program has no outline: its resources are on the right, under “Resources”, each with a way to the call that made it.</p>;
  if (symbols.length === 0) return <p class="empty">The outline shows the resources and sections of the config. Start with “Add”, or type in the editor.</p>;
  return (
    <nav class="outline" aria-label="Outline">
      {symbols.map((symbol) => (
        <Section key={symbol.name} symbol={symbol} />
      ))}
    </nav>
  );
}

function Section({ symbol }: { symbol: OutlineSymbol }) {
  return (
    <section>
      <h2>
        <button type="button" onClick={() => go(symbol)}>
          {symbol.name}
        </button>
        {symbol.children.length > 0 && <span class="count">{symbol.children.length}</span>}
      </h2>
      <ul role="list">
        {symbol.children.map((child) => (
          <Entry key={child.name} symbol={child} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ symbol }: { symbol: OutlineSymbol }) {
  const here = symbol.kind === 'resource' && resourceNameAt(cursor.value) === symbol.name;
  const trouble = worst(symbol);
  return (
    <li>
      <button type="button" class="outline-entry" aria-current={here ? 'true' : undefined} onClick={() => go(symbol)}>
        <span class="outline-name">{symbol.name}</span>
        {symbol.detail && <span class="outline-detail">{symbol.detail}</span>}
        {trouble && <span class={`dot ${trouble}`} role="img" aria-label={`has ${trouble}s`} />}
      </button>
    </li>
  );
}

function worst(symbol: OutlineSymbol): 'error' | 'warning' | undefined {
  const { start, end } = symbol.range;
  const inside = preview.diagnostics.value.filter((d) => d.place && d.place.range.start.offset >= start.offset && d.place.range.start.offset <= end.offset);
  if (inside.some((d) => d.severity === 'error')) return 'error';
  return inside.length > 0 ? 'warning' : undefined;
}

function go(symbol: OutlineSymbol): void {
  const { start } = symbol.nameRange;
  editor.goTo(start.offset, start.offset, true);
}
