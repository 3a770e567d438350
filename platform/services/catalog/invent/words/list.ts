/** Words of a text, each once. */
export const list = (text: string): readonly string[] => [...new Set(text.split(/\s+/).filter(Boolean))];

/** Phrases, one a line. */
export const lines = (text: string): readonly string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];
