const known = { toxiproxy: 'faultflix.local/toxiproxy:dev', platform: 'faultflix.local/platform:dev' } as const;
export async function needImages(names: readonly (keyof typeof known)[]): Promise<readonly string[]> {
  return names.map((name) => known[name]);
}
