import { seededRng } from '#base/rng.ts';
import type { ListedTitle } from '#platform/stores/titles.ts';
import { paletteOf } from './colours.ts';
import { escaped, fit } from './lettering.ts';
import { motifOf } from './motifs.ts';

export const shapes = {
  poster: { width: 300, height: 450, largest: 44, mostLines: 5 },
  wide: { width: 480, height: 270, largest: 40, mostLines: 3 },
} as const;
export type Shape = keyof typeof shapes;

const faces = ['Georgia, serif', 'Helvetica, Arial, sans-serif', 'Futura, Avenir, sans-serif', 'Palatino, serif'];

/** An SVG of 3 to 40 kB without scripts, links or fonts of its own; the same title and shape give the same bytes. */
export function poster(title: ListedTitle, shape: Shape): string {
  const { width, height, largest, mostLines } = shapes[shape];
  const rng = seededRng(`artwork/${title.id}`);
  const genre = title.genres[0] ?? 'drama';
  const palette = paletteOf(genre, rng.fork('colours'));
  const motif = motifOf(genre, rng.fork('motif'));
  const face = faces[Math.floor(rng.fork('face').next() * faces.length)]!;
  const margin = width * 0.07;
  const upper = rng.fork('case').next() < 0.5;
  const { lines, size } = fit({
    text: upper ? title.name.toUpperCase() : title.name,
    width: width - 2 * margin,
    mostLines,
    largest,
    smallest: 16,
  });
  const credits = title.people
    .slice(0, 3)
    .map(({ name }) => name)
    .join('  ·  ');
  const small = shape === 'poster' ? 9.5 : 10;
  const foot = height - margin;
  const first = foot - small * 2 - (lines.length - 1) * size * 1.08;
  const letters = lines
    .map((line, i) => `<tspan x="${margin}" y="${Math.round(first + i * size * 1.08)}">${escaped(line)}</tspan>`)
    .join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" preserveAspectRatio="xMidYMid slice" role="img">`,
    `<title>${escaped(title.name)}</title>`,
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${palette.sky[0]}"/><stop offset="1" stop-color="${palette.sky[1]}"/></linearGradient>`,
    `<linearGradient id="shade" x1="0" y1="0" x2="0" y2="1"><stop offset="0.45" stop-color="${palette.ink}" stop-opacity="0"/><stop offset="0.85" stop-color="${palette.ink}" stop-opacity="0.88"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="url(#sky)"/>`,
    motif({ width, height, palette, rng: rng.fork('drawing') }),
    `<rect width="${width}" height="${height}" fill="url(#shade)"/>`,
    `<text fill="#ffffff" font-family="${face}" font-size="${size}" font-weight="700">${letters}</text>`,
    `<text x="${margin}" y="${Math.round(foot)}" fill="#ffffff" fill-opacity="0.82" font-family="Helvetica, Arial, sans-serif" font-size="${small}">${escaped(credits)}</text>`,
    `<rect x="${margin}" y="${Math.round(first - size * 1.12)}" width="${Math.round(width * 0.12)}" height="3" fill="${palette.light}"/>`,
    '</svg>',
  ].join('');
}
