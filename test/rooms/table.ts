/** The import table of docs/architecture.md, "Rooms and what they may import". */
import { type Import, importsOf, isTest, type Sources, specifiersOf } from './sources.ts';

interface Room {
  readonly path: string;
  readonly may: readonly string[];
  readonly mayTypes?: readonly string[];
}

const base = 'platform/base/';
const contracts = 'platform/contracts/';
const kit = 'platform/kit/';
const stores = 'platform/stores/';

/** The first path that fits is the file's room. */
const table: readonly Room[] = [
  { path: base, may: [] },
  { path: contracts, may: [base] },
  { path: kit, may: [base, contracts] },
  { path: stores, may: [base, contracts, kit] },
  { path: 'platform/services/', may: [base, contracts, kit, stores] },
  { path: 'platform/media/', may: [base] },
  { path: 'chaos/', may: [base, contracts], mayTypes: [kit] },
  { path: 'scenarios/', may: [base] },
  { path: 'k8s/', may: [base, kit] },
  { path: 'dashboards/', may: [base], mayTypes: [''] },
  { path: 'test/', may: [''] },
];

/** Each service is a room of its own. */
export function roomOf(path: string): string | undefined {
  const service = path.match(/^platform\/services\/[^/]+\//)?.[0];
  return service ?? table.find((room) => path.startsWith(room.path))?.path;
}

/** What breaks the table, one sentence each. */
export function tableViolations(sources: Sources): readonly string[] {
  const violations: string[] = [];
  for (const [path, source] of sources) {
    const room = roomOf(path);
    if (room === undefined) violations.push(`${path} is in no room of the table`);
    else if (!isTest(path)) violations.push(...importsOf(path, source).flatMap((each) => complaint(room, each) ?? []));
  }
  return violations;
}

function complaint(room: string, { from, to, typesOnly }: Import): string | undefined {
  if (to.startsWith(room) && !isTest(to)) return undefined;
  if (isTest(to)) return `${from} is no test and imports the test ${to}`;
  const { may, mayTypes = [] } = table.find(({ path }) => room.startsWith(path))!;
  const allowed = typesOnly ? [...may, ...mayTypes] : may;
  if (allowed.some((prefix) => to.startsWith(prefix))) return undefined;
  return `${from} imports ${typesOnly ? 'types of ' : ''}${to}: ${room} may import ${[...may, ...mayTypes.map((each) => `types of ${each}`)].join(', ') || 'nothing of ours'}`;
}

/** Rings of files that need each other to load. Types do not count: they are gone when the code runs. */
export function cycles(sources: Sources): readonly string[] {
  const needs = new Map(
    [...sources].map(([path, source]) => [
      path,
      importsOf(path, source).flatMap(({ to, typesOnly }) => (typesOnly ? [] : [to])),
    ]),
  );
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (path: string) => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    trail.push(path);
    for (const next of needs.get(path) ?? []) visit(next);
    trail.pop();
    state.set(path, 'done');
  };
  for (const path of needs.keys()) visit(path);
  return found;
}

/** Rooms that need each other, types included. */
export function roomCycles(sources: Sources): readonly string[] {
  const edges = new Map<string, string>();
  for (const [path, source] of sources) {
    if (isTest(path)) continue;
    for (const { to } of importsOf(path, source)) {
      const [here, there] = [roomOf(path), roomOf(to)];
      if (here && there && here !== there && !isTest(to)) edges.set(`${here} → ${there}`, `${path} → ${to}`);
    }
  }
  return [...edges.keys()].filter((edge) => {
    const [here, there] = edge.split(' → ');
    return here! < there! && edges.has(`${there} → ${here}`);
  });
}

/** A k6 script runs in k6 too, which has no Node: it and what it imports may import `k6*` and relative files only. */
export function scriptViolations(sources: Sources): readonly string[] {
  const isScript = ([path, source]: readonly [string, string]) =>
    /^scenarios\/load\/[^/]+\.ts$/.test(path) && !isTest(path) && specifiersOf(source).some(isK6);
  const waiting = [...sources].filter(isScript).map(([path]) => path);
  const seen = new Set(waiting);
  const violations: string[] = [];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = sources.get(path) ?? '';
    const wrong = specifiersOf(source).filter((each) => !isK6(each) && !each.startsWith('.'));
    violations.push(...wrong.map((each) => `${path} is run by k6 and imports ${each}`));
    for (const { to, typesOnly } of importsOf(path, source)) {
      if (typesOnly || seen.has(to)) continue;
      seen.add(to);
      waiting.push(to);
    }
  }
  return violations;
}

const isK6 = (specifier: string): boolean => specifier === 'k6' || specifier.startsWith('k6/');
