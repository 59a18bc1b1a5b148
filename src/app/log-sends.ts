import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readProperty } from '../core/errors/read-property.js';
import { logFields } from '../core/process/log-fields.js';
import { findActiveSpan } from '../core/tracing/tracing.js';
import { findAccess } from '../security/route-access.js';

/**
 * Logs each send that is answered with a message id, so that a request leads to its message: sends to single
 * visitors, which are many, at the level `debug`. Names the message in the request's span too. Call it before
 * the routes are registered.
 */
export function logSends(fastify: FastifyInstance): void {
  const logger = new Logger('Sends');
  const tell = (request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: DoneOf): void => {
    const messageId = readProperty(payload, 'messageId');
    if (typeof messageId === 'string') tellSend(logger, request, messageId);
    done(null, payload);
  };
  fastify.addHook('onRoute', (route) => {
    const access = findAccess(route.config);
    if (route.method !== 'POST' || typeof access !== 'object' || access.scope !== 'send') return;
    route.preSerialization = [tell, route.preSerialization ?? []].flat();
  });
}

type DoneOf = (error: null, payload: unknown) => void;

function tellSend(logger: Logger, request: FastifyRequest, messageId: string): void {
  const { id: requestId, params, body } = request;
  const given = readProperty(params, 'domain') ?? readProperty(body, 'domain');
  const domain = typeof given === 'string' ? given : undefined;
  findActiveSpan()?.describe({
    'push_contact.message_id': messageId,
    ...(domain !== undefined && { 'push_contact.domain': domain }),
  });
  const isToVisitor = readProperty(params, 'visitorGuid') !== undefined;
  const fields = logFields({ requestId, messageId, domain });
  if (isToVisitor) logger.debug('Accepted', fields);
  else logger.log('Accepted', fields);
}
