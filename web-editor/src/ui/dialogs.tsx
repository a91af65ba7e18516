// Short messages, and questions with one answer.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

interface Notice {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

interface Question {
  title: string;
  label: string;
  value: string;
  action: string;
  about?: string;
}

const notices = signal<readonly Notice[]>([]);
const question = signal<(Question & { answer: (value: string | undefined) => void }) | undefined>(undefined);
let lastId = 0;

/** Shows a message for a while. */
export function notify(text: string, action?: Notice['action']): void {
  const notice = { id: ++lastId, text, action };
  notices.value = [...notices.value.filter((n) => n.text !== text).slice(-2), notice];
  setTimeout(() => dismiss(notice.id), action ? 12_000 : 6_000);
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((n) => n.id !== id);
}

/** Asks for one text; nothing when the person changes their mind. */
export function ask(asked: Question): Promise<string | undefined> {
  question.value?.answer(undefined);
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer(value) {
        question.value = undefined;
        resolve(value);
      },
    };
  });
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <div class="notice" key={notice.id}>
          <span>{notice.text}</span>
          {notice.action && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                notice.action?.run();
                dismiss(notice.id);
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

export function QuestionDialog() {
  const asked = question.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asked) dialog.current?.showModal();
  }, [asked]);
  if (!asked) return null;
  return (
    <dialog ref={dialog} class="dialog" onClose={() => asked.answer(undefined)} aria-labelledby="question-title">
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          asked.answer(String(new FormData(event.currentTarget).get('value') ?? '').trim() || undefined);
        }}
      >
        <h2 id="question-title">{asked.title}</h2>
        {asked.about && <p class="soft">{asked.about}</p>}
        <label class="field">
          <span>{asked.label}</span>
          <input name="value" defaultValue={asked.value} autofocus spellcheck={false} autocomplete="off" onFocus={(event) => event.currentTarget.select()} />
        </label>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => asked.answer(undefined)}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            {asked.action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
