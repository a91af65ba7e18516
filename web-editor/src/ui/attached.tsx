// Text views outlive the components that show them.
import { useEffect, useRef } from 'preact/hooks';

/** Puts an element that lives longer than the component into the page. */
export function Attached({ host, label }: { host: HTMLElement; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => void box.current?.append(host), [host]);
  return <div class="text-box" ref={box} data-label={label} />;
}
