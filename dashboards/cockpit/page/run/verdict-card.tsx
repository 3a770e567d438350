import { looks } from '../model/outcome.ts';
import type { RunModel } from '../model/run.ts';
import { Figures } from '../parts/figures.tsx';
import { OutcomeLabel } from '../parts/outcome-label.tsx';
import { Panel } from '../parts/panel.tsx';

/** What the run came to, and why. */
export function VerdictCard({ model: { verdict, stage } }: { readonly model: RunModel }) {
  if (!verdict) {
    return (
      <Panel id="verdict" title="Verdict" className="ff-verdict-none">
        <p className="ff-note">
          {stage === 'waiting' ? 'The run has not begun.' : 'None yet: it is given when the run has recovered.'}
        </p>
      </Panel>
    );
  }
  const { outcome, reasons, figures } = verdict;
  return (
    <Panel id="verdict" title="Verdict" className={`ff-verdict-${looks[outcome].tone}`}>
      <p className="ff-outcome">
        <OutcomeLabel outcome={outcome} large /> {looks[outcome].meaning}
      </p>
      {reasons.length === 0 ? (
        <p className="ff-note">No reason was given.</p>
      ) : (
        <ul className="ff-reasons">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <Figures figures={figures} />
    </Panel>
  );
}
