/** Builds a dashboard's page into the folder given; prints `modules N` as it goes. Ends with 0 when the folder is whole. */
import { build } from 'vite';
import { viteConfig } from './config.ts';

const [outDir, dashboard] = process.argv.slice(2);
if (!outDir || !dashboard) throw new Error('usage: dashboards/build/main.ts FOLDER DASHBOARD');
const config = viteConfig(dashboard, (count) => process.stdout.write(`modules ${count}\n`));
await build({ ...config, build: { ...config.build, outDir } });
