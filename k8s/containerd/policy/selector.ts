import type { LabelSelector, Labels } from './objects.ts';

/** Whether a label selector chooses these labels; an empty one chooses all. Its parts are ANDed (meta/v1). */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const there = Object.hasOwn(labels, key);
      switch (operator) {
        case 'In':
          return there && values.includes(labels[key]!);
        case 'NotIn': // what lacks the label is chosen
          return !there || !values.includes(labels[key]!);
        case 'Exists':
          return there;
        case 'DoesNotExist':
          return !there;
        default:
          return false; // an operator of a later API: what is not understood lets nobody in
      }
    })
  );
}
