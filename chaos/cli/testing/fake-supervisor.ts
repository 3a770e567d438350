/** Speaks as the local cluster's supervisor does; `FAKE` says how it behaves. */
const say = (event: unknown) => process.stdout.write(`${JSON.stringify(event)}\n`);
const how = process.env.FAKE ?? 'ready';

if (process.argv[2] === 'down') process.exit(how === 'stubborn-down' ? 3 : 0);

say({
  type: 'progress',
  stage: 'tools',
  what: 'etcd',
  way: 'build',
  done: 3,
  total: 12,
  unit: 'packages',
  etaMs: 60_000,
});
process.stdout.write('a line that is no event\n');
if (how === 'dies') {
  process.stderr.write('no room on the disk\n');
  process.exit(3);
}
if (how === 'error') {
  say({ type: 'error', error: { code: 'could-not-run', message: 'no tools', todo: 'install Go' } });
  process.exit(3);
}
say({
  type: 'ready',
  kubeconfig: '/tmp/x/kubeconfig',
  stateDir: '/tmp/x',
  binDir: '/tmp/x/bin',
  pids: {},
  nodes: process.argv.slice(2),
});
process.stdin.resume().on('end', () => {
  if (how === 'stubborn') return setInterval(() => {}, 1_000);
  say({ type: 'down' });
  process.exit(0);
});
