// The page's side of the compiler: one worker, at most one compilation under way and the newest one waiting, replies to anything older dropped, and
// a watchdog that replaces a worker that hangs or broke. The text never passes through here alone: the page keeps it, so a new worker starts from it.
import type { CallRequest, CompileReply, CompileRequest, Project, Reply, Request } from './protocol.ts';

/** What the page does with what the worker says. */
export interface Listener {
  compiled(reply: CompileReply, request: CompileRequest): void;
  /** The request was wrong: the message says how. */
  refused(message: string): void;
  /** A worker was replaced; `message` says why. The text is compiled again unless `gaveUp`. */
  replaced(message: string, gaveUp: boolean): void;
  ready(): void;
}

/** How long a request may take before the worker counts as hung, in milliseconds. */
const DEADLINE = 5_000;
/** The same while the compiler loads: a slow network is no hang. */
const LOADING_DEADLINE = 60_000;
/** The same text breaks this many workers, then it is left alone until it changes. */
const MAX_BREAKS = 2;

interface Pending {
  request: Request;
  resolve?: (value: unknown) => void;
  reject?: (error: Error) => void;
}

export class CompilerClient {
  private worker: Worker | undefined;
  private ready = false;
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();
  private waiting: CompileRequest | undefined;
  private compiling: CompileRequest | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private breaks = 0;
  private brokenBy: string | undefined;

  constructor(
    private readonly create: () => Worker,
    private readonly listener: Listener,
  ) {}

  /** Loads the compiler; requests may be made at once. */
  start(): void {
    if (!this.worker) this.spawn();
  }

  /** Compiles; the result comes to the listener unless something newer was asked for meanwhile. */
  compile(request: Omit<CompileRequest, 'kind' | 'id'>): void {
    const full: CompileRequest = { ...request, kind: 'compile', id: ++this.lastId };
    if (this.compiling) {
      this.waiting = full;
      return;
    }
    this.compiling = full;
    this.send({ request: full });
  }

  /** Whether a compilation is under way. */
  get busy(): boolean {
    return this.compiling !== undefined;
  }

  /** Asks a language service. */
  call<T>(name: string, project: Project, ...args: unknown[]): Promise<T> {
    const request: CallRequest = { kind: 'call', id: ++this.lastId, name, project, args };
    return new Promise<T>((resolve, reject) => this.send({ request, resolve: resolve as (value: unknown) => void, reject }));
  }

  /** Ends the worker. */
  stop(): void {
    clearTimeout(this.watchdog);
    this.worker?.terminate();
    this.worker = undefined;
  }

  private spawn(): void {
    this.ready = false;
    const worker = this.create();
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.replace(event.message || 'the worker could not be loaded');
    };
    worker.onmessageerror = () => this.replace('a message of the worker could not be read');
    this.worker = worker;
  }

  private send(pending: Pending): void {
    this.start();
    this.pending.set(pending.request.id, pending);
    this.worker!.postMessage(pending.request);
    this.watch();
  }

  /** The deadline counts from the last sign of life. */
  private watch(): void {
    clearTimeout(this.watchdog);
    if (this.pending.size === 0) return;
    const deadline = this.ready ? DEADLINE : LOADING_DEADLINE;
    this.watchdog = setTimeout(() => this.replace(`the compiler gave no answer for ${deadline / 1000} seconds`), deadline);
  }

  private receive(reply: Reply): void {
    if (reply.kind === 'ready') {
      this.ready = true;
      this.watch();
      this.listener.ready();
      return;
    }
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    this.watch();
    if (reply.kind === 'broken') return this.replace(reply.message, reply.id);
    if (!pending) return;
    if (pending.request.kind === 'call') {
      if (reply.kind === 'result') pending.resolve?.(reply.value);
      else if (reply.kind === 'refused') pending.reject?.(new Error(reply.message));
      return;
    }
    this.compiling = undefined;
    this.breaks = 0;
    const next = this.waiting;
    this.waiting = undefined;
    if (next) {
      // What came back is about an older text: dropped.
      this.compiling = next;
      this.send({ request: next });
    } else if (reply.kind === 'compiled') {
      this.listener.compiled(reply, pending.request);
    } else if (reply.kind === 'refused') {
      this.listener.refused(reply.message);
    }
  }

  private replace(message: string, culprit?: number): void {
    this.worker?.terminate();
    clearTimeout(this.watchdog);
    const next = this.waiting ?? this.compiling;
    const text = next && JSON.stringify(next.project);
    const byCompiling = culprit === undefined || culprit === this.compiling?.id;
    this.breaks = text !== undefined && text === this.brokenBy && byCompiling ? this.breaks + 1 : 1;
    this.brokenBy = text;
    const gaveUp = this.breaks >= MAX_BREAKS && next !== undefined;
    for (const { reject } of this.pending.values()) reject?.(new Error(message));
    this.pending.clear();
    this.compiling = this.waiting = undefined;
    this.spawn();
    this.listener.replaced(message, gaveUp);
    // A new worker knows no revision, so it sends whole texts.
    if (next && !gaveUp) this.compile({ ...next, shown: 0, baseline: 0 });
  }
}
