/**
 * Optimal string alignment distance (insert, delete, replace, swap of neighbours each cost 1) where it is at most
 * `most`, else `most + 1`. Cuts off as Ukkonen does: only cells within `most` of the diagonal count.
 */
export function typingErrors(a: string, b: string, most: number): number {
  const far = most + 1;
  if (Math.abs(a.length - b.length) > most || a.length > WIDEST || b.length > WIDEST) return a === b ? 0 : far;
  if (a === b) return 0;
  let [before, above, row] = rows;
  for (let j = 0; j <= b.length; j++) above[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - most);
    const to = Math.min(b.length, i + most);
    row.fill(far, 0, b.length + 1);
    row[0] = i;
    let least = i <= most ? i : far;
    for (let j = from; j <= to; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      const above1 = j === i + most ? far : above[j]!;
      let cost = Math.min(above1 + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1))
        cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return far;
    [before, above, row] = [above, row, before];
  }
  return Math.min(above[b.length]!, far);
}

const WIDEST = 120;
const rows: [Uint16Array, Uint16Array, Uint16Array] = [
  new Uint16Array(WIDEST + 1),
  new Uint16Array(WIDEST + 1),
  new Uint16Array(WIDEST + 1),
];
