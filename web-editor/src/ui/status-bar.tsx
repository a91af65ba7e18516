// The foot of the page: how the config stands, in numbers.
import * as preview from '../state/preview.ts';
import { offline } from '../state/offline.ts';

const WORDS: Record<preview.Status, string> = {
  loading: 'Loading the compiler …',
  compiling: 'Compiling …',
  good: 'Compiled',
  errors: 'Errors',
  refused: 'Not compiled',
  stopped: 'Stopped',
};
const MAX_RESOURCES = 500;
const MAX_BYTES = 1_000_000;

export function StatusBar() {
  const status = preview.status.value;
  const template = preview.template.value;
  const took = preview.milliseconds.value;
  // A compilation of some milliseconds would only flicker.
  const shown = status === 'compiling' && template ? (preview.errors.value > 0 ? 'errors' : 'good') : status;
  return (
    <footer class="status" data-status={shown}>
      <span class="status-word" role="status">
        <span class="status-light" />
        {WORDS[shown]}
        {took > 0 && shown === 'good' && <span class="soft"> in {took < 10 ? took.toFixed(1) : Math.round(took)} ms</span>}
      </span>
      {template && (
        <>
          <Meter label="resources" used={template.resources.length} of={MAX_RESOURCES} text={`${template.resources.length} of ${MAX_RESOURCES} resources`} />
          <Meter label="size" used={template.length} of={MAX_BYTES} text={`${kilobytes(template.length)} ${template.format === 'json' ? 'JSON' : 'YAML'}`} />
          {template.marks.addedLines + template.marks.removedLines > 0 && (
            <span class="changed">
              <b>+{template.marks.addedLines}</b> <i>−{template.marks.removedLines}</i> lines changed
            </span>
          )}
        </>
      )}
      <span class="status-end">{offline.value === 'ready' ? 'Works offline' : offline.value === 'offline' ? 'Offline' : 'Nothing leaves this machine'}</span>
    </footer>
  );
}

function Meter({ label, used, of, text }: { label: string; used: number; of: number; text: string }) {
  return (
    <span class="meter">
      <meter aria-label={label} min={0} max={of} value={used} high={of * 0.9} />
      {text}
    </span>
  );
}

export function kilobytes(bytes: number): string {
  return bytes < 1_000 ? `${bytes} B` : bytes < 10_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${Math.round(bytes / 1_000)} KB`;
}
