/** The provisioning files have the form Grafana reads: a few keys of plain YAML, indented by two spaces. */
import { readFileSync } from 'node:fs';

const read = (kind: string) => readFileSync(`grafana/provisioning/${kind}/lockmeter.yaml`, 'utf8');

/** `a: 1` under `b:` as `b.a`, to its value. Throws on a line that is not a plain key, list item or comment. */
function settings(yaml: string): Record<string, string> {
  const found: Record<string, string> = {};
  const path: string[] = [];
  for (const line of yaml.split('\n')) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const match = /^((?: {2})*(?:- )?)([A-Za-z]+):(?: (\S.*))?$/.exec(line);
    if (!match) throw new SyntaxError(`not a plain line: ${JSON.stringify(line)}`);
    const depth = match[1]!.length / 2;
    if (match[1]!.endsWith('- ')) path.splice(depth - 1, Infinity, '');
    if (depth > path.length) throw new SyntaxError(`indented too far: ${JSON.stringify(line)}`);
    path.splice(depth, Infinity, match[2]!);
    found[path.filter(Boolean).join('.')] = match[3] ?? '';
  }
  return found;
}

test('the data source is a Prometheus that Grafana asks itself, with its scrape interval', () => {
  expect(settings(read('datasources'))).toMatchObject({
    apiVersion: '1',
    'datasources.type': 'prometheus',
    'datasources.uid': expect.stringMatching(/^[\w-]{1,40}$/),
    'datasources.access': 'proxy',
    'datasources.url': expect.stringMatching(/^http:\/\/\S+:9090$/),
    'datasources.jsonData.timeInterval': expect.stringMatching(/^\d+s$/),
  });
});

test('the dashboards come from a folder and are not changed in Grafana', () => {
  expect(settings(read('dashboards'))).toMatchObject({
    apiVersion: '1',
    'providers.type': 'file',
    'providers.folder': 'Lockmeter',
    'providers.allowUiUpdates': 'false',
    'providers.options.path': expect.stringMatching(/^\/\S+\/lockmeter$/),
  });
});

test.each(['datasources', 'dashboards'])('the %s file says where it goes', (kind) => {
  expect(read(kind)).toContain(`/etc/grafana/provisioning/${kind}/lockmeter.yaml`);
});

test('the reader rejects what is not such a file', () => {
  expect(() => settings('a:\n\tb: 1')).toThrow(SyntaxError);
  expect(() => settings('a:\n      b: 1')).toThrow(SyntaxError);
  expect(() => settings('{a: 1}')).toThrow(SyntaxError);
});
