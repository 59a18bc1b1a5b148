import type { FastifyInstance } from 'fastify';

/** U+0130, percent-encoded. */
const ENCODED = /%c4%b0/i;

const DOTTED_CAPITAL_I = '\u0130';

/** A noncharacter, which is in no text that is exchanged (The Unicode Standard, section 23.7). */
const MARK = '\uFDD0';

/**
 * The router compares paths in lower case, and cuts parameters out of them by the same positions. U+0130 is
 * the only character that is longer in lower case (SpecialCasing.txt), so that behind it nothing was found.
 * A mark is in its place until the route is known.
 */
export function markDottedCapitalI(url: string): string {
  if (!ENCODED.test(url)) return url;
  const [path = '', ...query] = url.split(/(?=\?)/);
  return path.split(ENCODED).join(encodeURIComponent(MARK)) + query.join('');
}

/** Puts the characters back into the parameters of paths that `markDottedCapitalI` has changed. */
export function restoreDottedCapitalI(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.url !== request.originalUrl) {
      const params = request.params as Record<string, string>;
      for (const [name, value] of Object.entries(params)) params[name] = value.replaceAll(MARK, DOTTED_CAPITAL_I);
    }
    done();
  });
}
