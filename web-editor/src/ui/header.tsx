// The bar at the top: what is edited, for which stack, and what can be done with it as a whole.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { EXAMPLES } from '../examples/index.ts';
import { hosted, unsaved } from '../state/host.ts';
import { saveToDisk } from '../actions.ts';
import { templatePane } from '../controller.ts';
import * as state from '../state/project.ts';
import * as preview from '../state/preview.ts';
import { link } from '../state/session.ts';
import { shortcutsOpen, sideOpen, theme } from '../state/ui.ts';
import { notify } from './dialogs.tsx';
import { Icon, type IconName } from './icons.tsx';
import { REGIONS } from './regions.ts';

export function Header() {
  return (
    <header class="header">
      <div class="brand">
        <button type="button" class="icon-button side-toggle" aria-pressed={sideOpen.value} aria-label="Outline and form" title="Outline and form" onClick={() => (sideOpen.value = !sideOpen.value)}>
          <Icon name="side" />
        </button>
        <Mark />
        <h1>
          Stacktape <span>editor</span>
        </h1>
      </div>
      <TargetFields />
      <div class="header-actions">
        {hosted ? <SaveButton /> : <Examples />}
        <Share />
        <Download />
        <button type="button" class="icon-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick={() => (shortcutsOpen.value = true)}>
          <Icon name="keyboard" />
        </button>
        <ThemeButton />
      </div>
    </header>
  );
}

/** Three layers, the top one peeled like tape. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path class="mark-3" d="m12 20.5-9-4.6 2.6-1.3 6.4 3.2 6.4-3.2 2.6 1.3z" />
      <path class="mark-2" d="m12 16.4-9-4.6 2.6-1.3 6.4 3.2 6.4-3.2 2.6 1.3z" />
      <path class="mark-1" d="m12 12.3-9-4.6 9-4.6 9 4.6z" />
    </svg>
  );
}

function TargetFields() {
  const set = (key: 'projectName' | 'stage' | 'region') => (event: Event) => {
    state.target.value = { ...state.target.value, [key]: (event.currentTarget as HTMLInputElement).value };
  };
  const { projectName, stage, region } = state.target.value;
  return (
    <fieldset class="target" aria-label="Stack">
      <label>
        <span>Project</span>
        <input value={projectName} size={Math.max(projectName.length, 4)} onInput={set('projectName')} spellcheck={false} autocomplete="off" />
      </label>
      <label>
        <span>Stage</span>
        <input value={stage} size={Math.max(stage.length, 3)} onInput={set('stage')} spellcheck={false} autocomplete="off" />
      </label>
      <label>
        <span>Region</span>
        <select value={region} onChange={set('region')}>
          {[...new Set<string>([region, ...REGIONS])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

function SaveButton() {
  const changed = unsaved.value.length > 0;
  return (
    <button type="button" class={`button ${changed ? 'primary' : ''}`} disabled={!changed} onClick={() => void saveToDisk()}>
      <Icon name="save" /> {changed ? 'Save' : 'Saved'}
    </button>
  );
}

/** A button that opens a small panel; it closes on Escape, on a click elsewhere and when the focus leaves it. */
function Popover({ label, icon, children }: { label: string; icon: IconName; children: (close: () => void) => ComponentChildren }) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => (open.value = false);
  useEffect(() => {
    if (!open.value) return;
    const outside = (event: Event) => !box.current?.contains(event.target as Node) && close();
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open.value]);
  return (
    <div
      class="popover-box"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open.value) return;
        close();
        button.current?.focus();
      }}
      onFocusOut={(event) => {
        const next = event.relatedTarget as Node | null;
        if (next && !box.current?.contains(next)) close();
      }}
    >
      <button type="button" class="button" ref={button} aria-expanded={open.value} aria-label={label} onClick={() => (open.value = !open.value)}>
        <Icon name={icon} /> <span class="button-label">{label}</span>
      </button>
      {open.value && <div class="popover">{children(close)}</div>}
    </div>
  );
}

function Examples() {
  return (
    <Popover label="Examples" icon="book">
      {(close) => (
        <ul class="menu" role="list">
          {EXAMPLES.map((example) => (
            <li key={example.title}>
              <button
                type="button"
                onClick={() => {
                  const before = state.snapshot();
                  state.open(example.state);
                  close();
                  notify(`${example.title} is open.`, { label: 'Back to mine', run: () => state.open(before) });
                }}
              >
                <strong>{example.title}</strong>
                <span>{example.about}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}

function Share() {
  const withFacts = useSignal(false);
  const address = useSignal('');
  return (
    <Popover label="Share" icon="share">
      {() => {
        void link(withFacts.value).then((made) => (address.value = made));
        return (
          <div class="share">
            <p>The link holds the whole config, packed. It is part of the address that browsers keep to themselves: no server gets it.</p>
            <label class="field">
              <span>Link</span>
              <input readOnly value={address.value} onFocus={(event) => event.currentTarget.select()} />
            </label>
            <label class="check">
              <input type="checkbox" checked={withFacts.value} onChange={(event) => (withFacts.value = event.currentTarget.checked)} />
              Include the facts that I filled in
            </label>
            <button
              type="button"
              class="button primary"
              onClick={() =>
                navigator.clipboard.writeText(address.value).then(
                  () => notify('The link is in the clipboard.'),
                  () => notify('The browser does not allow copying: select the link and copy it.'),
                )
              }
            >
              Copy the link
            </button>
          </div>
        );
      }}
    </Popover>
  );
}

/** Hands a text to the browser as a file. */
function download(name: string, text: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}

function Download() {
  return (
    <Popover label="Download" icon="download">
      {(close) => (
        <ul class="menu" role="list">
          {Object.entries(state.files.value).map(([path, text]) => (
            <li key={path}>
              <button type="button" onClick={() => (download(path.split('/').at(-1)!, text), close())}>
                <strong>{path}</strong>
                <span>The config as it is in the editor</span>
              </button>
            </li>
          ))}
          <li>
            <button type="button" disabled={!preview.template.value} onClick={() => (downloadTemplate(), close())}>
              <strong>template.{preview.format.value === 'json' ? 'json' : 'yml'}</strong>
              <span>{preview.outdated.value ? 'The template of the last state without errors' : 'The CloudFormation template'}</span>
            </button>
          </li>
        </ul>
      )}
    </Popover>
  );
}

function downloadTemplate(): void {
  download(`template.${preview.format.value === 'json' ? 'json' : 'yml'}`, templatePane.view.state.doc.toString());
}

function ThemeButton() {
  const next = { system: 'light', light: 'dark', dark: 'system' } as const;
  const icons = { system: 'auto', light: 'sun', dark: 'moon' } as const;
  const label = `Theme: ${theme.value}`;
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={() => (theme.value = next[theme.value])}>
      <Icon name={icons[theme.value]} />
    </button>
  );
}
