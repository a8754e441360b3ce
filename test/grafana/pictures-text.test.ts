/** What is written in the pictures: units, legends, ticks, and nothing that a lock's name could turn into HTML. */
import { html, json } from '../../grafana/pictures/html.js';
import { seriesName } from '../../grafana/pictures/legend.js';
import { valueAxis } from '../../grafana/pictures/ticks.js';
import { timeAxis, timeTicks } from '../../grafana/pictures/time-axis.js';
import { format, formatTicks } from '../../grafana/pictures/units.js';
import { madeUpSeries } from './pictures-made-up.js';

test.each([
  [0, 's', '0 s'],
  [0.000_042, 's', '42 µs'],
  [0.034_25, 's', '34.3 ms'],
  [1.5, 's', '1.5 s'],
  [119, 's', '119 s'],
  [150, 's', '2.5 min'],
  [9_000, 's', '2.5 h'],
  [0.6018, 'percentunit', '60.2%'],
  [1, 'percentunit', '100%'],
  [0.000_5, 'percentunit', '0.05%'],
  [15.09, 'ops', '15.1 ops/s'],
  [2_400, 'reqps', '2.4K req/s'],
  [999, 'short', '999'],
  [1_234, 'short', '1.23 K'],
  [12_500_000, 'short', '12.5 Mil'],
  [-2_000, 'short', '-2 K'],
  [5, 'none', '5'],
  [0.000_012_3, 'none', '0.000012'],
])('%p in %s is %s', (value, unit, text) => {
  expect(format(value, unit)).toBe(text);
});

test('decimals that the panel asks for are kept, zeros included', () => {
  expect(format(1.5, 's', 3)).toBe('1.500 s');
});

test('a unit that is not known is an error, not a bare number', () => {
  expect(() => format(1, 'furlongs')).toThrow('does not know the unit "furlongs"');
});

test('the ticks of an axis have the decimals that they need and no more', () => {
  expect(formatTicks([0, 0.25, 0.5], 'percentunit')).toEqual(['0%', '25%', '50%']);
  expect(formatTicks([0, 0.125, 0.25], 'none')).toEqual(['0', '0.125', '0.25']);
  expect(formatTicks([0, 0.5, 1, 1.5], 's')).toEqual(['0 s', '500 ms', '1 s', '1.5 s']);
});

test('a value axis holds all values, and ends at a tick', () => {
  const axis = valueAxis([0.2, 3.3], { min: 0, unit: 's' });
  expect(axis).toEqual({ min: 0, max: 4, at: [0, 1, 2, 3, 4], labels: ['0 s', '1 s', '2 s', '3 s', '4 s'] });
});

test('long times have ticks at round minutes, not at round hundreds of seconds', () => {
  expect(valueAxis([0, 165], { min: 0, unit: 's' }).labels).toEqual(['0 s', '60 s', '2 min', '3 min']);
});

test('what the panel sets goes first, and the soft bound is reached even if no value reaches it', () => {
  expect(valueAxis([0.2, 7], { min: 0, max: 1 })).toMatchObject({ min: 0, max: 1 });
  expect(valueAxis([0.2], { min: 0, softMax: 1 })).toMatchObject({ max: 1 });
  expect(valueAxis([1.2], { min: 0, softMax: 1 }).max).toBeGreaterThanOrEqual(1.2);
  expect(valueAxis([1.003], { min: 0, softMax: 1, unit: 'percentunit' })).toMatchObject({
    max: 1.003,
    labels: ['0%', '25%', '50%', '75%', '100%'],
  });
});

test('an axis without values, or with only zeros, has a height all the same', () => {
  expect(valueAxis([], {})).toMatchObject({ min: 0, max: 1 });
  expect(valueAxis([0, 0], { min: 0 })).toMatchObject({ min: 0, max: 1 });
});

test('a logarithmic axis has a tick a decade, and no place for zero', () => {
  expect(valueAxis([0, 3, 250], { logarithmic: true, unit: 'ops' })).toEqual({
    min: 1,
    max: 1_000,
    at: [1, 10, 100, 1_000],
    labels: ['1 ops/s', '10 ops/s', '100 ops/s', '1K ops/s'],
  });
});

test('the time axis has round times, in UTC', () => {
  const { values } = madeUpSeries(
    {},
    Array.from({ length: 61 }, () => 1),
  );
  const result = { resultType: 'matrix', result: [{ metric: {}, values }] } as const;
  const { labels } = timeTicks(timeAxis([{ panelId: 1, refId: 'A', result }]), 4);
  expect(labels).toEqual(['08:00:00', '08:00:30', '08:01:00', '08:01:30', '08:02:00']);
});

test.each([
  ['{{lock_name}} p99', 'inventory p99'],
  ['{{ lock_name }}/{{lock_backend}}', 'inventory/memory'],
  ['{{nobody}} all', 'all'],
  ['p99', 'p99'],
  ['__auto', '{lock_name="inventory", lock_backend="memory"}'],
  ['', '{lock_name="inventory", lock_backend="memory"}'],
  [undefined, '{lock_name="inventory", lock_backend="memory"}'],
])('the legend %p becomes %s', (template, name) => {
  expect(seriesName(template, { lock_name: 'inventory', lock_backend: 'memory' })).toBe(name);
});

test('without labels the name of the metric is the legend', () => {
  expect(seriesName('__auto', { __name__: 'up' })).toBe('up');
});

test('what goes into HTML is escaped once, and HTML is not escaped again', () => {
  const name = html`<b>${`<i>&"'`}</b>`;
  expect(name.text).toBe('<b>&#60;i&#62;&#38;&#34;&#39;</b>');
  expect(html`<p>${[name, name]}</p>`.text).toBe(`<p>${name.text}${name.text}</p>`);
});

test('JSON cannot end the element that it stands in, and means the same', () => {
  const { text } = json(['</script><script>alert(1)</script>']);
  expect(text).not.toContain('<');
  expect(JSON.parse(text)).toEqual(['</script><script>alert(1)</script>']);
});
