/**
 * The compose stack, as far as it can be proven without containers: its files are there, Prometheus accepts its
 * configuration with the rules where they are mounted, and names, ports and intervals agree.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { debianTool } from '../support/debian-tool.js';
import { INSTALLING, runTool } from './run-tool.js';

const STACK = 'examples/observability-stack';
const read = (file: string) => readFileSync(join(STACK, file), 'utf8');
const parsed = (file: string) => parse(read(file));

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: string[];
}
const services = parsed('compose.yaml').services as Record<string, Service>;
const { shop, prometheus, tempo, grafana } = services as Record<'shop' | 'prometheus' | 'tempo' | 'grafana', Service>;

/** Where a file or folder of this repository is in the container. */
const mountsOf = ({ volumes = [] }: Service) =>
  volumes.map((volume) => {
    const [from, to, mode] = volume.split(':');
    return { from: join(STACK, from!), to: to!, mode };
  });
const mounts = Object.values(services).flatMap(mountsOf);
const dockerfile = read('Dockerfile');
const scrape = parsed('prometheus.yml').scrape_configs[0];

test('it is the shop, Prometheus, Tempo and Grafana', () => {
  expect(Object.keys(services).sort()).toEqual(['grafana', 'prometheus', 'shop', 'tempo']);
});

test('every version is pinned to the patch', () => {
  const images = Object.values(services).flatMap(({ image }) => image ?? []);
  const base = /^FROM (\S+)$/m.exec(dockerfile)![1]!;
  expect(images).toHaveLength(3);
  for (const image of [...images, base]) {
    expect(image).toMatch(/^[\w/]+:v?\d+\.\d+\.\d+(-[\w-]+)?$/);
    expect(read('README.md')).toContain(`\`${image}\``);
  }
});

test('what is mounted exists, and cannot be written to', () => {
  expect(mounts.length).toBeGreaterThan(5);
  for (const { from, mode } of mounts) expect([from, existsSync(from), mode]).toEqual([from, true, 'ro']);
});

test('nothing is reachable from other machines, and no port is taken twice', () => {
  const ports = Object.values(services).flatMap(({ ports: published = [] }) => published);
  expect(ports.length).toBeGreaterThan(2);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
});

test(
  'Prometheus accepts its configuration, with the rules where they are mounted',
  async () => {
    const promtool = await debianTool('promtool', 'prometheus');
    const root = await mkdtemp(join(tmpdir(), 'stack-'));
    try {
      for (const { from, to } of mountsOf(prometheus)) {
        await mkdir(join(root, dirname(to)), { recursive: true });
        await cp(from, join(root, to));
      }
      const config = prometheus.command!.find((argument) => argument.startsWith('--config.file='))!.split('=')[1]!;
      const checked = await runTool(promtool, ['check', 'config', '--lint=all', '--lint-fatal', join(root, config)]);
      expect(checked).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/1 rule files found[\s\S]*14 rules found/),
      });
    } finally {
      await rm(root, { recursive: true });
    }
  },
  INSTALLING,
);

test('Prometheus keeps exemplars', () => {
  expect(prometheus.command).toContain('--enable-feature=exemplar-storage');
});

test('Prometheus asks the shop where the shop answers', () => {
  expect(scrape.static_configs).toEqual([{ targets: [`shop:${shop.environment!.PORT}`] }]);
  expect(dockerfile).toContain(`EXPOSE ${shop.environment!.PORT}\n`);
  expect(readFileSync('examples/shop-express/open-shop.ts', 'utf8')).toContain(`app.get('${scrape.metrics_path}'`);
});

test('the shop sends its spans where Tempo takes them', () => {
  const endpoint = new URL(shop.environment!.OTEL_EXPORTER_OTLP_ENDPOINT!);
  const receiver = parsed('tempo.yaml').distributor.receivers.otlp.protocols.http.endpoint as string;
  expect(services).toHaveProperty(endpoint.hostname);
  expect(receiver).toBe(`0.0.0.0:${endpoint.port}`);
  const config = tempo.command![0]!.split('=')[1];
  expect(mountsOf(tempo).map(({ to }) => to)).toEqual([config]);
});

test('Grafana finds its data sources and dashboards', () => {
  const provisioning = (kind: string) => parse(readFileSync(`grafana/provisioning/${kind}/lockmeter.yaml`, 'utf8'));
  const port = { prometheus: '9090', tempo: String(parsed('tempo.yaml').server.http_listen_port) };
  for (const { type, url } of provisioning('datasources').datasources as {
    type: 'prometheus' | 'tempo';
    url: string;
  }[]) {
    expect([new URL(url).hostname, new URL(url).port]).toEqual([type, port[type]]);
  }
  const places = mountsOf(grafana).map(({ from, to }) => [from, to]);
  for (const kind of ['datasources', 'dashboards']) {
    expect(places).toContainEqual([`grafana/provisioning/${kind}`, `/etc/grafana/provisioning/${kind}`]);
  }
  const { path } = provisioning('dashboards').providers[0].options;
  expect(places).toContainEqual(['grafana/dashboards', path]);
  const home = grafana.environment!.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH!;
  expect([dirname(home), existsSync(join('grafana/dashboards', home.slice(path.length)))]).toEqual([path, true]);
});

test('Grafana believes in the interval at which Prometheus scrapes', () => {
  const { datasources } = parse(readFileSync('grafana/provisioning/datasources/lockmeter.yaml', 'utf8'));
  expect(datasources[0].jsonData.timeInterval).toBe(parsed('prometheus.yml').global.scrape_interval);
});

test('the image is built from the root, without what it makes itself, by scripts that exist', () => {
  expect(shop.build).toEqual({ context: '../..', dockerfile: `${STACK}/Dockerfile` });
  const ignored = read('Dockerfile.dockerignore').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.git', '.build', 'dist', 'node_modules']));
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [, script] of dockerfile.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty([script!]);
  for (const file of dockerfile.match(/^COPY (.+) \.\/$/m)![1]!.split(' '))
    expect([file, existsSync(file)]).toEqual([file, true]);
  const command = JSON.parse(/^CMD (.+)$/m.exec(dockerfile)![1]!) as string[];
  const source = command
    .at(-1)!
    .replace(/^\.build\//, '')
    .replace(/\.js$/, '.ts');
  expect(existsSync(source)).toBe(true);
});

test('the README says the one command, and where things are', () => {
  const readme = read('README.md');
  expect(readme).toContain('docker compose up --build');
  for (const { ports = [] } of Object.values(services)) {
    for (const port of ports) expect(readme).toContain(`http://localhost:${port.split(':')[1]}`);
  }
});
