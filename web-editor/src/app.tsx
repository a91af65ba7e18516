// The page: config on the left, what AWS gets on the right, problems below, facts about both at the foot.
import { useEffect, useRef } from 'preact/hooks';
import { editor } from './controller.ts';
import * as state from './state/project.ts';
import * as preview from './state/preview.ts';
import { part, sideOpen, split, type Part } from './state/ui.ts';
import { Attached } from './ui/attached.tsx';
import { ConfigBar } from './ui/config-bar.tsx';
import { Notices, QuestionDialog } from './ui/dialogs.tsx';
import { Header } from './ui/header.tsx';
import { Palette } from './ui/palette.tsx';
import { Preview } from './ui/preview.tsx';
import { Problems } from './ui/problems.tsx';
import { Shortcuts } from './ui/shortcuts.tsx';
import { Sidebar } from './ui/sidebar.tsx';
import { StatusBar } from './ui/status-bar.tsx';

export function App() {
  return (
    <div class="page" data-part={part.value}>
      <a class="skip" href="#config" onClick={(event) => (event.preventDefault(), editor.view.focus())}>
        To the config
      </a>
      <Header />
      <main class={`workspace ${sideOpen.value ? '' : 'no-side'}`}>
        {sideOpen.value && <Sidebar />}
        <Panes />
      </main>
      <StatusBar />
      <Parts />
      <Palette />
      <Shortcuts />
      <QuestionDialog />
      <Notices />
    </div>
  );
}

function Panes() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.style.setProperty('--split', String(split.value)), [split.value]);
  return (
    <div class="panes" ref={box}>
      <section class="config" id="config" aria-label="Config">
        <ConfigBar />
        <Attached host={editor.host} label={state.openFile.value} />
        <Problems />
      </section>
      <Splitter box={() => box.current} />
      <Preview />
    </div>
  );
}

function Splitter({ box }: { box: () => HTMLElement | null }) {
  const set = (value: number) => (split.value = Math.min(0.75, Math.max(0.25, value)));
  const drag = (event: PointerEvent) => {
    const bar = event.currentTarget as HTMLElement;
    const bounds = box()?.getBoundingClientRect();
    if (!bounds || event.button !== 0) return;
    bar.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent) => set((e.clientX - bounds.left) / bounds.width);
    bar.addEventListener('pointermove', move);
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true });
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(split.value + step);
  };
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the config"
      aria-valuenow={Math.round(split.value * 100)}
      aria-valuemin={25}
      aria-valuemax={75}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={keys}
      onDblClick={() => set(0.5)}
    />
  );
}

/** On a small screen one part is shown at a time. */
function Parts() {
  const entry = (name: Part, label: string, badge = 0) => (
    <button type="button" aria-pressed={part.value === name} onClick={() => (part.value = name)}>
      {label}
      {badge > 0 && <span class="badge error">{badge}</span>}
    </button>
  );
  return (
    <nav class="parts" aria-label="Parts of the page">
      {entry('side', 'Outline')}
      {entry('config', 'Config', preview.errors.value)}
      {entry('preview', 'Preview')}
    </nav>
  );
}
