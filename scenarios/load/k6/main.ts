import { FaultflixError } from '#base/errors.ts';
import type { DriveOptions } from '../driver/main.ts';

export async function runK6(_options: DriveOptions & { readonly k6: string }): Promise<number> {
  throw new FaultflixError('unsupported', 'k6 bridge under work');
}
