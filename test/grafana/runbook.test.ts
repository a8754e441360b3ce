/** The runbook has a section for every alert, and sends nobody to a panel that is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { alertsOf, readRules } from '../../grafana/rules/rule-file.js';

const text = readFileSync('docs/runbook.md', 'utf8');
const alerts = alertsOf(readRules(readFileSync('grafana/rules/lockmeter.rules.yml', 'utf8')));
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

const panels = readdirSync('grafana/dashboards')
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(`grafana/dashboards/${name}`, 'utf8')) as { panels: { title: string }[] })
  .flatMap((dashboard) => dashboard.panels.map(({ title }) => title));

/** As GitHub makes them of headings. */
const anchorOf = (heading: string) => heading.toLowerCase();

test('every alert leads to a section of its own, and every section belongs to an alert', () => {
  expect(alerts.map(({ annotations }) => annotations.runbook_url)).toEqual(
    Array.from(sections.keys(), (heading) => `docs/runbook.md#${anchorOf(heading)}`),
  );
});

test.each(alerts)('$alert: what it means, what to look at, why, what to do, and when it is wrong', ({ alert }) => {
  const parts = Array.from(sections.get(alert)!.matchAll(/^\*\*([^*]+)\*\*/gm), ([, part]) => part);
  expect(parts).toEqual([
    'What it means.',
    'What to look at',
    'Likely causes',
    'What to do now.',
    'What to change later.',
    'When it is wrong.',
  ]);
});

test.each(alerts)(
  '$alert: the overview gives its severity and how long it must hold',
  ({ alert, labels, for: time }) => {
    const row = text.split('\n').find((line) => line.startsWith(`| [${alert}](#${anchorOf(alert)})`));
    const cells = row?.split('|').map((cell) => cell.trim());
    expect(cells?.[2]).toBe(labels.severity);
    expect(cells?.[4]).toBe(time === undefined ? 'at once' : time.replace('m', ' min'));
  },
);

test('the panels it names are on a dashboard', () => {
  const named = Array.from(text.matchAll(/(?<!\w)_([A-Z][^_`\n]+)_(?!\w)/g), ([, title]) => title!);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((title) => !panels.includes(title))).toEqual([]);
});

test('its links within the page lead somewhere', () => {
  const anchors = Array.from(sections.keys(), anchorOf);
  const links = Array.from(text.matchAll(/\]\(#([\w-]+)\)/g), ([, anchor]) => anchor!);
  expect(links.length).toBeGreaterThan(alerts.length);
  expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
});
