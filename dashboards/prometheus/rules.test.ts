import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { flawsOf, rulesOf } from './testing/check.ts';
import { registeredIn, sources } from './testing/registered.ts';

const read = (name: string) => readFile(join(import.meta.dirname, name), 'utf8');
const code = await sources();
const registered = code.flatMap(registeredIn);
const options = {
  registered,
  targetLabels: await targetLabels(),
  knowsValue: (value: string) => code.some((source) => new RegExp(`['"\\s]${value}['":]`).test(source)),
};

/** What prometheus.yaml puts on every target. */
async function targetLabels(): Promise<readonly string[]> {
  const { scrape_configs: scrapes } = parse(await read('prometheus.yaml')) as {
    scrape_configs: readonly { relabel_configs: readonly { target_label?: string }[] }[];
  };
  return scrapes.flatMap(({ relabel_configs: rules }) => rules.flatMap(({ target_label: label }) => label ?? []));
}

test('the metrics of the code are found: by the kit, by name, with type and labels', () => {
  const names = registered.map(({ name }) => name);
  assert.ok(names.length >= 10 && new Set(names).size === names.length, names.join(' '));
  assert.deepEqual(
    registeredIn(
      `metrics.calls({ name: 'a_seconds', help: 'x', labels: ['b', 'c'] }); new Gauge({ name: 'faultflix_d', registers });`,
    ),
    [
      { name: 'faultflix_a_seconds', type: 'histogram', labels: ['b', 'c'] },
      { name: 'faultflix_d', type: 'gauge', labels: [] },
    ],
  );
});

test('every metric, label and label value of the rules is one that the code has', async () => {
  const rules = rulesOf(await read('rules.yaml'));
  assert.ok(rules.length > 10);
  assert.deepEqual(flawsOf(rules, options), []);
});

test('every alert says something and how much it matters', async () => {
  for (const rule of rulesOf(await read('rules.yaml'))) {
    const { alert, labels, annotations } = rule as {
      alert?: string;
      labels?: { severity?: string };
      annotations?: { summary?: string };
    };
    if (!alert) continue;
    assert.ok(['page', 'ticket', 'info'].includes(labels?.severity ?? ''), alert);
    assert.ok((annotations?.summary ?? '').length > 10, alert);
  }
});

test('known-bad rules are refused, each for its own reason', async () => {
  const flaws = flawsOf(rulesOf(await read('testing/known-bad.yaml')), options);
  const reasons = (rule: string) =>
    flaws
      .filter((flaw) => flaw.rule === rule)
      .map(({ what }) => what)
      .join('; ');
  assert.match(reasons('NoSuchMetric'), /no such metric: faultflix_client_retry_total/);
  assert.match(reasons('HistogramWithoutSuffix'), /no such metric: faultflix_server_call_duration_seconds/);
  assert.match(reasons('NoSuchLabel'), /faultflix_server_shed_total has no label prio/);
  assert.match(reasons('NoSuchValue'), /kind is never "overbudget"/);
  assert.match(reasons('NoSuchGrouping'), /nothing has a label caller to group by/);
  assert.match(reasons('NoSuchRecord'), /no such metric: faultflix:error_ratio:rate1m/);
  assert.match(reasons('NotPromql'), /not PromQL/);
});
