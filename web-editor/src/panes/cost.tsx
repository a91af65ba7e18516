// What the stack costs every month without any traffic, as far as the price table knows.
import { useSignal, useSignalEffect } from '@preact/signals';
import { ask, reveal } from '../controller.ts';
import { costOf, PRICES, type Cost } from '../cost/cost.ts';
import * as preview from '../state/preview.ts';
import * as state from '../state/project.ts';

const dollars = (amount: number) => `$${amount.toFixed(2)}`;

export function CostPane() {
  const cost = useSignal<Cost | undefined>(undefined);
  useSignalEffect(() => {
    // Made anew for every good state.
    void preview.template.value?.revision;
    const project = state.project.peek();
    void ask<string | undefined>('templateJson').then(
      (json) => {
        if (json !== undefined && project === state.project.peek()) cost.value = costOf(JSON.parse(json) as Parameters<typeof costOf>[0]);
      },
      () => undefined,
    );
  });
  const made = cost.value;
  if (!made) return null;
  const resources = preview.template.value?.resources ?? [];
  const show = (id: string) => {
    const found = resources.find((r) => r.logicalId === id);
    if (found) reveal(found);
  };
  return (
    <>
      <p class="lead">
        What is paid even when nobody comes: prices of {PRICES.region} as of {PRICES.asOf}
        {state.target.value.region !== PRICES.region && `; ${state.target.value.region} may differ`}. Traffic, storage and requests come on top.
      </p>
      {made.lines.length === 0 ? (
        <p class="note good-note">Nothing in this stack has a fixed price that the table knows.</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col">How</th>
              <th scope="col" class="number">A month</th>
            </tr>
          </thead>
          <tbody>
            {made.lines.map((line) => (
              <tr key={line.logicalId}>
                <td>
                  <button type="button" class="link mono" onClick={() => show(line.logicalId)}>
                    {line.logicalId}
                  </button>
                  <span class="sub">{line.type.replace(/^AWS::/, '')}</span>
                </td>
                <td class="soft">{line.how}</td>
                <td class="number">{dollars(line.monthly)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                Fixed cost
              </th>
              <td class="number">{dollars(made.total)}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {made.unknown.length > 0 && (
        <>
          <h2 class="heading">Fixed prices that the table does not have</h2>
          <ul class="plain" role="list">
            {made.unknown.map((item) => (
              <li key={item.logicalId}>
                <button type="button" class="link mono" onClick={() => show(item.logicalId)}>
                  {item.logicalId}
                </button>
                <span class="sub">{item.why}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {made.byUse.length > 0 && (
        <>
          <h2 class="heading">Paid by use</h2>
          <p class="soft">{made.byUse.join(', ')}</p>
        </>
      )}
      <p class="sub source">{PRICES.source}</p>
    </>
  );
}
