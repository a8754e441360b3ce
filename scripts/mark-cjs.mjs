/** The package is `type: module`; this tells Node and TypeScript that what is under dist/cjs is CommonJS. */
import { writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', '{"type":"commonjs"}\n');
