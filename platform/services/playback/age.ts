import { FaultflixError } from '#base/errors.ts';

/** Throws `forbidden` where the title is for older viewers than the profile; 0 is a profile that sees everything. */
export function mustBeOldEnough(title: { readonly id: string; readonly age: number }, maxAge: number): void {
  if (maxAge === 0 || title.age <= maxAge) return;
  throw new FaultflixError('forbidden', 'the title is for older viewers than this profile', {
    where: `title ${title.id}`,
    expected: `up to ${maxAge} years`,
    received: `from ${title.age} years`,
    todo: 'choose another title',
  });
}
