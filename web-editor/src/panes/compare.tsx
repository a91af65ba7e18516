// What would change if a stack that has the pasted template were updated.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, reveal } from '../controller.ts';
import type { Action, Change, Comparison } from '../compare/compare.ts';
import * as preview from '../state/preview.ts';
import { useSignalEffect } from '@preact/signals';

const pasted = signal('');
const result = signal<Comparison | undefined>(undefined);
const problem = signal('');
let worker: Worker | undefined;
let lastId = 0;

const WORDS: Record<Action, string> = { create: 'Create', update: 'Update', replace: 'Replace', mayReplace: 'May replace', delete: 'Delete' };

async function run(): Promise<void> {
  const deployed = pasted.peek();
  const id = ++lastId;
  if (!deployed.trim()) {
    result.value = undefined;
    problem.value = '';
    return;
  }
  const made = await ask<string | undefined>('templateJson').catch(() => undefined);
  if (made === undefined || id !== lastId) return;
  worker ??= new Worker(new URL('../compare/compare-worker.ts', import.meta.url), { type: 'module', name: 'compare' });
  worker.onmessage = ({ data }: MessageEvent<{ id: number; result?: Comparison; problem?: string }>) => {
    if (data.id !== lastId) return;
    problem.value = data.problem ?? '';
    result.value = data.result;
  };
  worker.postMessage({ id, deployed, made });
}

export function ComparePane() {
  useSignalEffect(() => {
    void preview.template.value?.revision;
    void pasted.value;
    void run();
  });
  useEffect(
    () => () => {
      worker?.terminate();
      worker = undefined;
    },
    [],
  );
  const found = result.value;
  return (
    <>
      <p class="lead">
        Paste the template of a deployed stack (<code>aws cloudformation get-template</code>), and see what an update to this config would do to it. It stays in this page.
      </p>
      <label class="field">
        <span>Deployed template, JSON or YAML</span>
        <textarea rows={found ? 4 : 10} spellcheck={false} value={pasted.value} onInput={(event) => (pasted.value = event.currentTarget.value)} />
      </label>
      {problem.value && (
        <p class="field-problem" role="alert">
          {problem.value}
        </p>
      )}
      {found && <Result found={found} />}
    </>
  );
}

function Result({ found }: { found: Comparison }) {
  const count = (action: Action) => found.changes.filter((c) => c.action === action).length;
  const counts = (Object.keys(WORDS) as Action[]).map((action) => [action, count(action)] as const).filter(([, n]) => n > 0);
  return (
    <section class="comparison" aria-label="Comparison">
      <p class="summary" role="status">
        {counts.map(([action, n]) => (
          <span key={action} class={`badge ${action}`}>
            {n} {WORDS[action].toLowerCase()}
          </span>
        ))}
        <span class="soft">{found.unchanged} unchanged</span>
      </p>
      <ul role="list">
        {found.changes.map((change) => (
          <li key={change.logicalId}>
            <ChangeRow change={change} />
          </li>
        ))}
      </ul>
      {found.codeOnly.length > 0 && <p class="soft">Only code, which is not packaged here: {found.codeOnly.join(', ')}</p>}
    </section>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { logicalId, type, action, paths, causes, keeps } = change;
  const resource = preview.template.value?.resources.find((r) => r.logicalId === logicalId);
  return (
    <div class="change">
      <span class={`badge ${action}`}>{WORDS[action]}</span>
      <div>
        {resource ? (
          <button type="button" class="link mono" onClick={() => reveal(resource)}>
            {logicalId}
          </button>
        ) : (
          <span class="mono">{logicalId}</span>
        )}
        <span class="sub">{type.replace(/^AWS::/, '')}</span>
        {paths.length > 0 && (
          <p class="paths">
            {paths.map((path) => (
              <code key={path} class={causes.includes(path) ? 'cause' : ''}>
                {path}
              </code>
            ))}
          </p>
        )}
        {action === 'replace' && <p class="sub">{causes.join(', ')} cannot change in place{keeps ? '; the old resource is kept' : '; the old resource is deleted with its data'}.</p>}
        {action === 'mayReplace' && <p class="sub">Whether {causes.join(', ')} can change in place depends on the value.</p>}
        {action === 'delete' && keeps && <p class="sub">It leaves the stack and is kept.</p>}
      </div>
    </div>
  );
}
