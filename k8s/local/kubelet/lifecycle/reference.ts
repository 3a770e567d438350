/** Whether the text is the name of an image (the grammar of github.com/distribution/reference). */
export function isReference(text: string): boolean {
  const part = '[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*';
  const host = '[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?';
  const grammar = `(?:${host}/)?${part}(?:/${part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,})?`;
  return text.length <= 512 && new RegExp(`^${grammar}$`).test(text);
}
