// Above the text: its files, and what can be done with the text.
import { formatConfig } from '../controller.ts';
import { hosted, unsaved } from '../state/host.ts';
import * as state from '../state/project.ts';
import { ask, notify } from './dialogs.tsx';
import { Icon } from './icons.tsx';

export function ConfigBar() {
  const paths = Object.keys(state.files.value).sort((a, b) => Number(b === state.config.value) - Number(a === state.config.value) || (a < b ? -1 : 1));
  return (
    <div class="bar">
      <div class="files" role="group" aria-label="Files">
        {paths.map((path) => (
          <span class="file" key={path} data-open={path === state.openFile.value ? '' : undefined}>
            <button type="button" aria-pressed={path === state.openFile.value} onClick={() => (state.openFile.value = path)}>
              <Icon name="file" /> {path}
              {unsaved.value.includes(path) && <span class="unsaved" role="img" aria-label="not saved" />}
            </button>
            {path !== state.config.value && !hosted && (
              <button type="button" class="icon-button tiny" aria-label={`Remove ${path}`} onClick={() => remove(path)}>
                <Icon name="close" />
              </button>
            )}
          </span>
        ))}
        {!hosted && (
          <button type="button" class="icon-button" aria-label="Add a file" title="Add a file that the config reads" onClick={() => void add()}>
            <Icon name="plus" />
          </button>
        )}
      </div>
      <div class="bar-actions">
        {!hosted && <SyntaxChoice />}
        <button type="button" class="icon-button" aria-label="Format" title="Format (Shift+Alt+F)" onClick={() => void formatConfig()}>
          <Icon name="wand" />
        </button>
      </div>
    </div>
  );
}

const NAMES: Record<state.Syntax, string> = { yaml: 'stacktape.yml', json: 'stacktape.json', typescript: 'stacktape.ts' };

/** The form of the config follows from its name. */
function SyntaxChoice() {
  return (
    <label class="syntax">
      <span class="hidden">Language of the config</span>
      <select
        value={state.syntaxOf(state.config.value)}
        onChange={(event) => {
          const from = state.config.value;
          const to = NAMES[event.currentTarget.value as state.Syntax];
          if (from === to) return;
          const { [from]: text, ...others } = state.files.value;
          state.open({ config: to, files: { ...others, [to]: text ?? '' }, target: state.target.value });
          notify(`The config is ${to} now; its text is as before.`, { label: 'Undo', run: () => state.open({ config: from, files: { ...others, [from]: text ?? '' }, target: state.target.value }) });
        }}
      >
        <option value="yaml">YAML</option>
        <option value="json">JSON</option>
        <option value="typescript">TypeScript</option>
      </select>
    </label>
  );
}

async function add(): Promise<void> {
  const path = await ask({ title: 'Add a file', label: 'Path, as the config names it', value: 'settings.json', action: 'Add', about: 'Directives such as $File read files beside the config. The editor has only those that you add.' });
  if (path === undefined) return;
  if (state.files.value[path] !== undefined) return notify(`There is a file ${path} already.`);
  state.files.value = { ...state.files.value, [path]: '' };
  state.openFile.value = path;
}

function remove(path: string): void {
  const { [path]: text, ...others } = state.files.value;
  state.openFile.value = state.config.value;
  state.files.value = others;
  notify(`${path} was removed.`, { label: 'Undo', run: () => (state.files.value = { ...state.files.value, [path]: text ?? '' }) });
}
