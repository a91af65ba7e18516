// The built page in a real browser: served on loopback, watched for console errors and for requests to any other host.
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

export const DIST = new URL('../dist/', import.meta.url).pathname;
export const ROOT = new URL('../../', import.meta.url).pathname;
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const path = join(folder, normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    if (!existsSync(path) || statSync(path).isDirectory()) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** A page of its own, with nothing remembered. */
export interface Opened {
  page: Page;
  context: BrowserContext;
  url: string;
  /** Messages that a test expects on the console. */
  allow: RegExp[];
  /** Requests to other hosts. */
  strangers: string[];
}

export interface Browsing {
  open(options?: { fragment?: string; url?: string; width?: number; height?: number; dark?: boolean; clipboard?: boolean }): Promise<Opened>;
  url(): string;
  /** Ends the server: the network is gone for the page. */
  cutOff(): Promise<void>;
}

/** Starts browser and server for the tests of a file; checks after every test that the pages behaved. */
export function browsing(): Browsing {
  let browser: Browser;
  let server: Server | undefined;
  let url = '';
  let opened: { context: BrowserContext; allow: RegExp[]; complaints: string[]; strangers: string[] }[] = [];

  const listen = async () => {
    server = await serve(DIST);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };

  beforeAll(async () => {
    if (!existsSync(join(DIST, 'index.html'))) throw new Error('build the page first: make editor');
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Debian's Chromium as root in a container; without the rest it looks for its maker's hosts.
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    await listen();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(async () => {
    const all = opened;
    opened = [];
    for (const { context } of all) await context.close();
    for (const { allow, complaints, strangers } of all) {
      expect(complaints.filter((text) => !allow.some((pattern) => pattern.test(text)))).toEqual([]);
      expect(strangers).toEqual([]);
    }
    if (!server) await listen();
  });

  return {
    url: () => url,
    async cutOff() {
      await new Promise((resolve) => {
        server?.close(resolve);
        server?.closeAllConnections();
      });
      server = undefined;
    },
    async open({ fragment = '', url: address = url, width = 1440, height = 900, dark = false, clipboard = false } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
      if (clipboard) await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const record = { context, allow: [] as RegExp[], complaints: [] as string[], strangers: [] as string[] };
      opened.push(record);
      const home = new URL(address).origin;
      context.on('request', (request) => {
        const target = new URL(request.url());
        if (target.origin !== home && target.protocol !== 'blob:' && target.protocol !== 'data:') record.strangers.push(request.url());
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) record.complaints.push(message.text());
      });
      page.on('pageerror', (error) => record.complaints.push(error.stack ?? error.message));
      await page.goto(`${address}${fragment && `#${fragment}`}`);
      return { page, context, url: address, allow: record.allow, strangers: record.strangers };
    },
  };
}

/** Waits until the compiler has answered for what is in the editor. */
export async function settled(page: Page, status: 'good' | 'errors' = 'good'): Promise<void> {
  await page.locator(`.status[data-status=${status}]`).waitFor({ timeout: 60_000 });
}

export const config = (page: Page) => page.getByRole('textbox', { name: 'Config', exact: true });
export const template = (page: Page) => page.getByRole('textbox', { name: 'CloudFormation template' });

/** The whole text of a text view (the page shows only the lines in sight). */
export async function textOf(page: Page, name: 'Config' | 'CloudFormation template'): Promise<string> {
  return page.getByRole('textbox', { name, exact: true }).evaluate((content) => {
    interface Tile {
      cmTile?: { view?: { state: { doc: { toString(): string } } } };
      cmView?: { view?: { state: { doc: { toString(): string } } }; rootView?: { view: { state: { doc: { toString(): string } } } } };
    }
    const { cmTile, cmView } = content as unknown as Tile;
    const view = cmTile?.view ?? cmView?.view ?? cmView?.rootView?.view;
    return view!.state.doc.toString();
  });
}

/** Replaces the config by typing nothing but one paste. */
export async function write(page: Page, text: string): Promise<void> {
  await config(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** Files below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
