/** Removes the folders that are named: a build must not carry files of an earlier one. */
import { rmSync } from 'node:fs';

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true });
