/** Writes the dashboards. Run by `npm run dashboards`, from `.build/grafana/src/`, hence three folders up to the package. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { render } from './dashboard.js';
import { DASHBOARDS } from './dashboards.js';

const folder = new URL('../../../grafana/dashboards/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, build] of Object.entries(DASHBOARDS)) {
  const file = new URL(name, folder);
  writeFileSync(file, render(build()));
  console.log(`wrote ${fileURLToPath(file)}`);
}
