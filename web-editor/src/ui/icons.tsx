// The few icons of the page, drawn on a 16 by 16 grid with a line of 1.5.
const PATHS = {
  plus: 'M8 3v10M3 8h10',
  share: 'M8 10V2.5M5 5l3-3 3 3M3 9v4.5h10V9',
  download: 'M8 2.5V10M5 7.5l3 3 3-3M3 13.5h10',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z',
  auto: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 2v12M8 5h4.5M8 8h6M8 11h4.5',
  side: 'M2.5 3h11v10h-11zM6.5 3v10',
  chevron: 'm6 4 4 4-4 4',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  error: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.8v4M8 10.8v.4',
  warning: 'M8 2 1.8 13.2h12.4ZM8 6.5v3.2M8 11.3v.3',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.5M7 6.5h.5M10 6.5h.5M12 6.5h.2M4.5 9.5h7',
  save: 'M3 2.5h8l2.5 2.5v8.5h-11V2.5ZM5.5 2.5V6h4V2.5M5 13.5V9.5h6v4',
  book: 'M3 2.5h8.5a1 1 0 0 1 1 1v10H4a1 1 0 0 1-1-1ZM3 11.5h9.5',
  wand: 'm3 13 7-7M10.5 2v2.5M9.2 3.3h2.6M13.5 7v1.6M12.7 7.8h1.6',
  close: 'm4 4 8 8M12 4l-8 8',
  file: 'M4 1.8h5.2L12.5 5v9.2H4ZM9 2v3.2h3.2',
  form: 'M2.5 3.5h11v3h-11zM2.5 9.5h11v3h-11z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = 'icon' }: { name: IconName; className?: string }) {
  return (
    <svg class={className} viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
