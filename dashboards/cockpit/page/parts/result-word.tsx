export type Result = 'good' | 'bad' | 'doubt' | 'quiet';

const signs: Readonly<Record<Result, string>> = { good: '✓', bad: '✕', doubt: '?', quiet: '·' };

/** A short result with a sign and a colour. */
export function ResultWord({ tone, children }: { readonly tone: Result; readonly children: string }) {
  return (
    <span className={`ff-result ff-${tone}`} data-tone={tone}>
      <span aria-hidden>{signs[tone]}</span> {children}
    </span>
  );
}
