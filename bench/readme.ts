/**
 * Keeps the results in bench/README.md: one section per Node.js major, between marks, replaced as a whole. What people
 * wrote around the marks is left as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const README = new URL('../../bench/README.md', import.meta.url);

/** Puts `report` into the section of the Node.js that runs, after the others when it has none yet. */
export function writeReadme(report: string): void {
  const major = process.versions.node.split('.')[0];
  const begin = `<!-- results of Node.js ${major}: written by --write-readme -->`;
  const end = `<!-- end of Node.js ${major} -->`;
  const section = `${begin}\n\n## Results on Node.js ${major}\n\n${report}\n\n${end}`;
  const text = readFileSync(README, 'utf8');
  const start = text.indexOf(begin);
  const stop = text.indexOf(end, start);
  if (start === -1 || stop === -1) writeFileSync(README, `${text.trimEnd()}\n\n${section}\n`);
  else writeFileSync(README, text.slice(0, start) + section + text.slice(stop + end.length));
}
