import type { Rng } from '#base/rng.ts';

export interface Palette {
  readonly sky: readonly [top: string, bottom: string];
  /** Far to near. */
  readonly layers: readonly string[];
  readonly light: string;
  readonly ink: string;
}

interface Mood {
  /** Degrees. */
  readonly sky: readonly [number, number];
  readonly land: number;
  readonly light: number;
  /** Of the sky's two ends, 0 to 1. */
  readonly lightness: readonly [number, number];
  readonly saturation: number;
}

const moods: Readonly<Record<string, Mood>> = {
  action: { sky: [18, 44], land: 12, light: 48, lightness: [0.16, 0.5], saturation: 0.75 },
  adventure: { sky: [196, 38], land: 168, light: 50, lightness: [0.34, 0.72], saturation: 0.55 },
  animation: { sky: [268, 330], land: 200, light: 52, lightness: [0.5, 0.78], saturation: 0.65 },
  comedy: { sky: [44, 20], land: 190, light: 54, lightness: [0.62, 0.8], saturation: 0.8 },
  crime: { sky: [222, 24], land: 226, light: 40, lightness: [0.1, 0.36], saturation: 0.4 },
  documentary: { sky: [200, 60], land: 150, light: 46, lightness: [0.4, 0.7], saturation: 0.3 },
  drama: { sky: [212, 24], land: 222, light: 34, lightness: [0.26, 0.6], saturation: 0.4 },
  family: { sky: [190, 50], land: 110, light: 52, lightness: [0.56, 0.82], saturation: 0.6 },
  fantasy: { sky: [262, 308], land: 248, light: 180, lightness: [0.2, 0.56], saturation: 0.6 },
  historical: { sky: [34, 42], land: 24, light: 44, lightness: [0.3, 0.66], saturation: 0.42 },
  horror: { sky: [352, 8], land: 350, light: 4, lightness: [0.05, 0.28], saturation: 0.7 },
  music: { sky: [286, 338], land: 262, light: 44, lightness: [0.2, 0.5], saturation: 0.7 },
  mystery: { sky: [188, 220], land: 206, light: 58, lightness: [0.12, 0.38], saturation: 0.42 },
  romance: { sky: [332, 24], land: 318, light: 40, lightness: [0.46, 0.8], saturation: 0.6 },
  'science fiction': { sky: [230, 188], land: 240, light: 172, lightness: [0.08, 0.38], saturation: 0.72 },
  sport: { sky: [204, 96], land: 140, light: 58, lightness: [0.36, 0.66], saturation: 0.6 },
  thriller: { sky: [206, 172], land: 214, light: 20, lightness: [0.07, 0.3], saturation: 0.5 },
  war: { sky: [54, 28], land: 70, light: 30, lightness: [0.2, 0.5], saturation: 0.26 },
  western: { sky: [24, 42], land: 14, light: 46, lightness: [0.4, 0.72], saturation: 0.68 },
};

/** Colours of a genre's mood, a little different for each title; those of drama for a genre without one. */
export function paletteOf(genre: string, rng: Rng): Palette {
  const { sky, land, light, lightness, saturation } = moods[genre] ?? moods.drama!;
  const turn = (rng.next() - 0.5) * 36;
  const lift = (rng.next() - 0.5) * 0.08;
  const [top, bottom] = [lightness[0] + lift, lightness[1] + lift];
  const near = Math.min(0.16, top * 0.6);
  const layers = [0, 1, 2, 3].map((i) => {
    const part = i / 3;
    return hex(land + turn + i * 4, saturation * (0.6 + 0.3 * part), bottom * 0.72 * (1 - part) + near * part);
  });
  return {
    sky: [hex(sky[0] + turn, saturation, top), hex(sky[1] + turn / 2, saturation * 0.9, bottom)],
    layers,
    light: hex(light + turn / 3, Math.min(1, saturation + 0.2), 0.74),
    ink: hex(land + turn, saturation * 0.8, 0.05),
  };
}

/** HSL to `#rrggbb`: what every reader of SVG knows. Hue in degrees, the others 0 to 1. */
export function hex(hue: number, saturation: number, lightness: number): string {
  const a = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    const value = lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * Math.min(1, Math.max(0, value)))
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
