// What is shown where: theme, tabs, widths. Remembered on this machine only.
import { effect, signal, type Signal } from '@preact/signals';
import { read, write } from './storage.ts';

export const PANES = ['template', 'resources', 'graph', 'rights', 'package', 'cost', 'compare', 'facts'] as const;
export type Pane = (typeof PANES)[number];
export type Theme = 'system' | 'light' | 'dark';
/** The part that a small screen shows. */
export type Part = 'side' | 'config' | 'preview';

function remembered<T>(key: string, initial: T, valid: (value: unknown) => value is T): Signal<T> {
  const value = signal<T>(read(key, valid) ?? initial);
  effect(() => void write(key, value.value));
  return value;
}

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: unknown): value is T =>
    values.includes(value as T);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0.2 && value <= 0.8;

export const pane = remembered<Pane>('pane', 'template', oneOf(...PANES));
export const theme = remembered<Theme>('theme', 'system', oneOf('system', 'light', 'dark'));
export const sideOpen = remembered('side', true, isBoolean);
export const problemsOpen = remembered('problems', true, isBoolean);
/** Share of the width that the config takes. */
export const split = remembered('split', 0.5, isShare);
export const part = signal<Part>('config');
export const sideTab = signal<'outline' | 'form'>('outline');
export const paletteOpen = signal(false);
export const shortcutsOpen = signal(false);

const dark = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(dark.matches);
dark.addEventListener('change', () => (systemDark.value = dark.matches));

/** Applies the theme. */
export function followTheme(): void {
  effect(() => {
    const shown = theme.value === 'system' ? (systemDark.value ? 'dark' : 'light') : theme.value;
    document.documentElement.dataset.theme = shown;
  });
}
