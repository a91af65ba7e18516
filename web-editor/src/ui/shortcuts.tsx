// What the keyboard does.
import { useEffect, useRef } from 'preact/hooks';
import { shortcutsOpen } from '../state/ui.ts';

const MOD = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
const KEYS: readonly [string, string][] = [
  [`${MOD}+K`, 'Add a resource'],
  [`${MOD}+S`, 'Save (with `stacktape editor`)'],
  ['Ctrl+Space', 'Complete'],
  ['F12', 'Go to the definition'],
  ['F2', 'Rename'],
  ['Shift+Alt+F', 'Format'],
  ['F8', 'Next problem'],
  [`${MOD}+.`, 'Fix the problem at the cursor'],
  [`${MOD}+F`, 'Find'],
  [`${MOD}+Shift+[`, 'Fold'],
  ['Alt+1', 'To the outline'],
  ['Alt+2', 'To the config'],
  ['Alt+3', 'To the preview'],
  ['Esc, then Tab', 'Leave the text with Tab'],
];

export function Shortcuts() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shortcutsOpen.value) dialog.current?.showModal();
  }, [shortcutsOpen.value]);
  if (!shortcutsOpen.value) return null;
  return (
    <dialog ref={dialog} class="dialog wide" aria-labelledby="shortcuts-title" onClose={() => (shortcutsOpen.value = false)}>
      <h2 id="shortcuts-title">Keyboard</h2>
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="dialog-actions">
        <button class="button primary">Close</button>
      </form>
    </dialog>
  );
}
