/** What the fragment of the address asks for. What it cannot mean is the home page. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'search'; readonly query: string }
  | { readonly page: 'title'; readonly id: string }
  | { readonly page: 'player'; readonly id: string }
  | { readonly page: 'account' }
  | { readonly page: 'profiles' };

export function routeOf(fragment: string): Route {
  const [page = '', rest = ''] = fragment.replace(/^#\/?/, '').split('/', 2);
  const text = decoded(rest);
  if (page === 'search') return { page, query: text };
  if ((page === 'title' || page === 'player') && text !== '') return { page, id: text };
  return page === 'account' || page === 'profiles' ? { page } : { page: 'home' };
}

export function fragmentOf(route: Route): string {
  const rest = 'id' in route ? route.id : 'query' in route ? route.query : '';
  return `#/${route.page}${rest === '' ? '' : `/${encodeURIComponent(rest)}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
