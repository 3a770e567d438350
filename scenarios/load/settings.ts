import { parseArgs } from 'node:util';
import { FaultflixError } from '#base/errors.ts';

export interface RunSettings {
  readonly script: string;
  readonly stream: boolean;
  readonly driver: 'auto' | 'embedded' | 'k6';
}

export const help = `Drive viewers against Faultflix.

  node scenarios/load/run.ts SCRIPT [--stream] [--driver auto|embedded|k6]

  SCRIPT     a k6 script, such as viewer.ts; a bare name is looked up in scenarios/load
  --stream   one JSON object a line on stdout: start, bucket (each 100 ms), played, summary, end
  --driver   auto (default): k6 when $K6 names it or it is on PATH, else the embedded driver

The end-of-test summary goes to stderr. Exit codes: 0 done, 1 a threshold failed, 2 bad script or options,
3 could not run, 4 stopped.

Environment (a script reads it through __ENV):
  FAULTFLIX_ROUTERS    https://127.1.2.3:8441,… or {"us-east-1":["https://…"],"us-west-2":["https://…"]}
  FAULTFLIX_VIEWERS    how many viewers (10)         FAULTFLIX_DURATION   how long (30s)
  FAULTFLIX_RAMP_UP    within the duration (5s)      FAULTFLIX_SEED       same seed, same viewers (1)
  FAULTFLIX_TITLE      about so long a title is watched (15s)
  FAULTFLIX_TIMEOUT    an attempt of a request may take so long (4s)
  SSL_CERT_FILE        the CA that signs routers and edges
  Those of one script alone: scenarios/load/README.md

Examples:
  SSL_CERT_FILE=ca.crt FAULTFLIX_ROUTERS=https://127.1.2.3:8441 node scenarios/load/run.ts viewer.ts
  FAULTFLIX_VIEWERS=100 FAULTFLIX_DURATION=90s node scenarios/load/run.ts viewer.ts --stream > run.jsonl
  K6=/opt/k6 node scenarios/load/run.ts my-script.js --driver k6
`;

/** Throws `bad-input` for anything it does not know. `undefined`: help was asked for. */
export function parseSettings(args: readonly string[]): RunSettings | undefined {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    throw new FaultflixError('bad-input', 'cannot read the command line', { cause, todo: 'see --help' });
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const { driver } = values;
  if (driver !== 'auto' && driver !== 'embedded' && driver !== 'k6') {
    throw new FaultflixError('bad-input', `no such driver: ${driver}`, {
      where: '--driver',
      expected: 'auto, embedded, k6',
      received: driver,
    });
  }
  if (positionals.length !== 1) {
    throw new FaultflixError('bad-input', 'one script is needed', {
      expected: 'SCRIPT',
      received: positionals.join(' ') || 'nothing',
      todo: 'see --help',
    });
  }
  return { script: positionals[0]!, stream: values.stream, driver };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stream: { type: 'boolean', default: false },
      driver: { type: 'string', default: 'auto' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
