import { table } from '../deploy/table.ts';
import manifest from '../package.json' with { type: 'json' };
import { askNpm } from './npm.ts';
import { behind } from './versions.ts';

const rows = behind(await askNpm('outdated'), Object.keys(manifest.dependencies));
console.log(typeof rows === 'string' ? `outdated: ${rows}` : table(rows));
