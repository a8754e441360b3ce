/**
 * The pixels of a PNG, read without a library: 8 bits a channel, RGB or RGBA, not interlaced, which is what Chromium writes.
 */
import { inflateSync } from 'node:zlib';

/** A decoded picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The colour at a place, as `#rrggbb`. */
  at(x: number, y: number): string;
}

const SIGNATURE = '\x89PNG\r\n\x1a\n';
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/**
 * @throws Error when it is no PNG of that kind.
 * @example
 * decodePng(await readFile('overview.png')).at(0, 0); // '#0e1014'
 */
export function decodePng(png: Buffer): Pixels {
  if (png.toString('latin1', 0, 8) !== SIGNATURE) throw new Error('no PNG');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, depth, kind, interlaced] = [
    png.readUInt32BE(16),
    png.readUInt32BE(20),
    png[24],
    png[25],
    png[28],
  ];
  const channels = CHANNELS[kind!];
  if (depth !== 8 || channels === undefined || interlaced !== 0) throw new Error('a PNG of another kind');
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  return {
    width,
    height,
    at: (x, y) => `#${pixels.toString('hex', (y * width + x) * channels, (y * width + x) * channels + 3)}`,
  };
}

/** Every line is preceded by the number of the prediction to which its bytes are the difference. */
function unfilter(lines: Buffer, length: number, height: number, channels: number): Buffer {
  const pixels = Buffer.alloc(length * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (length + 1)]!;
    for (let i = 0; i < length; i++) {
      const left = i < channels ? 0 : pixels[y * length + i - channels]!;
      const up = y === 0 ? 0 : pixels[(y - 1) * length + i]!;
      const corner = y === 0 || i < channels ? 0 : pixels[(y - 1) * length + i - channels]!;
      pixels[y * length + i] = lines[y * (length + 1) + 1 + i]! + predicted(filter, left, up, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
