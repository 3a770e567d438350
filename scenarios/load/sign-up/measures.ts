import { Counter, Rate, Trend } from 'k6/metrics';
import { names } from '../viewer/names.ts';

/** The burst's own measures, by the names that its thresholds and the end-of-test summary use. */
const signUpOk = new Rate('sign_up_ok');
const firstFrame = new Trend('sign_up_first_frame', true);
const charges = new Counter('charges_acknowledged');
const duplicates = new Counter('duplicates_seen');
const told = new Counter(names.told);

export const signUpMeasures = {
  /** Whether someone who came got an account, was signed in, and got an answer about a plan. */
  signUp(ok: boolean): void {
    signUpOk.add(ok);
  },
  /** From the first key pressed to the first frame. */
  firstFrame(ms: number): void {
    firstFrame.add(ms);
  },
  /** A viewer was told that a plan is paid for. */
  charged(): void {
    charges.add(1);
  },
  /** What a viewer itself can see to be there twice. 0 says that it looked. */
  duplicates(count: number): void {
    duplicates.add(count);
  },
  /** A line for the auditor. `since`: what was read is no older than this, epoch ms. */
  told(line: string, fields: { readonly [name: string]: string }, since = Date.now()): void {
    told.add(1, { line, since: String(since), ...fields });
  },
};
