// Errors and warnings under the text, each one a way to its place.
import type { Diagnostic, Place } from '../compiler/protocol.ts';
import { again, goToPlace } from '../controller.ts';
import * as preview from '../state/preview.ts';
import { problemsOpen } from '../state/ui.ts';
import { Icon } from './icons.tsx';

export function Problems() {
  const { value: found } = preview.diagnostics;
  const trouble = preview.trouble.value;
  const open = problemsOpen.value && (found.length > 0 || trouble !== '');
  return (
    <section class="problems" aria-label="Problems">
      <button type="button" class="problems-head" aria-expanded={open} onClick={() => (problemsOpen.value = !problemsOpen.value)} disabled={found.length === 0 && !trouble}>
        <Icon name="chevron" className={`icon turn ${open ? 'open' : ''}`} />
        <span>Problems</span>
        <Counts />
      </button>
      {open && (
        <div class="problems-list" tabIndex={0} role="region" aria-label="List of problems">
          {trouble && (
            <div class="problem trouble">
              <Icon name="warning" />
              <div>
                <p>{trouble}</p>
                {preview.status.value === 'stopped' && (
                  <button type="button" class="button small" onClick={again}>
                    Compile now
                  </button>
                )}
              </div>
            </div>
          )}
          <ul role="list">
            {found.map((diagnostic, index) => (
              <li key={index}>
                <Problem diagnostic={diagnostic} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Counts() {
  const errors = preview.errors.value;
  const warnings = preview.warnings.value;
  if (preview.status.value === 'loading') return <span class="soft">Loading the compiler …</span>;
  if (errors + warnings === 0 && !preview.trouble.value) return <span class="soft good">None</span>;
  return (
    <span class="counts">
      {errors > 0 && <span class="badge error">{errors === 1 ? '1 error' : `${errors} errors`}</span>}
      {warnings > 0 && <span class="badge warning">{warnings === 1 ? '1 warning' : `${warnings} warnings`}</span>}
    </span>
  );
}

function Problem({ diagnostic }: { diagnostic: Diagnostic }) {
  const { severity, message, hints, labels, place, code } = diagnostic;
  return (
    <div class={`problem ${severity}`}>
      <Icon name={severity} />
      <div>
        <Go place={place}>
          <span class="problem-message">
            <Inline text={message} />
          </span>
          <span class="problem-place">
            {place ? `${place.range.start.line}:${place.range.start.column}` : ''} {code}
          </span>
        </Go>
        {hints.map((hint) => (
          <p class="hint" key={hint}>
            <Inline text={hint} />
          </p>
        ))}
        {labels.map((label) => (
          <Go key={label.message} place={label.place} small>
            <span>
              <Inline text={label.message} />
            </span>
            <span class="problem-place">{label.place ? `${label.place.range.start.line}:${label.place.range.start.column}` : ''}</span>
          </Go>
        ))}
      </div>
    </div>
  );
}

function Go({ place, small, children }: { place?: Place | undefined; small?: boolean; children: preact.ComponentChildren }) {
  return (
    <button type="button" class={`problem-go ${small ? 'small' : ''}`} disabled={!place} onClick={() => place && goToPlace(place, true)}>
      {children}
    </button>
  );
}

/** A message, with what stands in backticks as code. */
function Inline({ text }: { text: string }) {
  return <>{text.split('`').map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))}</>;
}
