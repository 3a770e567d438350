import type { IncomingHttpHeaders } from 'node:http';
import { CookieJar } from 'tough-cookie';

/**
 * What one iteration keeps of cookies, as k6 does unless a script says otherwise: they go with redirects and with later
 * requests of the iteration, and are gone with it. Nothing is made before the first cookie comes: most viewers have none.
 */
export class Cookies {
  #jar: CookieJar | undefined;

  /** The header's value; undefined when nothing fits. */
  headerFor(url: URL): string | undefined {
    return this.#jar?.getCookieStringSync(url.href) || undefined;
  }

  take(url: URL, headers: IncomingHttpHeaders): void {
    const lines = headers['set-cookie'];
    if (lines === undefined) return;
    this.#jar ??= new CookieJar();
    // undici gives a single one as a text; one that is no cookie is dropped, as browsers do.
    for (const line of typeof lines === 'string' ? [lines] : lines)
      this.#jar.setCookieSync(line, url.href, { ignoreError: true });
  }
}
