import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Homonym, onePlaceViolations, unusedHomonyms } from './rooms/one-place.ts';
import { importsOf, readSources } from './rooms/sources.ts';
import { cycles, roomCycles, scriptViolations, tableViolations } from './rooms/table.ts';

const homonyms: readonly Homonym[] = [
  { name: 'latency', path: 'platform/kit/mesh/', means: "Toxiproxy's type of toxic, which also makes the distances" },
  {
    name: 'acknowledged-plays',
    path: 'scenarios/audit/',
    means: "the auditor's check, which the probe reads",
  },
  { name: 'charged-once', path: 'scenarios/audit/', means: "the auditor's check, which the probe reads" },
  { name: 'mailed-once', path: 'scenarios/audit/', means: "the auditor's check, which the probe reads" },
  { name: 'card-network', path: 'scenarios/audit/', means: 'a witness that the auditor asks' },
  { name: 'billing', path: 'chaos/world/kube/witnesses.ts', means: 'a witness: its pods add the ledger up' },
  { name: 'card-network', path: 'chaos/world/kube/witnesses.ts', means: 'a witness' },
  { name: 'mailbox', path: 'chaos/world/kube/witnesses.ts', means: 'a witness' },
  { name: 'email', path: 'dashboards/watch/', means: 'HTML’s type and autocomplete of a mail address' },
  { name: 'edge', path: 'dashboards/watch/', means: 'what answers the player: its failover is what the page shows' },
  { name: 'router', path: 'dashboards/watch/', means: 'the front door, to which the page’s server leads' },
  { name: 'users', path: 'k8s/local/control-plane/', means: 'the list of a kubeconfig' },
  { name: 'edge', path: 'scenarios/load/viewer/', means: 'what answered a viewer, as the load stream says it' },
  { name: 'store', path: 'platform/base/names.ts', means: 'the door by which state is spoken' },
  { name: 'store', path: 'platform/kit/mesh/', means: 'the same door' },
  { name: 'store', path: 'platform/stores/', means: 'state’s own room: its engine asks that service and no other' },
  { name: 'origin', path: 'k8s/local/kubelet/server/spdy/', means: "a header of HTTP, in SPDY's dictionary" },
];

const sources = await readSources(join(import.meta.dirname, '..'));
const files = (all: Record<string, string>) => new Map(Object.entries(all));

describe('the rooms', () => {
  it('are read', () => assert.ok(sources.size > 50, `${sources.size} files`));
  it('import what the table of docs/architecture.md allows', () => assert.deepEqual(tableViolations(sources), []));
  it('hold k6 scripts that k6 can run', () => assert.deepEqual(scriptViolations(sources), []));
  it('do not need each other in turn', () => assert.deepEqual(roomCycles(sources), []));
  it('hold no files that need each other in turn', () => assert.deepEqual(cycles(sources), []));
  it('name each fault kind, probe, service and command in its own place only', () =>
    assert.deepEqual(onePlaceViolations(sources, homonyms), []));
  it('need every exception that is made', () => assert.deepEqual(unusedHomonyms(sources, homonyms), []));
});

describe('the table rejects', () => {
  const bad: Record<string, Record<string, string>> = {
    'the base that imports the kit': { 'platform/base/a.ts': "import { x } from '#kit/x.ts';" },
    'a service that imports another': { 'platform/services/a/main.ts': "import { x } from '../b/x.ts';" },
    'a service that loads another late': { 'platform/services/a/main.ts': "await import('../b/x.ts');" },
    'chaos that imports code of the kit': { 'chaos/a.ts': "import { x, type Y } from '#kit/x.ts';" },
    'chaos that imports the local cluster': { 'chaos/cli/a.ts': "export * from '#k8s/local/main.ts';" },
    'chaos that imports a service': { 'chaos/a.ts': "import '../platform/services/a/main.ts';" },
    'the load that imports chaos': { 'scenarios/load/a.ts': "import type { X } from '#chaos/x.ts';" },
    'the local cluster that imports chaos': { 'k8s/local/a.ts': "import type { X } from '#chaos/x.ts';" },
    'a dashboard that imports code': { 'dashboards/a.ts': "import { x } from '#chaos/x.ts';" },
    'code that imports test/': { 'platform/kit/a.ts': "import { x } from '#test/x.ts';" },
    "code that imports a test's helper": { 'chaos/a.ts': "import { x } from './testing/x.ts';" },
    'a file outside of all rooms': { 'tools/a.ts': '' },
    'an import over several lines': { 'platform/base/a.ts': "import {\n  x,\n  y,\n} from '#kit/x.ts';" },
  };
  for (const [what, all] of Object.entries(bad)) {
    it(what, () => assert.equal(tableViolations(files(all)).length, 1));
  }

  it('nothing that is allowed', () => {
    const all = {
      'chaos/a.ts':
        "import type { X } from '#kit/x.ts';\nimport { type Y } from '#kit/y.ts';\nimport { b } from '#base/b.ts';",
      'chaos/a.test.ts': "import { x } from '#test/x.ts';\nimport { y } from '#kit/y.ts';",
      'scenarios/audit/a.ts': "import { x } from '#base/x.ts';\nimport { y } from '../load/y.ts';",
      'platform/kit/b.ts': "// import { x } from '#chaos/x.ts';\nconst url = 'https://x'; /* import '#test/x.ts' */",
    };
    assert.deepEqual(tableViolations(files(all)), []);
  });
});

