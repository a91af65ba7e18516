// Config resources and what each becomes in CloudFormation, with counts against the limits.
import { useSignal } from '@preact/signals';
import type { TemplateResource } from '../compiler/protocol.ts';
import { revealInTemplate, selectedId } from '../controller.ts';
import * as preview from '../state/preview.ts';
import { pane } from '../state/ui.ts';
import { Icon } from '../ui/icons.tsx';
import { kilobytes } from '../ui/status-bar.tsx';

const LABELS = { resources: 'Resources', outputs: 'Outputs', parameters: 'Parameters', mappings: 'Mappings', bytes: 'Size, compact' } as const;

export function ResourcesPane() {
  const filter = useSignal('');
  const template = preview.template.value;
  if (!template) return null;
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = template.resources.filter((r) => words.every((w) => `${r.logicalId} ${r.type} ${r.resource ?? ''}`.toLowerCase().includes(w)));
  const groups = Map.groupBy(shown, (r) => (r.resource ?? '').split('.')[0]!);
  const named = [...groups].filter(([name]) => name !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  const shared = groups.get('') ?? [];
  return (
    <>
      <Limits />
      <label class="field filter">
        <span class="hidden">Filter</span>
        <input type="search" placeholder={`Filter ${template.resources.length} resources`} value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
      </label>
      {named.map(([name, children]) => (
        <Group key={name} name={name} children={children} />
      ))}
      {shared.length > 0 && <Group name="For the whole stack" children={shared} plain />}
      {shown.length === 0 && <p class="empty">No resource fits the filter.</p>}
    </>
  );
}

function Limits() {
  const limits = preview.detail.value?.details?.limits ?? [];
  return (
    <ul class="limits" role="list">
      {limits
        .filter((limit) => limit.used > 0)
        .map(({ name, used, allowed }) => (
          <li key={name}>
            <span class="limit-name">{LABELS[name]}</span>
            <span class="limit-figure">
              <b>{name === 'bytes' ? kilobytes(used) : used}</b> of {name === 'bytes' ? kilobytes(allowed) : allowed}
            </span>
            <meter aria-label={LABELS[name]} min={0} max={allowed} value={used} high={allowed * 0.9} />
          </li>
        ))}
    </ul>
  );
}

function Group({ name, children, plain }: { name: string; children: readonly TemplateResource[]; plain?: boolean }) {
  const closed = useSignal(false);
  return (
    <section class="group">
      <h2>
        <button type="button" aria-expanded={!closed.value} onClick={() => (closed.value = !closed.value)}>
          <Icon name="chevron" className={`icon turn ${closed.value ? '' : 'open'}`} />
          <span class={plain ? '' : 'mono'}>{name}</span>
          <span class="count">{children.length}</span>
        </button>
      </h2>
      {!closed.value && (
        <ul role="list" class="tree">
          {children.map((resource) => (
            <li key={resource.logicalId}>
              <button
                type="button"
                aria-current={selectedId.value === resource.logicalId ? 'true' : undefined}
                onClick={() => {
                  pane.value = 'template';
                  requestAnimationFrame(() => revealInTemplate(resource));
                }}
              >
                <span class="mono">{resource.logicalId}</span>
                <span class="type">{resource.type.replace(/^AWS::/, '')}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
