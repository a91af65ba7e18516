// The state of the editor as text for the URL fragment: a version, then base64url of deflated JSON. A fragment is never sent to a server.
// A later version must keep reading what an older one wrote.
import type { Target } from '../compiler/protocol.ts';

/** Everything that a link carries. */
export interface SharedState {
  /** Path of the config: a key of `files`. */
  config: string;
  files: Record<string, string>;
  target: Target;
  /** A fact file's content; only in links whose maker chose to include it. */
  facts?: Record<string, unknown>;
}

/** Why a fragment could not be read; for people. */
export class UnreadableState extends Error {}

const VERSION = 'v1';
/** A link that unpacks to more than this is refused: somebody else made it. */
const MAX_BYTES = 4_000_000;

export async function encode(state: SharedState): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(state));
  const packed = await collect(new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw')));
  return `${VERSION}.${toBase64Url(packed)}`;
}

export async function decode(fragment: string): Promise<SharedState> {
  const [version, body, ...rest] = fragment.replace(/^#/, '').split('.');
  if (version !== VERSION && /^v\d+$/.test(version ?? '')) {
    throw new UnreadableState('this link was made by a newer editor; reload the page to update yours');
  }
  if (version !== VERSION || body === undefined || rest.length > 0) throw new UnreadableState('this link is not complete');
  let value: unknown;
  try {
    const packed = fromBase64Url(body);
    const json = await collect(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')), MAX_BYTES);
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
  } catch (error) {
    if (error instanceof UnreadableState) throw error;
    throw new UnreadableState('this link is damaged: part of it may be missing');
  }
  return checked(value);
}

/** A link is somebody else's input: only what has the right shape gets in. */
function checked(value: unknown): SharedState {
  const wrong = new UnreadableState('this link does not hold a config');
  if (!isRecord(value) || !isRecord(value.files) || !isRecord(value.target)) throw wrong;
  const { config, files, target, facts } = value;
  const { projectName, stage, region, profile } = target;
  if (typeof config !== 'string' || typeof projectName !== 'string' || typeof stage !== 'string' || typeof region !== 'string') throw wrong;
  const texts = Object.entries(files);
  if (!Object.hasOwn(files, config) || !texts.every((entry): entry is [string, string] => typeof entry[1] === 'string')) throw wrong;
  const state: SharedState = { config, files: Object.fromEntries(texts), target: { projectName, stage, region } as Target };
  if (typeof profile === 'string') state.target.profile = profile;
  if (isRecord(facts)) state.facts = facts;
  return state;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function collect(stream: ReadableStream<Uint8Array>, limit = Infinity): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new UnreadableState('this link holds more than the editor takes');
    }
    chunks.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]*$/.test(text)) throw new UnreadableState('this link is damaged: it holds a character that does not belong there');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}
