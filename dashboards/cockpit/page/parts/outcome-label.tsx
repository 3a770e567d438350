import { Label } from '@patternfly/react-core';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon.js';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon.js';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon.js';
import { QuestionCircleIcon } from '@patternfly/react-icons/dist/esm/icons/question-circle-icon.js';
import { TimesCircleIcon } from '@patternfly/react-icons/dist/esm/icons/times-circle-icon.js';
import type { ComponentType } from 'react';
import type { Outcome } from '#chaos/engine/journal.ts';
import { looks, type Tone } from '../model/outcome.ts';

type Color = 'green' | 'red' | 'purple' | 'grey' | 'orangered';

const drawings: Readonly<Record<Tone, { readonly color: Color; readonly Icon: ComponentType }>> = {
  good: { color: 'green', Icon: CheckCircleIcon },
  bad: { color: 'red', Icon: TimesCircleIcon },
  doubt: { color: 'purple', Icon: QuestionCircleIcon },
  stopped: { color: 'grey', Icon: BanIcon },
  left: { color: 'orangered', Icon: ExclamationTriangleIcon },
};

/** Colour, sign and word: no outcome is told by its colour alone. */
export function OutcomeLabel({ outcome, large = false }: { readonly outcome: Outcome; readonly large?: boolean }) {
  const { word, tone } = looks[outcome];
  const { color, Icon } = drawings[tone];
  return (
    <Label data-outcome={outcome} color={color} icon={<Icon />} isCompact={!large}>
      {word}
    </Label>
  );
}
