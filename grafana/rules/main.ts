/**
 * Writes what is made of the rules file. Run by `npm run rules`, from `.build/grafana/rules/`, hence three folders up to the
 * package.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated-files.js';

const root = new URL('../../../', import.meta.url);
for (const [name, text] of Object.entries(
  generatedFiles(readFileSync(new URL('grafana/rules/lockmeter.rules.yml', root), 'utf8')),
)) {
  const file = fileURLToPath(new URL(name, root));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
}
