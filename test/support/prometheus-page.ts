/**
 * Reads the text page of a registry back: what a scraper would see.
 */

/** Every sample of the page by `name{sorted labels}`. */
export function samplesOf(page: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of page.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (match === null || line.startsWith('#')) continue;
    const [, name, labels = '', value] = match;
    const sorted = (labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).sort().join(',');
    samples.set(`${name}{${sorted}}`, Number(value));
  }
  return samples;
}
