/** The code on the page of frameworks is the code that the other tests of this folder run, to the letter. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/frameworks.md');
const FOLDER = 'examples/frameworks/';
const files = readdirSync(fileURLToPath(new URL(`../../${FOLDER}`, import.meta.url))).sort();

/** The blocks of code that the page says are a file: `*[examples/frameworks/x.ts](…)*` and the block after it. */
const blocks = new Map(
  [...page.matchAll(/\(\.\.\/examples\/frameworks\/([\w-]+\.ts)\)[^\n]*\n\n```ts\n([\s\S]*?)```/g)].map(
    ([, file, code]) => [file!, code!],
  ),
);

test('the page shows every recipe and no other', () => {
  expect([...blocks.keys()].sort()).toEqual(files);
  expect(page.match(/^```ts$/gm)).toHaveLength(files.length);
});

test.each(files)('%s is on the page as it is run', (file) => {
  const source = read(FOLDER + file);
  expect(source).toMatch(/^\/\*\* .* \*\/\nimport /);
  expect(blocks.get(file)).toBe(source.slice(source.indexOf('\nimport ') + 1));
});

test('every framework of a recipe has its section and its row', () => {
  for (const name of ['Fastify', 'Koa', 'Hono', 'BullMQ', 'Cron']) {
    expect(page).toContain(`\n## ${name}\n`);
    expect(page).toMatch(new RegExp(`^\\| ${name} \\|`, 'm'));
  }
});
