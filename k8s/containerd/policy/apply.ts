import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FaultflixError } from '#base/errors.ts';
import { type Ruleset, toNft } from './ruleset.ts';

const BOUND_MS = 30_000;

/** Node's pipes are sockets, which nft cannot open as `/dev/stdin`. */
const THROUGH_A_PIPE = 'cat | "$@" --json --file -';

/** Puts a ruleset in place of the one before, all of it or nothing. Rejects with `could-not-run` and what nft said. */
export async function apply(ruleset: Ruleset, nft: readonly [string, ...string[]] = ['nft']): Promise<void> {
  const child = spawn('/bin/sh', ['-c', THROUGH_A_PIPE, 'faultflix-policy', ...nft], {
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: BOUND_MS,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.stdin.on('error', () => undefined); // it ended before it read all: its exit says why
  child.stdin.end(JSON.stringify(toNft(ruleset)));
  const [code, signal] = await once(child, 'close').catch((cause) => {
    throw failed({ received: nft.join(' '), cause });
  });
  if (code !== 0) throw failed({ received: `${signal ?? `exit code ${code}`}: ${said.trim()}` });
}

const failed = (details: { readonly received: string; readonly cause?: unknown }) =>
  new FaultflixError('could-not-run', 'the rules of the NetworkPolicies could not be applied', {
    expected: 'nft (nftables 1.0 or later), as root of this network namespace',
    todo: 'what was allowed before still is, and new pods reach nothing',
    ...details,
  });
