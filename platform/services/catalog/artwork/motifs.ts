/** What a poster shows: each motif draws on a canvas of any size, from its colours and its own randomness alone. */
import type { Rng } from '#base/rng.ts';
import type { Palette } from './colours.ts';

export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly rng: Rng;
}

export type Motif = (canvas: Canvas) => string;

const n = (value: number) => String(Math.round(value * 10) / 10);
const between = (rng: Rng, low: number, high: number) => low + rng.next() * (high - low);
const faint = (opacity: number) => (opacity < 1 ? ` opacity="${opacity.toFixed(2)}"` : '');
const disc = (x: number, y: number, r: number, fill: string, opacity = 1) =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"${faint(opacity)}/>`;
const box = (x: number, y: number, w: number, h: number, fill: string, opacity = 1) =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}"${faint(opacity)}/>`;

/** A low sun or moon with a halo. */
function sun({ width, height, palette, rng }: Canvas): string {
  const [x, y] = [between(rng, 0.25, 0.75) * width, between(rng, 0.2, 0.42) * height];
  const r = between(rng, 0.09, 0.2) * Math.min(width, height * 0.8);
  return [
    disc(x, y, r * 2.1, palette.light, 0.12),
    disc(x, y, r * 1.5, palette.light, 0.2),
    disc(x, y, r, palette.light),
  ].join('');
}

function stars({ width, height, rng }: Canvas, count = 46): string {
  return Array.from({ length: count }, () =>
    disc(rng.next() * width, rng.next() * height * 0.7, between(rng, 0.4, 1.5), '#ffffff', between(rng, 0.3, 0.95)),
  ).join('');
}

/** A ridge from left to right, filled to the ground. */
function ridge({ width, height, rng }: Canvas, base: number, rough: number, fill: string, steps = 9): string {
  const points = Array.from({ length: steps + 1 }, (_, i) => [(i / steps) * width, base - (rng.next() - 0.35) * rough]);
  const path = points.map(([x, y]) => `L${n(x!)} ${n(y!)}`).join('');
  return `<path d="M0 ${n(height)}${path}L${n(width)} ${n(height)}Z" fill="${fill}"/>`;
}

/** The same, rounded. */
function hill({ width, height, rng }: Canvas, base: number, rough: number, fill: string): string {
  const [a, b, c] = [0, 1, 2].map(() => base - (rng.next() - 0.5) * rough) as [number, number, number];
  const [p, q] = [between(rng, 0.2, 0.45) * width, between(rng, 0.55, 0.8) * width];
  return `<path d="M0 ${n(height)}V${n(a)}C${n(p)} ${n(a - rough)} ${n(q)} ${n(b + rough)} ${n(width)} ${n(c)}V${n(height)}Z" fill="${fill}"/>`;
}

const mountains: Motif = (canvas) =>
  sun(canvas) +
  canvas.palette.layers
    .map((fill, i) =>
      ridge(canvas, canvas.height * (0.5 + i * 0.11), canvas.height * (0.3 - i * 0.05), fill, 7 + i * 2),
    )
    .join('');

const hills: Motif = (canvas) =>
  sun(canvas) +
  canvas.palette.layers
    .map((fill, i) => hill(canvas, canvas.height * (0.56 + i * 0.1), canvas.height * 0.16, fill))
    .join('');

const sea: Motif = (canvas) => {
  const { width, height, palette, rng } = canvas;
  const waves = Array.from({ length: 9 }, (_, i) => {
    const y = height * (0.52 + i * 0.055);
    const swing = 2 + i * 1.6;
    const from = -between(rng, 0, 60);
    const curves = Array.from({ length: Math.ceil(width / 60) + 2 }, () => `q15 ${n(-swing)} 30 0t30 0`).join('');
    return `<path d="M${n(from)} ${n(y)}${curves}V${n(height)}H${n(from)}Z" fill="${palette.layers[Math.min(3, i >> 1)]}" opacity="0.9"/>`;
  }).join('');
  const x = between(rng, 0.3, 0.7) * width;
  const s = between(rng, 0.7, 1.2) * (width / 300);
  const y = height * 0.555;
  const boat = `<path d="M${n(x - 26 * s)} ${n(y)}h${n(52 * s)}l${n(-9 * s)} ${n(12 * s)}h${n(-34 * s)}ZM${n(x)} ${n(y - 4 * s)}v${n(-52 * s)}l${n(24 * s)} ${n(48 * s)}Z" fill="${palette.ink}"/>`;
  return sun(canvas) + boat + waves;
};

