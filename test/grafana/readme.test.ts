/** The README of the dashboards and rules sends nobody to a file, a heading or a command that is not there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertsOf, readRules, recordsOf } from '../../grafana/rules/rule-file.js';
import { debianTool } from '../support/debian-tool.js';
import { oneLock, overview } from './dashboards.js';
import { INSTALLING, runTool } from './run-tool.js';

const text = readFileSync('grafana/README.md', 'utf8');

/** The first column of the table below `heading`. */
const rowsUnder = (heading: string) =>
  [
    ...text
      .slice(text.indexOf(heading))
      .split('\n\n')[1]!
      .matchAll(/^\| ([A-Z][^|]*?) +\|/gm),
  ].map(([, row]) => row);

test('it describes the rows of both dashboards, in their order', () => {
  for (const dashboard of [overview, oneLock]) {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rowsUnder(`**\`dashboards/${dashboard.uid}.json\`**`)).toEqual(rows);
  }
});

test('files, scripts and places in pages that it names exist', () => {
  const commands = [...text.matchAll(/^cp (grafana\/\S+)/gm)].map(([, file]) => file!.replace('*.json', ''));
  const links = [...text.matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, link]) => join('grafana', link!));
  const named = [...text.matchAll(/`((?:mixin|rules|provisioning|dashboards)\/[\w./-]+)`/g)];
  const files = [...commands, ...links, ...named.map(([, file]) => join('grafana', file!))];
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);

  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [, script] of text.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty([script!]);

  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(' ', '-'));
  for (const [, anchor] of text.matchAll(/\]\(#([\w-]+)\)/g)) expect(headings).toContain(anchor);
});

test('it counts the rules', () => {
  const rules = readRules(readFileSync('grafana/rules/lockmeter.rules.yml', 'utf8'));
  expect([recordsOf(rules).length, alertsOf(rules).length]).toEqual([6, 8]);
  expect(text).toContain('six recording rules and eight alerts');
});

test(
  "the jsonnet for the operator gives the rules, where the package is in somebody's node_modules",
  async () => {
    const [, script] = /^jsonnet -J node_modules -e '\n([\s\S]*?)' \| kubectl/m.exec(text)!;
    const program = script!.replace('lockmeter/grafana/', 'grafana/');
    expect(program).not.toBe(script);
    const { code, stdout, stderr } = await runTool(await debianTool('jsonnet', 'jsonnet'), ['-J', '.', '-e', program]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'PrometheusRule',
      spec: readRules(readFileSync('grafana/rules/lockmeter.rules.yml', 'utf8')),
    });
  },
  INSTALLING,
);
