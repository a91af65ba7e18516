#!/usr/bin/env node
// Runs the native binary of this platform, or, where there is none, what the compiler can do in Node.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';

/** Path of the native binary; nothing when its package is not installed. */
function native() {
  const file = process.platform === 'win32' ? 'stacktape.exe' : 'stacktape';
  try {
    return createRequire(import.meta.url).resolve(`@stacktape-rs/cli-${process.platform}-${process.arch}/bin/${file}`);
  } catch {
    return undefined;
  }
}

const binary = native();
if (binary) {
  const child = spawn(binary, process.argv.slice(2), { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the binary decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: ${binary} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exitCode = code ?? 1;
  });
} else {
  const { run } = await import('../node/cli.js');
  process.exitCode = await run(process.argv.slice(2));
}
