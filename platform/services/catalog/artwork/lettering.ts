/** Text in a picture: wrapped, sized and escaped, without a browser that could measure it. */

export interface Lettering {
  readonly lines: readonly string[];
  /** In the units of the canvas. */
  readonly size: number;
}

/** Mean width of a letter in ems: capitals of a bold sans serif, the widest of the faces that are used. */
const EM = 0.66;

export interface FitOptions {
  readonly text: string;
  readonly width: number;
  readonly mostLines: number;
  readonly largest: number;
  readonly smallest: number;
}

/** The largest size at which the text fits the width in so many lines; a text that never fits is cut with an ellipsis. */
export function fit({ text, width, mostLines, largest, smallest }: FitOptions): Lettering {
  const words = text.split(/\s+/).filter(Boolean);
  for (let size = largest; size >= smallest; size -= 2) {
    const lines = wrap(words, Math.floor(width / (size * EM)));
    if (lines && lines.length <= mostLines) return { lines, size };
  }
  const perLine = Math.floor(width / (smallest * EM));
  const letters = [...text];
  const lines = Array.from({ length: mostLines }, (_, i) =>
    letters
      .slice(i * perLine, (i + 1) * perLine)
      .join('')
      .trim(),
  );
  if (letters.length > perLine * mostLines)
    lines[mostLines - 1] = `${[...lines.at(-1)!].slice(0, perLine - 1).join('')}…`;
  return { lines: lines.filter((line) => line !== ''), size: smallest };
}

/** Undefined when a word is longer than a line. */
function wrap(words: readonly string[], letters: number): string[] | undefined {
  const lines: string[] = [];
  for (const word of words) {
    if (word.length > letters) return undefined;
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= letters) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and as an attribute of XML; what XML 1.0 cannot hold at all (control characters, half pairs) is left out. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to leave out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"']/g, (letter) => entities[letter]!);
