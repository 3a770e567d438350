/** Colours, or none: https://no-color.org and `FORCE_COLOR` decide before the terminal does. */
import { styleText } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;
type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'accent';

const formats = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'gray',
  strong: 'bold',
  accent: 'cyan',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

export type Style = (tone: Tone, text: string) => string;

export const plain: Style = (_tone, text) => text;

export const coloured: Style = (tone, text) => styleText(formats[tone], text, { validateStream: false });

export function styleFor(stream: { readonly isTTY?: boolean }, env: Environment): Style {
  if (env.NO_COLOR) return plain;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return coloured;
  return stream.isTTY && env.TERM !== 'dumb' ? coloured : plain;
}

/** Length as seen, without the escape sequences of colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
export const visibleLength = (text: string): number => text.replace(/\x1b\[[0-9;]*m/g, '').length;
