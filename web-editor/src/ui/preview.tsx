// The right side: what AWS gets, from several points of view.
import type { ComponentType } from 'preact';
import { templatePane } from '../controller.ts';
import { FactsPane } from '../panes/facts.tsx';
import { ResourcesPane } from '../panes/resources.tsx';
import { GraphPane } from '../panes/graph.tsx';
import { RightsPane } from '../panes/rights.tsx';
import { CostPane } from '../panes/cost.tsx';
import { ComparePane } from '../panes/compare.tsx';
import { PackagePane } from '../panes/package.tsx';
import { Attached } from './attached.tsx';
import * as preview from '../state/preview.ts';
import { pane, PANES, type Pane } from '../state/ui.ts';

const TITLES: Record<Pane, string> = {
  template: 'Template',
  resources: 'Resources',
  graph: 'Graph',
  rights: 'Permissions',
  package: 'Packaging',
  cost: 'Cost',
  compare: 'Compare',
  facts: 'Facts',
};
const BODIES: Record<Exclude<Pane, 'template'>, ComponentType> = {
  resources: ResourcesPane,
  graph: GraphPane,
  rights: RightsPane,
  package: PackagePane,
  cost: CostPane,
  compare: ComparePane,
  facts: FactsPane,
};

export function Preview() {
  const shown = pane.value;
  const Body = shown === 'template' ? undefined : BODIES[shown];
  return (
    <section class={`preview ${preview.outdated.value ? 'outdated' : ''}`} aria-label="Preview">
      <div class="bar tabs-bar">
        <div class="tabs" role="tablist" aria-label="Preview" onKeyDown={arrows}>
          {PANES.map((name) => (
            <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={name === shown} aria-controls="preview-panel" tabIndex={name === shown ? 0 : -1} onClick={() => (pane.value = name)}>
              {TITLES[name]}
              {name === 'facts' && preview.missing.value.length > 0 && (
                <span class="badge fact" aria-label={`${preview.missing.value.length} missing`}>
                  {preview.missing.value.length}
                </span>
              )}
            </button>
          ))}
        </div>
      </div>
      <div class="panel" role="tabpanel" id="preview-panel" aria-labelledby={`tab-${shown}`} tabIndex={Body ? 0 : undefined}>
        {preview.outdated.value && shown !== 'facts' && (
          <p class="note outdated-note">
            {preview.errors.value > 0 ? 'From the last state without errors.' : 'From before the compiler stopped.'}
          </p>
        )}
        {!preview.template.value && shown !== 'facts' && <Nothing />}
        {shown === 'template' && preview.template.value && <FormatChoice />}
        <div class="template-box" hidden={shown !== 'template' || !preview.template.value}>
          <Attached host={templatePane.host} label="template" />
        </div>
        {Body && (preview.template.value || shown === 'facts') && (
          <div class="pane-body">
            <Body />
          </div>
        )}
      </div>
    </section>
  );
}

function Nothing() {
  const waiting = preview.status.value === 'loading' || preview.status.value === 'compiling';
  return (
    <div class="nothing">
      <p>{waiting ? 'The compiler is on its way …' : 'There is no template yet: the config has errors.'}</p>
      {!waiting && <p class="soft">The list under the config says what is wrong and where.</p>}
    </div>
  );
}

function FormatChoice() {
  const choice = (value: 'yaml' | 'json', label: string) => (
    <button type="button" aria-pressed={preview.format.value === value} onClick={() => (preview.format.value = value)}>
      {label}
    </button>
  );
  return (
    <div class="segments format" role="group" aria-label="Format of the template">
      {choice('yaml', 'YAML')}
      {choice('json', 'JSON')}
    </div>
  );
}

function arrows(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const index = PANES.indexOf(pane.value);
  const next = step !== undefined ? PANES.at((index + step) % PANES.length) : event.key === 'Home' ? PANES[0] : event.key === 'End' ? PANES.at(-1) : undefined;
  if (!next) return;
  event.preventDefault();
  pane.value = next;
  document.getElementById(`tab-${next}`)?.focus();
}
