// Starts the page.
import { render } from 'preact';
import './style/fonts.css';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/panes.css';
import { saveToDisk } from './actions.ts';
import { App } from './app.tsx';
import { editor, start } from './controller.ts';
import { follow } from './state/host.ts';
import { register } from './state/offline.ts';
import { beforeLink, greeting, keep, restore } from './state/session.ts';
import * as state from './state/project.ts';
import { followTheme, paletteOpen, part, sideOpen } from './state/ui.ts';
import { notify } from './ui/dialogs.tsx';

followTheme();

try {
  await restore();
} catch (error) {
  greeting.value = (error as Error).message;
}
render(<App />, document.getElementById('app')!);
start();
keep();
follow();
void register();
if (greeting.value) notify(greeting.value);
const mine = await beforeLink();
if (mine) notify('This config came with a link.', { label: 'Back to mine', run: () => state.open(mine) });

document.addEventListener('keydown', (event) => {
  const mod = event.ctrlKey || event.metaKey;
  if (mod && event.key === 'k') paletteOpen.value = true;
  else if (mod && event.key === 's') void saveToDisk();
  else if (event.altKey && event.key === '1') {
    sideOpen.value = true;
    part.value = 'side';
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.side button')?.focus());
  } else if (event.altKey && event.key === '2') {
    part.value = 'config';
    editor.view.focus();
  } else if (event.altKey && event.key === '3') {
    part.value = 'preview';
    document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  } else return;
  event.preventDefault();
});
