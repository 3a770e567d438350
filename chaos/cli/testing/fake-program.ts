/** Stands for `kind` and `docker` on PATH: records its calls, and answers as the real ones are documented to. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [, program = '', ...args] = process.argv;
const folder = process.env.FAKE_FOLDER ?? '';
const name = basename(program);
const line = [name, ...args].join(' ');
appendFileSync(join(folder, 'calls'), `${line}\n`);
const clusters = () => readFileSync(join(folder, 'clusters'), 'utf8').split('\n').filter(Boolean);
const kubeconfigOf = () => readFileSync(join(folder, 'kubeconfig'), 'utf8');
const option = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
const fail = (text: string) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

if (name === 'docker') {
  if (process.env.FAKE_DOCKER === 'down')
    fail('ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.');
} else if (line.startsWith('kind version')) console.log('kind v0.31.0 go1.25.5 linux/amd64');
else if (line.startsWith('kind get clusters')) {
  // pkg/cmd/kind/get/clusters: names on stdout, the absence of any on stderr.
  if (clusters().length === 0) process.stderr.write('No kind clusters found.\n');
  for (const cluster of clusters()) console.log(cluster);
} else if (line.startsWith('kind create cluster')) {
  if (clusters().includes(option('--name')))
    fail(`ERROR: failed to create cluster: node(s) already exist for a cluster with the name`);
  writeFileSync(join(folder, 'config'), readFileSync(0, 'utf8'));
  if (process.env.FAKE_CREATE === 'fails')
    fail('ERROR: failed to create cluster: failed to pull image "kindest/node:v1.35.0"');
  process.stderr.write(' ✓ Preparing nodes 📦\n');
  writeFileSync(join(folder, 'clusters'), `${[...clusters(), option('--name')].join('\n')}\n`);
  writeFileSync(option('--kubeconfig'), kubeconfigOf());
} else if (line.startsWith('kind get kubeconfig')) process.stdout.write(kubeconfigOf());
else if (line.startsWith('kind delete cluster')) {
  const left = clusters().filter((cluster) => cluster !== option('--name'));
  writeFileSync(join(folder, 'clusters'), left.map((cluster) => `${cluster}\n`).join(''));
} else if (!line.startsWith('kind load image-archive')) fail(`ERROR: unknown command: ${line}`);
