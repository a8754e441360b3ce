/**
 * Keeps the results in bench/README.md: one section per Node.js major, and one for Redis, between marks, replaced as a whole.
 * What people wrote around the marks is left as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const README = new URL('../../bench/README.md', import.meta.url);

/** Puts `report` into the section of the Node.js that runs. */
export function writeReadme(report: string): void {
  writeSection(`Node.js ${process.versions.node.split('.')[0]}`, report);
}

/** Puts `report` into the section "Results on …", after the others when there is none yet. */
export function writeSection(platform: string, report: string): void {
  const begin = `<!-- results of ${platform}: written by --write-readme -->`;
  const end = `<!-- end of ${platform} -->`;
  const section = `${begin}\n\n## Results on ${platform}\n\n${report}\n\n${end}`;
  const text = readFileSync(README, 'utf8');
  const start = text.indexOf(begin);
  const stop = text.indexOf(end, start);
  if (start === -1 || stop === -1) writeFileSync(README, `${text.trimEnd()}\n\n${section}\n`);
  else writeFileSync(README, text.slice(0, start) + section + text.slice(stop + end.length));
}
