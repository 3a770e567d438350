import { parseArgs } from 'node:util';
import { FaultflixError, messageOf } from '#base/errors.ts';
import { clusterTools, isToolName, realClusterTools, type ToolName, toolNames } from './tools/catalogue.ts';

export interface RealNodes {
  readonly count: number;
  /** Images beside the platform's own, as archives of `docker save` or an OCI layout. */
  readonly archives: readonly string[];
}

export type Command =
  | {
      readonly verb: 'up';
      readonly name: string;
      readonly kubelet: boolean;
      /** Set: real kubelets on containerd. */
      readonly realNodes?: RealNodes;
      readonly tools: readonly ToolName[];
    }
  | { readonly verb: 'down' | 'sweep'; readonly name: string }
  | { readonly verb: 'tools'; readonly tools: readonly ToolName[] }
  | { readonly verb: 'kubectl'; readonly name: string; readonly args: readonly string[] };

const VERBS = ['up', 'down', 'kubectl', 'tools', 'sweep'] as const;
const DEFAULT_NAME = 'default';
/** The local cluster's own. */
const DEFAULT_REAL_NODES = 6;

export function parseCommand(argv: readonly string[]): Command {
  const [verb, ...rest] = argv;
  switch (verb) {
    case 'kubectl': {
      // All that follows is kubectl's own, but for a --name at its head.
      const named = rest[0] === '--name' && rest[1] !== undefined;
      return { verb, name: named ? rest[1]! : DEFAULT_NAME, args: named ? rest.slice(2) : rest };
    }
    case 'tools': {
      const names = parse(rest, { json: { type: 'boolean' } }, true).positionals.map((name): ToolName => {
        if (isToolName(name)) return name;
        throw bad(`no such tool: ${name}`, toolNames.join(', '), name);
      });
      return { verb, tools: names.length > 0 ? names : clusterTools };
    }
    case 'down':
    case 'sweep':
      return { verb, name: nameOf(parse(rest, { name: { type: 'string' } }).values.name) };
    case 'up': {
      const { values } = parse(rest, {
        name: { type: 'string' },
        'no-kubelet': { type: 'boolean' },
        nodes: { type: 'string' },
        'node-count': { type: 'string' },
        image: { type: 'string', multiple: true },
      });
      const { nodes = 'local', 'node-count': count, image } = values;
      const name = nameOf(values.name);
      const kubelet = values['no-kubelet'] !== true;
      if (nodes === 'local') {
        if (count === undefined && image === undefined) return { verb, name, kubelet, tools: clusterTools };
        throw bad('--node-count and --image are for real nodes', '--nodes containerd', rest.join(' '));
      }
      if (nodes !== 'containerd') throw bad(`no such nodes: ${nodes}`, 'local, containerd', String(nodes));
      if (!kubelet) throw bad('--no-kubelet with --nodes containerd', 'one of the two', rest.join(' '));
      const realNodes = {
        count: count === undefined ? DEFAULT_REAL_NODES : Number(count),
        archives: [image ?? []].flat().map(String),
      };
      return { verb, name, kubelet, realNodes, tools: realClusterTools };
    }
    default:
      throw bad(verb === undefined ? 'no command' : `no such command: ${verb}`, VERBS.join(', '), verb ?? 'nothing');
  }
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>>;

function parse(args: readonly string[], options: Options, allowPositionals = false) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true });
  } catch (cause) {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw bad(messageOf(cause), names.join(', '), args.join(' '));
  }
}

const nameOf = (value: unknown): string => (typeof value === 'string' ? value : DEFAULT_NAME);

const bad = (message: string, expected: string, received: string) =>
  new FaultflixError('bad-input', message, { where: 'k8s/local/main.ts', expected: `one of ${expected}`, received });