const city: Motif = (canvas) => {
  const { width, height, palette, rng } = canvas;
  const rows = [1, 2, 3].map((row) => {
    let out = '';
    for (let x = -8; x < width; ) {
      const w = between(rng, 0.06, 0.13) * width;
      const h = between(rng, 0.16, 0.5 - row * 0.06) * height;
      const top = height * (0.66 + row * 0.08) - h;
      out += box(x, top, w, height - top, palette.layers[row]!);
      if (row > 1)
        for (let wy = top + 8; wy < height * 0.86; wy += 11)
          for (let wx = x + 5; wx < x + w - 6; wx += 9)
            if (rng.next() < 0.28) out += box(wx, wy, 4, 5, palette.light, 0.8);
      x += w + between(rng, 0, 4);
    }
    return out;
  });
  return stars(canvas, 26) + sun(canvas) + rows.join('');
};

const forest: Motif = (canvas) => {
  const { width, height, palette, rng } = canvas;
  const row = (i: number) => {
    let out = '';
    for (let x = -10; x < width + 10; x += between(rng, 0.04, 0.1) * width) {
      const h = between(rng, 0.2, 0.36) * height * (0.7 + i * 0.18);
      const w = h * between(rng, 0.2, 0.3);
      const foot = height * (0.64 + i * 0.1);
      out += `<path d="M${n(x - w)} ${n(foot)}L${n(x)} ${n(foot - h)}L${n(x + w)} ${n(foot)}Z" fill="${palette.layers[i]}"/>`;
    }
    return out + box(0, height * (0.64 + i * 0.1) - 1, width, height, palette.layers[i]!);
  };
  return sun(canvas) + [0, 1, 2, 3].map(row).join('');
};

const planets: Motif = (canvas) => {
  const { width, height, palette, rng } = canvas;
  const r = between(rng, 0.26, 0.42) * Math.min(width, height);
  const [x, y] = [between(rng, 0.3, 0.7) * width, between(rng, 0.36, 0.5) * height];
  const tilt = between(rng, -28, 28);
  const bands = Array.from({ length: 5 }, (_, i) => {
    const dy = (i - 2) * r * 0.36;
    const half = Math.sqrt(Math.max(0, r * r - dy * dy));
    return box(x - half, y + dy - r * 0.07, half * 2, r * between(rng, 0.05, 0.16), palette.layers[i % 3]!, 0.55);
  }).join('');
  const ring = `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(r * 1.6)}" ry="${n(r * 0.34)}" fill="none" stroke="${palette.light}" stroke-width="${n(r * 0.06)}" opacity="0.85" transform="rotate(${n(tilt)} ${n(x)} ${n(y)})"/>`;
  const moon = disc(x + r * 1.2, y - r * 1.05, r * 0.16, palette.light, 0.9);
  return stars(canvas, 80) + disc(x, y, r, palette.layers[0]!) + bands + (rng.next() < 0.6 ? ring : '') + moon;
};

const rays: Motif = ({ width, height, palette, rng }) => {
  const [x, y] = [width * between(rng, 0.35, 0.65), height * between(rng, 0.45, 0.6)];
  const reach = width + height;
  const count = 12 + Math.floor(rng.next() * 8);
  const out = Array.from({ length: count }, (_, i) => {
    const a = (i / count) * 2 * Math.PI;
    const b = ((i + 0.5) / count) * 2 * Math.PI;
    return `<path d="M${n(x)} ${n(y)}L${n(x + reach * Math.cos(a))} ${n(y + reach * Math.sin(a))}L${n(x + reach * Math.cos(b))} ${n(y + reach * Math.sin(b))}Z" fill="${palette.light}" opacity="0.28"/>`;
  }).join('');
  const r = Math.min(width, height) * 0.2;
  return (
    out +
    disc(x, y, r * 1.25, palette.layers[2]!) +
    disc(x, y, r, palette.light) +
    disc(x, y, r * 0.55, palette.layers[1]!)
  );
};

