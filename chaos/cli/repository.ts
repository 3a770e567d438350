import { join } from 'node:path';

/** The checkout's root: the folder of `package.json`. */
export const repository = join(import.meta.dirname, '..', '..');

/** The local cluster's own program; rooms meet by process. */
export const localClusterScript = join(repository, 'k8s', 'local', 'main.ts');
