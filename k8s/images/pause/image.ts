import type { ImageDefinition } from '../image.ts';
import { file } from '../layer/entry.ts';
import { pauseProgram } from './elf.ts';

export default {
  summary: "the program that holds a pod's namespaces",
  config: { Entrypoint: ['/pause'], WorkingDir: '/', User: '65535:65535' },
  async layers({ architecture }) {
    const entries = [file('pause', pauseProgram(architecture), 0o755)];
    return [{ name: 'program', title: 'pause', entries, components: [] }];
  },
} satisfies ImageDefinition;
