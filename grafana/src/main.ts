/** Writes the dashboards. Run by `npm run dashboards`, from `.build/grafana/src/`, hence three folders up to the package. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OVERVIEW_FILE, overview, render } from './dashboard.js';

const folder = new URL('../../../grafana/dashboards/', import.meta.url);
const file = new URL(OVERVIEW_FILE, folder);
mkdirSync(folder, { recursive: true });
writeFileSync(file, render(overview()));
console.log(`wrote ${fileURLToPath(file)}`);
