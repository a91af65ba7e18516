// "Add a resource": every type that the compiler knows, found by typing.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { applyEdits, ask, editor } from '../controller.ts';
import type { TextEdit } from '../editor/services.ts';
import { paletteOpen } from '../state/ui.ts';
import { notify } from './dialogs.tsx';

interface Item {
  type: string;
  docs: string;
  name: string;
}

export function Palette() {
  if (!paletteOpen.value) return null;
  return <PaletteDialog />;
}

function PaletteDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const items = useSignal<readonly Item[] | undefined>(undefined);
  const query = useSignal('');
  const chosen = useSignal(0);
  useEffect(() => {
    dialog.current?.showModal();
    ask<Item[]>('palette').then(
      (found) => (items.value = found),
      () => (items.value = []),
    );
  }, []);
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (items.value ?? []).filter((item) => words.every((word) => `${item.type} ${item.docs}`.toLowerCase().includes(word)));
  const at = Math.min(chosen.value, found.length - 1);

  async function add(item: Item | undefined): Promise<void> {
    if (!item) return;
    paletteOpen.value = false;
    try {
      const added = await ask<{ name: string; edits: TextEdit[] }>('addResource', item.type, undefined);
      applyEdits(added.edits);
      const text = editor.view.state.doc.toString();
      const offset = new RegExp(`^\\s*["']?${added.name}["']?\\s*:`, 'm').exec(text);
      if (offset) editor.goTo(offset.index + offset[0].length, offset.index + offset[0].length, true);
    } catch (error) {
      notify((error as Error).message);
    }
  }

  function keys(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      chosen.value = (at + step + found.length) % Math.max(found.length, 1);
      document.getElementById(`palette-${chosen.value}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      void add(found[at]);
    }
  }

  return (
    <dialog ref={dialog} class="dialog palette" aria-label="Add a resource" onClose={() => (paletteOpen.value = false)}>
      <input
        class="palette-input"
        placeholder="Add a resource: type what you need, such as “queue” or “container”"
        role="combobox"
        aria-label="Resource type"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        autofocus
        spellcheck={false}
        autocomplete="off"
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={keys}
      />
      <ul class="palette-list" id="palette-list" role="listbox" aria-label="Resource types">
        {found.map((item, index) => (
          <li key={item.type} id={`palette-${index}`} role="option" aria-selected={index === at} onPointerMove={() => (chosen.value = index)} onClick={() => void add(item)}>
            <code>{item.type}</code>
            <span>{item.docs}</span>
          </li>
        ))}
      </ul>
      {items.value && found.length === 0 && <p class="empty">No type fits. Try another word.</p>}
    </dialog>
  );
}
