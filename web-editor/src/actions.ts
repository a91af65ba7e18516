// What several parts of the page can set off.
import { hosted, save, ChangedOnDisk } from './state/host.ts';
import { notify } from './ui/dialogs.tsx';

/** Saves the config to disk, when the page was opened by `stacktape editor`. */
export async function saveToDisk(force = false): Promise<void> {
  if (!hosted) return notify('Everything is kept in this browser. Download the config to get it as a file.');
  try {
    await save(force);
    notify('Saved.');
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof ChangedOnDisk) notify(message, { label: 'Save over it', run: () => void saveToDisk(true) });
    else notify(message);
  }
}
