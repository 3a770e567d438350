import { parseArgs } from 'node:util';
import { FaultflixError, messageOf } from '#base/errors.ts';
import { clusterTools, isToolName, realClusterTools, type ToolName, toolNames } from './tools/catalogue.ts';

export type Command =
  | {
      readonly verb: 'up';
      readonly name: string;
      readonly kubelet: boolean;
      /** Set: real nodes, this many. */
      readonly realNodes?: number;
      readonly tools: readonly ToolName[];
    }
  | { readonly verb: 'down' | 'sweep'; readonly name: string }
  | { readonly verb: 'tools'; readonly tools: readonly ToolName[] }
  | { readonly verb: 'kubectl'; readonly name: string; readonly args: readonly string[] };

const VERBS = ['up', 'down', 'kubectl', 'tools', 'sweep'] as const;
const DEFAULT_NAME = 'default';

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
      });
      const { nodes = 'local', 'node-count': count } = values;
      const name = nameOf(values.name);
      const kubelet = values['no-kubelet'] !== true;
      if (nodes === 'local') {
        if (count === undefined) return { verb, name, kubelet, tools: clusterTools };
        throw bad('--node-count without real nodes', '--nodes containerd --node-count N', rest.join(' '));
      }
      if (nodes !== 'containerd') throw bad(`no such nodes: ${nodes}`, 'local, containerd', String(nodes));
      if (!kubelet) throw bad('--no-kubelet with --nodes containerd', 'one of the two', rest.join(' '));
      return { verb, name, kubelet, realNodes: count === undefined ? 6 : Number(count), tools: realClusterTools };
    }
    default:
      throw bad(verb === undefined ? 'no command' : `no such command: ${verb}`, VERBS.join(', '), verb ?? 'nothing');
  }
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

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
