import type { Figure } from '../model/run.ts';

/** Names with their values, as a description list. `large`: what one reads across the room. */
export function Figures({ figures, large = false }: { readonly figures: readonly Figure[]; readonly large?: boolean }) {
  return (
    <dl className={large ? 'ff-figures ff-figures-large' : 'ff-figures'}>
      {figures.map(({ label, value }) => (
        <div key={label} className={value.length > 16 ? 'ff-long' : undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
