/** Whether labels fit a label selector in its text form: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. */
export function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return requirements(selector).every((requirement) => fits(requirement.trim(), labels));
}

/** Commas inside parentheses belong to a set. */
const requirements = (selector: string) => selector.split(/,(?![^(]*\))/).filter((text) => text.trim() !== '');

function fits(requirement: string, labels: Readonly<Record<string, string>>): boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(requirement);
  if (set) {
    const values = set[3]!.split(',').map((text) => text.trim());
    const has = labels[set[1]!] !== undefined && values.includes(labels[set[1]!]!);
    return set[2] === 'in' ? has : !has;
  }
  const pair = /^([^!=]+?)\s*(!=|==|=)\s*(.*)$/.exec(requirement);
  if (pair) return (labels[pair[1]!] === pair[3]) === (pair[2] !== '!=');
  return requirement.startsWith('!') ? labels[requirement.slice(1)] === undefined : labels[requirement] !== undefined;
}
