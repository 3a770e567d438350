/** A viewer's device: what it calls, and what it counts as failed. */
import { Agent, request } from 'undici';
import type { Region } from '#base/names.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Play {
  readonly playback: string;
  readonly title: string;
  readonly edges: readonly string[];
  readonly hls: string;
  readonly dash: string;
}

export interface Rows {
  readonly rows: ReadonlyArray<{ readonly reason: string; readonly titles: ReadonlyArray<{ readonly id: string }> }>;
  readonly degraded?: true;
}

interface CallOptions {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export class Viewer {
  readonly home: Region;
  readonly #router: string;
  readonly #agent: Agent;
  #token = '';
  calls = 0;

  constructor(options: { readonly router: string; readonly home: Region; readonly ca: string }) {
    this.home = options.home;
    this.#router = options.router;
    this.#agent = new Agent({ connect: { ca: options.ca }, headersTimeout: 10_000, bodyTimeout: 10_000 });
  }

  close = (): Promise<void> => this.#agent.close();

  /** The answer, whatever its status. Rejects when none came. */
  async call(url: string, { method = 'GET', headers = {}, body }: CallOptions = {}): Promise<Answer> {
    this.calls++;
    const target = url.startsWith('/') ? `${this.#router}${url}` : url;
    const answer = await request(target, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(this.#token && url.startsWith('/') ? { authorization: `Bearer ${this.#token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
  }

  /** As `call`, but anything other than 200 or 206 is an error that says what came. */
  async ok(url: string, options?: CallOptions): Promise<Answer> {
    const answer = await this.call(url, options);
    if (answer.status === 200 || answer.status === 206) return answer;
    throw new Error(`${options?.method ?? 'GET'} ${url}: ${answer.status} ${answer.body.toString('utf8', 0, 500)}`);
  }

  async signIn(): Promise<{ session: string; region: string }> {
    this.#token = '';
    const body = { device: 'test', home: this.home };
    const answer = json<{ playToken: string; session: string; region: string }>(
      await this.ok('/v1/session', { method: 'POST', body }),
    );
    this.#token = answer.playToken;
    return answer;
  }

  browse = async (): Promise<Rows> => json(await this.ok('/v1/browse'));

  async play(titleId: string, key: string): Promise<Play> {
    return json(await this.ok('/v1/play', { method: 'POST', headers: { 'idempotency-key': key }, body: { titleId } }));
  }

  async heartbeat(playback: string, positionMs: number): Promise<void> {
    await this.ok('/v1/heartbeat', { method: 'POST', body: { playback, positionMs } });
  }

  /** A file of the title from the first edge that answers, as a player does. */
  async media({ edges, hls }: Play, file: string): Promise<Answer> {
    const failures: unknown[] = [];
    for (const edge of edges) {
      try {
        return await this.ok(`${edge}${hls.replace('master.m3u8', file)}`);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    throw new AggregateError(failures, `no edge gave ${file}`);
  }

  /** Everything a viewer does, once. */
  async watch(titleId: string, key: string): Promise<void> {
    await this.signIn();
    await this.browse();
    const play = await this.play(titleId, key);
    for (const file of ['master.m3u8', 'media_3.m3u8', 'init-3.mp4', 'seg-3-00001.m4s']) await this.media(play, file);
    await this.heartbeat(play.playback, 2_000);
  }
}

export const json = <T>({ body }: Answer): T => JSON.parse(body.toString('utf8')) as T;
