/** A saved run, judged and printed again: no cluster needed. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { modelOf } from '../../report/model.ts';
import { parseRecord } from '../../report/record.ts';
import { verdictTable } from '../../report/table.ts';
import { renderings } from '../../report/write.ts';
import { command } from '../command.ts';

export default command({
  summary: 'Judge a saved report.json again and show its verdict; ends with its exit code.',
  positionals: ['FILE'],
  options: { write: { type: 'boolean', help: 'write junit.xml and report.html anew beside the file' } },
  examples: [
    { line: 'faultflix report reports/first-light-1a2b3c4d/report.json', does: 'the verdict table' },
    { line: 'faultflix report FILE --write', does: 'and the renderings, by this version' },
    { line: 'faultflix report FILE --json', does: 'the whole model, for programs' },
  ],
  async run({ options, positionals: [file], out }) {
    const path = file!;
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new FaultflixError('bad-input', 'the report cannot be read', {
        where: path,
        expected: 'a report.json',
        todo: 'look into reports/',
        cause,
      });
    });
    const record = parseRecord(text, path);
    const model = modelOf(record);
    out.print(verdictTable(model, out.terminal.style));
    out.emit({ type: 'report', ...model });
    if (options.write) {
      for (const [name, rendering] of renderings(record)) {
        await writeFile(join(dirname(path), name), rendering);
        out.print(`  written  ${join(dirname(path), name)}`);
      }
    }
    return model.exitCode;
  },
});
