/** Throws unless the text is one well-formed XML document of elements, attributes and text. */
export function wellFormed(xml: string): void {
  const body = xml.replace(/^<\?xml [^?]*\?>\s*/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(body)) throw new Error('a character that XML cannot hold');
  const token = /<\/([\w.-]+)\s*>|<([\w.-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const open: string[] = [];
  let roots = 0;
  let at = 0;
  while (at < body.length) {
    token.lastIndex = at;
    const match = token.exec(body);
    if (!match) throw new Error(`not well formed at ${at}: ${body.slice(at, at + 60)}`);
    const [whole, closed, opened, attributes = '', empty, text = ''] = match;
    if (/&(?!(amp|lt|gt|quot|apos|#\d+);)/.test(attributes + text)) throw new Error(`a bare & in ${whole}`);
    if (closed !== undefined && open.pop() !== closed) throw new Error(`</${closed}> closes another element`);
    if (opened !== undefined && open.length === 0) roots++;
    if (opened !== undefined && empty !== '/') open.push(opened);
    if (text.trim() !== '' && open.length === 0) throw new Error('text outside of the root');
    at = token.lastIndex;
  }
  if (open.length > 0 || roots !== 1) throw new Error(`${roots} roots, still open: ${open.join(', ')}`);
}
