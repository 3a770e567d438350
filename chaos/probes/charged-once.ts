import { claimProbe } from './claim-probe.ts';

/** Judged by the auditor's check of the same name, on the platform as it is at the end of the run. */
export default claimProbe('charged-once', {
  summary: 'Things wrong with what viewers pay: charged twice, or told what is not so; as found by the auditor',
  unit: 'charges',
});
