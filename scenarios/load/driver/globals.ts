import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { callOf, currentVu, theCall, theRun } from './context.ts';

/** k6's globals: `__VU`, `__ITER`, `__ENV`, `open()`. Timers and console are Node's own. */
export function installGlobals(): void {
  define('__VU', currentVu);
  define('__ITER', () => theCall('__ITER').iterationInInstance);
  define('__ENV', () => callOf()?.scenario?.env ?? theRun().env);
  define('open', () => open);
}

function define(name: string, get: () => unknown): void {
  Object.defineProperty(globalThis, name, { get, configurable: true });
}

function open(path: string, mode?: string): string | ArrayBuffer {
  const bytes = readFileSync(resolve(dirname(theRun().scriptPath), path));
  if (mode !== 'b') return bytes.toString('utf8');
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
