/** The one-place rule: what is added by adding a file is named in that file's own place, in tests, docs and YAML only. */
import { isTest, type Sources, withoutComments } from './sources.ts';

interface Kind {
  readonly what: string;
  /** Groups: the name. */
  readonly entry: RegExp;
  /** Files of the folder that are no entries. */
  readonly except: readonly string[];
  /** Where the name may stand. */
  readonly place: (name: string) => readonly string[];
  /** The code that is looked through. */
  readonly within: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    what: 'fault kind',
    entry: /^chaos\/faults\/([^/]+)\.ts$/,
    except: ['kind', 'registry'],
    place: (name) => [`chaos/faults/${name}.ts`, `chaos/faults/${name}/`],
    within: [''],
  },
  {
    what: 'probe',
    entry: /^chaos\/probes\/([^/]+)\.ts$/,
    except: ['probe', 'registry'],
    place: (name) => [`chaos/probes/${name}.ts`, `chaos/probes/${name}/`],
    within: [''],
  },
  {
    what: 'service',
    entry: /^platform\/services\/([^/]+)\/main\.ts$/,
    except: [],
    // A service names the services that it calls, and a contract is named after its service.
    place: () => ['platform/services/', 'platform/contracts/'],
    within: [''],
  },
  {
    what: 'command',
    entry: /^chaos\/cli\/commands\/([^/]+)\.ts$/,
    except: [],
    place: (name) => [`chaos/cli/commands/${name}.ts`],
    // Their names are everyday words: what must not know them is what lists, parses and explains commands.
    within: [
      'chaos/cli/main.ts',
      'chaos/cli/registry.ts',
      'chaos/cli/arguments.ts',
      'chaos/cli/help.ts',
      'chaos/cli/command.ts',
    ],
  },
];

export interface Homonym {
  readonly name: string;
  /** File or folder in which the word means something else. */
  readonly path: string;
  readonly means: string;
}

/** Places where a name stands as a whole string. `homonyms` are words of others that happen to be spelled the same. */
export function onePlaceViolations(sources: Sources, homonyms: readonly Homonym[]): readonly string[] {
  const entries = kinds.flatMap((kind) =>
    [...sources.keys()].flatMap((path) => {
      const name = isTest(path) ? undefined : path.match(kind.entry)?.[1];
      return name === undefined || kind.except.includes(name) ? [] : [{ kind, name }];
    }),
  );
  const violations: string[] = [];
  for (const [path, source] of sources) {
    if (isTest(path) || path.includes('/generated/')) continue;
    const code = withoutComments(source);
    for (const { kind, name } of entries) {
      if (!kind.within.some((prefix) => path.startsWith(prefix))) continue;
      if (kind.place(name).some((place) => path.startsWith(place))) continue;
      if (homonyms.some((word) => word.name === name && path.startsWith(word.path))) continue;
      if (new RegExp(`(['"\`])${name}\\1`).test(code)) violations.push(`${path} names the ${kind.what} ${name}`);
    }
  }
  return violations;
}

/** Homonyms that no longer stand anywhere: a list of exceptions that only grows hides what it was made for. */
export function unusedHomonyms(sources: Sources, homonyms: readonly Homonym[]): readonly Homonym[] {
  return homonyms.filter(({ name, path }) => {
    const files = [...sources].filter(([file]) => file.startsWith(path));
    return !files.some(([, source]) => new RegExp(`(['"\`])${name}\\1`).test(withoutComments(source)));
  });
}
