import { setTimeout as sleep } from 'node:timers/promises';
import type { V1LifecycleHandler } from '@kubernetes/client-node';
import { checkHttp, type Outcome, type ProbeTarget } from './check.ts';

/** Runs a postStart or preStop hook to its end, at most `limitMs`. Never throws. */
export async function runHook(hook: V1LifecycleHandler, target: ProbeTarget, limitMs: number): Promise<Outcome> {
  try {
    if (hook.sleep) {
      await sleep(Math.min(limitMs, hook.sleep.seconds * 1_000));
      return { ok: true, message: '' };
    }
    if (hook.exec) {
      const { exitCode, output } = await target.exec(hook.exec.command ?? [], limitMs);
      return { ok: exitCode === 0, message: exitCode === 0 ? '' : `command exited with ${exitCode}: ${output}` };
    }
    if (hook.httpGet) return await checkHttp(hook.httpGet, target, limitMs);
    return { ok: true, message: '' };
  } catch (thrown) {
    return { ok: false, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