describe('the rule of k6 scripts rejects', () => {
  const script = "import http from 'k6/http';\nimport { a } from './viewer/a.ts';\nimport type { N } from 'node:fs';";
  it('what imports Node or a room, itself or through a file', () => {
    const direct = { 'scenarios/load/viewer.ts': `${script}\nimport { x } from '#base/x.ts';` };
    const through = { 'scenarios/load/viewer.ts': script, 'scenarios/load/viewer/a.ts': "import fs from 'node:fs';" };
    assert.equal(scriptViolations(files(direct)).length, 1);
    assert.equal(scriptViolations(files(through)).length, 1);
  });
  it('nothing that k6 has', () => {
    const all = { 'scenarios/load/viewer.ts': script, 'scenarios/load/viewer/a.ts': "import { sleep } from 'k6';" };
    assert.deepEqual(scriptViolations(files(all)), []);
  });
  it('no file of the driver', () => {
    assert.deepEqual(scriptViolations(files({ 'scenarios/load/run.ts': "import fs from 'node:fs';" })), []);
  });
});

describe('cycles are found', () => {
  it('between files', () => {
    const ring = {
      'chaos/a.ts': "import './b.ts';",
      'chaos/b.ts': "import { c } from './c.ts';",
      'chaos/c.ts': "export * from './a.ts';",
    };
    assert.equal(cycles(files(ring)).length, 1);
    assert.deepEqual(
      cycles(files({ 'chaos/a.ts': "import './b.ts';", 'chaos/b.ts': "import type { A } from './a.ts';" })),
      [],
    );
  });
  it('between rooms', () => {
    const ring = {
      'platform/base/a.ts': "import type { K } from '#kit/b.ts';",
      'platform/kit/b.ts': "import { a } from '#base/a.ts';",
    };
    assert.equal(roomCycles(files(ring)).length, 1);
  });
});

describe('the one-place rule rejects', () => {
  const entries = {
    'chaos/faults/kind.ts': '',
    'chaos/faults/pod-melt.ts': '',
    'chaos/probes/smiles.ts': '',
    'platform/services/popcorn/main.ts': '',
    'chaos/cli/commands/dance.ts': '',
  };
  const bad: Record<string, Record<string, string>> = {
    'a fault kind in the engine': { 'chaos/engine/a.ts': "if (fault === 'pod-melt') x();" },
    'a fault kind in a sibling': { 'chaos/faults/other.ts': 'const x = "pod-melt";' },
    'a probe in the report': { 'chaos/report/a.ts': 'case `smiles`:' },
    'a service in the controller': { 'chaos/controller/a.ts': "const x = ['popcorn'];" },
    'a service in the kit': { 'platform/kit/a.ts': "const x = 'popcorn';" },
    'a command in the registry': {
      'chaos/cli/registry.ts': "import dance from './x'; const all = { 'dance': dance };",
    },
  };
  for (const [what, more] of Object.entries(bad)) {
    it(what, () => assert.equal(onePlaceViolations(files({ ...entries, ...more }), []).length, 1));
  }

  it('nothing that is in its place, a comment, a test, or part of another word', () => {
    const more = {
      'chaos/engine/a.ts': "// 'pod-melt'\nconst x = 'pod-melting';",
      'chaos/engine/a.test.ts': "const x = 'pod-melt';",
      'platform/services/other/main.ts': "call('popcorn');",
    };
    assert.deepEqual(onePlaceViolations(files({ ...entries, ...more }), []), []);
  });

  it('an exception that nobody needs', () => {
    const homonym = { name: 'pod-melt', path: 'chaos/x.ts', means: 'a sandwich' };
    assert.deepEqual(unusedHomonyms(files(entries), [homonym]), [homonym]);
  });
});

describe('imports are read from code alone', () => {
  it('side effects, re-exports, types and dynamic ones', () => {
    const source = [
      "import './a.ts';",
      "export { b } from './b.ts';",
      "import type { C } from './c.ts';",
      "const d = await import('./d.ts');",
      "import { readFile } from 'node:fs/promises';",
      'const text = "import \'./no.ts\'";',
    ].join('\n');
    assert.deepEqual(importsOf('chaos/x.ts', source), [
      { from: 'chaos/x.ts', to: 'chaos/a.ts', typesOnly: false },
      { from: 'chaos/x.ts', to: 'chaos/b.ts', typesOnly: false },
      { from: 'chaos/x.ts', to: 'chaos/c.ts', typesOnly: true },
      { from: 'chaos/x.ts', to: 'chaos/d.ts', typesOnly: false },
    ]);
  });
});
