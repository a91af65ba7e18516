// Who may do what in the stack, and the config line that asked for it.
import { useSignal } from '@preact/signals';
import type { Details } from '../compiler/protocol.ts';
import { goToPlace } from '../controller.ts';
import * as preview from '../state/preview.ts';

type Right = Details['rights'][number];

const HEADINGS: readonly [Right['access'], string, string][] = [
  ['role', 'What workloads may do', 'Statements of the roles that functions, containers and other workloads have.'],
  ['managedPolicy', 'Policies that AWS writes', 'Attached to a role as a whole; AWS decides what is in them.'],
  ['resource', 'Who is let in', 'Policies of buckets, queues and file systems, and permissions of functions.'],
  ['trust', 'Who may take on a role', 'Services that act with the rights of a role.'],
];

export function RightsPane() {
  const filter = useSignal('');
  const rights = preview.detail.value?.details?.rights ?? [];
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rights.filter((right) => words.every((word) => JSON.stringify(right).toLowerCase().includes(word)));
  return (
    <>
      <p class="lead">Every statement of the template’s policies. The link leads to the line of the config that asked for it.</p>
      <label class="field filter">
        <span class="hidden">Filter</span>
        <input type="search" placeholder={`Filter ${rights.length} statements`} value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
      </label>
      {HEADINGS.map(([access, title, about]) => {
        const some = shown.filter((right) => right.access === access);
        if (some.length === 0) return null;
        return (
          <section key={access} class="rights">
            <h2 class="heading">
              {title} <span class="count">{some.length}</span>
            </h2>
            <p class="soft small-text">{about}</p>
            <ul role="list">
              {some.map((right, index) => (
                <li key={index}>
                  <Statement right={right} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {shown.length === 0 && <p class="empty">No statement fits.</p>}
    </>
  );
}

function Statement({ right }: { right: Right }) {
  const { logicalId, effect, actions, resources, principals, condition, place, resource } = right;
  return (
    <article class={`right ${effect === 'Deny' ? 'deny' : ''}`}>
      <header>
        <span class="mono holder">{logicalId}</span>
        {place ? (
          <button type="button" class="link small-text" onClick={() => goToPlace(place, true)}>
            {resource ?? 'the config'}, line {place.range.start.line}
          </button>
        ) : (
          <span class="soft small-text">for the whole stack</span>
        )}
      </header>
      <dl>
        <Row name={effect === 'Deny' ? 'Denies' : 'Allows'} values={actions} />
        {resources.length > 0 && <Row name="On" values={resources} />}
        {principals.length > 0 && <Row name="To" values={principals} />}
        {condition && <Row name="If" values={[condition]} />}
      </dl>
    </article>
  );
}

function Row({ name, values }: { name: string; values: readonly string[] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {values.map((value) => (
          <code key={value}>{value}</code>
        ))}
      </dd>
    </div>
  );
}
