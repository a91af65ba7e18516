// What the config does not say and a deploy would look up. What is filled in here is remembered on this machine and used for every config.
import { useSignal } from '@preact/signals';
import type { MissingFact } from '../compiler/protocol.ts';
import * as preview from '../state/preview.ts';
import * as state from '../state/project.ts';
import { notify } from '../ui/dialogs.tsx';
import { CARDS, known, put, type Card } from './facts-model.ts';

export function FactsPane() {
  const missing = preview.missing.value;
  const given = known(state.facts.value);
  return (
    <>
      <p class="lead">
        What the config does not say: a deploy looks it up in your account. Here you can fill it in; until then stand-ins take its place in the template. It stays in this browser.
      </p>
      {missing.length > 0 && <h2 class="heading">Missing</h2>}
      {missing.map((fact) => (
        <FactCard key={JSON.stringify(fact)} fact={fact} />
      ))}
      {missing.length === 0 && <p class="note good-note">Nothing is missing for this config.</p>}
      {given.length > 0 && (
        <>
          <h2 class="heading">Filled in</h2>
          <ul class="given" role="list">
            {given.map(({ path, label, value }) => (
              <li key={path.join('\u0000')}>
                <span>
                  {label}
                  <code class="sub">{value}</code>
                </span>
                <button type="button" class="button small" onClick={() => (state.facts.value = put(state.facts.value, path, undefined))}>
                  Forget
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <RawFacts />
    </>
  );
}

function FactCard({ fact }: { fact: MissingFact }) {
  const card = CARDS[fact.kind](fact as never) as Card;
  const problem = useSignal('');
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const values = Object.fromEntries(card.fields.map((field) => [field.name, String(form.get(field.name) ?? '').trim()]));
        const wrong = card.fields.find((field) => !field.optional && values[field.name] === '') ?? card.fields.find((field) => values[field.name] && field.pattern && !field.pattern.test(values[field.name]!));
        if (wrong) {
          problem.value = `${wrong.label}: ${values[wrong.name] ? wrong.wanted : 'this is needed'}`;
          return;
        }
        state.facts.value = put(state.facts.value, card.path, card.value(values));
      }}
    >
      <h3>{card.title}</h3>
      <p class="soft">{card.about}</p>
      <div class="card-fields">
        {card.fields.map((field) => (
          <label class="field" key={field.name}>
            <span>
              {field.label}
              {field.optional && <i> (optional)</i>}
            </span>
            {field.choices ? (
              <select name={field.name}>
                {field.choices.map((choice) => (
                  <option key={choice}>{choice}</option>
                ))}
              </select>
            ) : (
              <input name={field.name} placeholder={field.example} spellcheck={false} autocomplete="off" inputMode={field.numeric ? 'numeric' : undefined} />
            )}
          </label>
        ))}
      </div>
      {problem.value && (
        <p class="field-problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="card-actions">
        <button type="submit" class="button primary small">
          Use it
        </button>
        {card.absent && (
          <button type="button" class="button small" onClick={() => (state.facts.value = put(state.facts.value, card.path, null))}>
            {card.absent}
          </button>
        )}
      </div>
    </form>
  );
}

/** The facts as the file that `--facts` takes. */
function RawFacts() {
  const open = useSignal(false);
  const problem = useSignal('');
  return (
    <details class="raw" open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>As a file for --facts</summary>
      <textarea
        aria-label="Facts as JSON"
        rows={10}
        spellcheck={false}
        value={JSON.stringify(state.facts.value, null, 2)}
        onChange={(event) => {
          try {
            const value: unknown = JSON.parse(event.currentTarget.value || '{}');
            if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('an object is needed');
            problem.value = '';
            state.facts.value = value as Record<string, unknown>;
            notify('The facts are taken over.');
          } catch (error) {
            problem.value = `This is not a fact file: ${(error as Error).message}`;
          }
        }}
      />
      {problem.value && (
        <p class="field-problem" role="alert">
          {problem.value}
        </p>
      )}
    </details>
  );
}
