/** One member of the cluster that keeps the state of all services: README.md. */
import { startService } from '#kit/service.ts';
import { startMember } from './member.ts';

await startService({ name: 'store', other: [{ door: 'store', start: startMember }] });
