// The form of the resource at the cursor, made from the schema. Every change is an edit of the text that keeps comments and order.
import { useSignal, useSignalEffect } from '@preact/signals';
import type * as Compiler from '../../wasm/stacktape_wasm.js';
import { applyEdits, ask, cursor, editor, outline, resourceNameAt } from '../controller.ts';
import type { TextEdit } from '../editor/services.ts';
import * as state from '../state/project.ts';
import { notify } from '../ui/dialogs.tsx';
import { docs } from '../ui/markdown.ts';

type Form = NonNullable<ReturnType<typeof Compiler.form>>;
type Field = Form['fields'][number];

const escape = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

export function FormPane() {
  const name = useSignal<string | undefined>(undefined);
  const path = useSignal('');
  const form = useSignal<Form | undefined>(undefined);
  useSignalEffect(() => {
    void outline.value;
    const found = resourceNameAt(cursor.value);
    if (found !== undefined && found !== name.value) {
      name.value = found;
      path.value = `/resources/${escape(found)}`;
    }
  });
  useSignalEffect(() => {
    const project = state.project.value;
    const at = path.value;
    if (!at) return;
    void ask<Form | undefined>('form', at).then(
      (found) => {
        if (project !== state.project.peek()) return;
        form.value = found;
        if (!found && at.split('/').length > 3) path.value = at.slice(0, at.lastIndexOf('/'));
      },
      () => undefined,
    );
  });
  if (!name.value || !form.value) return <p class="empty">Put the cursor into a resource to see its form.</p>;
  const crumbs = path.value.split('/').slice(2);
  return (
    <div class="form">
      <nav class="crumbs" aria-label="Place in the config">
        {crumbs.map((crumb, index) => (
          <button key={index} type="button" class="link" aria-current={index === crumbs.length - 1 ? 'true' : undefined} onClick={() => (path.value = ['', 'resources', ...crumbs.slice(0, index + 1)].join('/'))}>
            {crumb.replaceAll('~1', '/').replaceAll('~0', '~')}
          </button>
        ))}
      </nav>
      {form.value.fields.map((field) => (
        <FieldRow key={field.path} field={field} open={(to) => (path.value = to)} />
      ))}
    </div>
  );
}

function FieldRow({ field, open }: { field: Field; open: (path: string) => void }) {
  const help = useSignal(false);
  const id = `field-${field.path}`;
  const set = field.value !== undefined;
  return (
    <div class={`form-row ${set ? 'set' : ''}`}>
      <div class="form-label">
        <label for={id}>
          {field.name}
          {field.required && <span class="required"> required</span>}
          {field.deprecated && <span class="deprecated"> deprecated</span>}
        </label>
        {field.docs && (
          <button type="button" class="help" aria-expanded={help.value} aria-label={`About ${field.name}`} onClick={() => (help.value = !help.value)}>
            ?
          </button>
        )}
      </div>
      <Control id={id} field={field} open={open} />
      {help.value && <div ref={(box) => void box?.replaceChildren(docs(field.docs))} />}
    </div>
  );
}

async function change(field: Field, value: unknown): Promise<void> {
  try {
    applyEdits(await ask<TextEdit[]>('setProperty', field.path, value === undefined ? undefined : JSON.stringify(value)));
  } catch (error) {
    notify((error as Error).message);
  }
}

function Control({ id, field, open }: { id: string; field: Field; open: (path: string) => void }) {
  const value = parsed(field.value);
  const plain = value === undefined || typeof value !== 'object';
  const go = () => field.range && editor.goTo(field.range.start.offset, field.range.start.offset, true);
  if (field.kind === 'boolean' && (value === undefined || typeof value === 'boolean')) {
    return (
      <select id={id} value={value === undefined ? '' : String(value)} onChange={(e) => void change(field, e.currentTarget.value === '' ? undefined : e.currentTarget.value === 'true')}>
        <option value="">{field.default ? `default: ${field.default}` : 'not set'}</option>
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  if ((field.kind === 'choice' || field.kind === 'resource') && plain) {
    const shown = value === undefined ? '' : String(value);
    const options = field.options.some((o) => o.value === shown) || shown === '' ? field.options : [{ value: shown, docs: '' }, ...field.options];
    return (
      <select id={id} value={shown} onChange={(e) => void change(field, typed(field, e.currentTarget.value))}>
        <option value="">{field.default ? `default: ${field.default}` : 'not set'}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value} title={option.docs}>
            {option.value}
          </option>
        ))}
      </select>
    );
  }
  if ((field.kind === 'text' || field.kind === 'number' || field.kind === 'integer' || field.kind === 'any') && plain) {
    const numeric = field.kind === 'number' || field.kind === 'integer';
    return (
      <span class="with-unit">
        <input
          id={id}
          value={value === undefined ? '' : String(value)}
          placeholder={field.default}
          inputMode={numeric ? 'decimal' : undefined}
          spellcheck={false}
          autocomplete="off"
          onChange={(e) => void change(field, typed(field, e.currentTarget.value))}
        />
        {field.unit && <span class="unit">{field.unit}</span>}
      </span>
    );
  }
  return (
    <span class="form-more">
      {field.kind === 'object' && (
        <button type="button" class="button small" aria-label={`${value === undefined ? 'Add …' : 'Open'} ${field.name}`} onClick={() => open(field.path)}>
          {value === undefined ? 'Add …' : 'Open'}
        </button>
      )}
      {field.kind === 'list' && Array.isArray(value) && value.map((item, index) => (typeof item === 'object' ? <button key={index} type="button" aria-label={`${index + 1} of ${field.name}`} class="button small" onClick={() => open(`${field.path}/${index}`)}>{index + 1}</button> : null))}
      {field.range ? (
        <button type="button" class="button small" onClick={go}>
          In the text
        </button>
      ) : (
        field.kind !== 'object' && <span class="soft small-text">not set: write it in the text</span>
      )}
      {value !== undefined && (
        <button type="button" class="button small" aria-label={`Remove ${field.name}`} onClick={() => void change(field, undefined)}>
          Remove
        </button>
      )}
    </span>
  );
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What somebody typed, as the value that the property takes; directives stay text. */
function typed(field: Field, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if ((field.kind === 'number' || field.kind === 'integer') && Number.isFinite(Number(trimmed))) return Number(trimmed);
  if (field.kind === 'any') {
    try {
      return JSON.parse(trimmed) as unknown;
    } catch {
      return trimmed;
    }
  }
  if (field.kind === 'choice') return /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
  return trimmed;
}