const rooms: Motif = ({ width, height, palette, rng }) => {
  const columns = 5;
  const size = width / columns;
  let out = box(0, 0, width, height, palette.layers[3]!, 0.55);
  for (let y = 0; y < height * 0.86; y += size)
    for (let i = 0; i < columns; i++) {
      const lit = rng.next() < 0.24;
      out += box(
        i * size + size * 0.2,
        y + size * 0.18,
        size * 0.6,
        size * 0.64,
        lit ? palette.light : palette.layers[2]!,
        lit ? 0.95 : 0.8,
      );
      if (lit && rng.next() < 0.5)
        out +=
          disc(i * size + size * 0.5, y + size * 0.46, size * 0.11, palette.ink) +
          box(i * size + size * 0.36, y + size * 0.57, size * 0.28, size * 0.25, palette.ink);
    }
  return out;
};

const rings: Motif = ({ width, height, palette, rng }) => {
  const [x, y] = [width * between(rng, 0.4, 0.6), height * between(rng, 0.36, 0.5)];
  const colours = [palette.light, ...palette.layers];
  return Array.from({ length: 8 }, (_, i) =>
    disc(
      x + (rng.next() - 0.5) * 10,
      y + (rng.next() - 0.5) * 10,
      (width * 0.62 * (8 - i)) / 8,
      colours[i % colours.length]!,
      0.8,
    ),
  ).join('');
};

const bars: Motif = ({ width, height, palette, rng }) => {
  const count = 18;
  const w = width / count;
  return Array.from({ length: count }, (_, i) => {
    const h = height * (0.12 + 0.4 * Math.abs(Math.sin(i * 0.55 + rng.next() * 1.4)));
    const fill = [palette.light, palette.layers[0]!, palette.layers[1]!][i % 3]!;
    return box(i * w + w * 0.14, height * 0.5 - h / 2, w * 0.72, h, fill, 0.92);
  }).join('');
};

const road: Motif = (canvas) => {
  const { width, height, palette, rng } = canvas;
  const horizon = height * between(rng, 0.46, 0.56);
  const x = width * between(rng, 0.38, 0.62);
  const strip = (half: number, fill: string) =>
    `<path d="M${n(x - 1)} ${n(horizon)}L${n(width / 2 - half)} ${n(height)}H${n(width / 2 + half)}L${n(x + 1)} ${n(horizon)}Z" fill="${fill}"/>`;
  return (
    sun(canvas) +
    ridge(canvas, horizon, height * 0.12, palette.layers[0]!, 8) +
    box(0, horizon, width, height - horizon, palette.layers[1]!) +
    strip(width * 0.5, palette.layers[3]!) +
    strip(width * 0.03, palette.light)
  );
};

const motifs = { mountains, hills, sea, city, forest, planets, rays, rooms, rings, bars, road };

const byGenre: Readonly<Record<string, readonly (keyof typeof motifs)[]>> = {
  action: ['city', 'rays', 'road'],
  adventure: ['mountains', 'sea', 'forest'],
  animation: ['hills', 'rings', 'planets'],
  comedy: ['rays', 'rooms', 'rings'],
  crime: ['city', 'rooms'],
  documentary: ['mountains', 'sea', 'forest', 'rings'],
  drama: ['hills', 'sea', 'rooms', 'road'],
  family: ['hills', 'forest', 'rays'],
  fantasy: ['mountains', 'forest', 'planets'],
  historical: ['hills', 'mountains', 'rays'],
  horror: ['forest', 'rooms', 'city'],
  music: ['bars', 'rings'],
  mystery: ['forest', 'sea', 'rooms'],
  romance: ['hills', 'sea', 'rings'],
  'science fiction': ['planets', 'rings', 'city'],
  sport: ['bars', 'mountains', 'road'],
  thriller: ['city', 'road', 'rooms'],
  war: ['hills', 'mountains', 'rays'],
  western: ['road', 'mountains', 'hills'],
};

export function motifOf(genre: string, rng: Rng): Motif {
  const fitting = byGenre[genre] ?? byGenre.drama!;
  return motifs[fitting[Math.floor(rng.next() * fitting.length)]!];
}
