import type { FastifyRequest } from 'fastify';
import { AppError } from '../core/errors/errors.js';
import { RequestPipe } from '../core/http/request.pipe.js';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { Guid } from '../core/validation/request-guid.js';
import { RequiredText } from '../core/validation/request-text.js';
import type { DomainSource } from './route-access.js';

/** Looks up whose domain a message or a contact is of; undefined for one that does not exist. */
export interface DomainLookups {
  readonly ofMessage: (messageId: string) => Promise<string | undefined>;
  readonly ofContact: (deviceToken: string) => Promise<string | undefined>;
}

const EXAMPLE = { example: 'example.com' };

class DomainRequest {
  @RequiredText({ maxLength: MAX_LENGTH.domain, ...EXAMPLE })
  domain: string;
}

class NameRequest {
  @RequiredText({ maxLength: MAX_LENGTH.domain, ...EXAMPLE })
  name: string;
}

class MessageRequest {
  @Guid({ example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;
}

class ContactRequest {
  @RequiredText({ maxLength: MAX_LENGTH.deviceToken })
  deviceToken: string;
}

type Reader = (request: FastifyRequest, lookups: DomainLookups) => string | Promise<string | undefined>;

const READERS: Readonly<Record<DomainSource, Reader>> = {
  'path.domain': ({ params }) => read(DomainRequest, params).domain,
  'path.name': ({ params }) => read(NameRequest, params).name,
  'path.messageId': ({ params }, { ofMessage }) => ofMessage(read(MessageRequest, params).messageId),
  'path.deviceToken': ({ params }, { ofContact }) => ofContact(read(ContactRequest, params).deviceToken),
  'query.domain': ({ query }) => read(DomainRequest, query).domain,
  'body.domain': ({ body }) => read(DomainRequest, body).domain,
};

/** The same for what does not exist as for what is of another domain, so that nothing can be probed. */
const NOT_FOUND: Readonly<Record<DomainSource, string>> = {
  'path.domain': 'There is no domain of this name.',
  'path.name': 'There is no domain of this name.',
  'path.messageId': 'There is no message of this id.',
  'path.deviceToken': 'There is no active contact of this token.',
  'query.domain': 'There is no domain of this name.',
  'body.domain': 'There is no domain of this name.',
};

const pipe = new RequestPipe();

/**
 * Reads the domain of a request as its handler will: the same names in any case, the same single values.
 * Undefined for a message or contact that does not exist. Throws `validation_failed` as the handler would.
 */
export async function readDomain(
  source: DomainSource,
  request: FastifyRequest,
  lookups: DomainLookups,
): Promise<string | undefined> {
  return READERS[source](request, lookups);
}

/** The error for a domain that the caller does not have. */
export function notFound(source: DomainSource): AppError {
  return new AppError('resource_not_found', NOT_FOUND[source]);
}

/** Never strict: the other properties are for the handler to judge. */
function read<T extends object>(requestClass: new () => T, value: unknown): T {
  return pipe.transform(value, { type: 'param', metatype: requestClass }) as T;
}
