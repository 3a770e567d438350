import { claimProbe } from './claim-probe.ts';

/** Judged by the auditor's check of the same name, on the platform as it is at the end of the run. */
export default claimProbe('mailed-once', {
  summary: 'Mails that came twice, or that nothing asked for, as found by the auditor',
  unit: 'mails',
});
