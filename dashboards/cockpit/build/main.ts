/** Builds the page into the folder given; prints `modules N` as it goes. Ends with 0 when the folder is whole. */
import { build } from 'vite';
import { viteConfig } from './config.ts';

const [outDir] = process.argv.slice(2);
if (!outDir) throw new Error('usage: dashboards/cockpit/build/main.ts FOLDER');
const config = viteConfig((count) => process.stdout.write(`modules ${count}\n`));
await build({ ...config, build: { ...config.build, outDir } });
