import type { FastifyInstance } from 'fastify';
import { FaultflixError } from '#base/errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON alone is read, and strictly: UTF-8 without errors (RFC 8259, 8.1), no `__proto__`, no content coding. An empty body
 * is none. Everything else is 415, texts included, which Fastify would read.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error') as (
    request: unknown,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    const coding = request.headers['content-encoding'];
    if (coding !== undefined && coding !== 'identity')
      return done(
        new FaultflixError('unsupported-media-type', 'compressed bodies are not read here', {
          where: 'header content-encoding',
          received: coding,
          todo: 'send the body as it is',
        }),
      );
    if (bytes.length === 0) return done(null, undefined);
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch (cause) {
      return done(new FaultflixError('bad-input', 'the body is not UTF-8', { where: 'body', cause }));
    }
    parse(request, text, (error, value) => {
      if (error === null) return done(null, value);
      done(new FaultflixError('bad-input', 'the body is not JSON as it is read here', { where: 'body', cause: error }));
    });
  });
}
