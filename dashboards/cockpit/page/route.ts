/** Where the reader is, from the address's fragment. Pure. */
export type Route =
  | { readonly page: 'run'; readonly name: string | undefined }
  | { readonly page: 'experiments' }
  | { readonly page: 'platform' };

/** `#/run/NAME`, `#/experiments`, `#/platform`; anything else is the current run. */
export function routeOf(fragment: string): Route {
  const [page, name] = fragment.replace(/^#?\/?/, '').split('/');
  if (page === 'experiments' || page === 'platform') return { page };
  return { page: 'run', name: page === 'run' && name ? safelyDecoded(name) : undefined };
}

export const runAddress = (name: string): string => `#/run/${encodeURIComponent(name)}`;

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a broken escape names no run, and the page says so
  }
}
