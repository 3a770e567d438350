/** Looks until there is something, where the outside offers no event: ten seconds at most. */
export async function waitFor<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs; await new Promise((done) => setTimeout(done, 25))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}
