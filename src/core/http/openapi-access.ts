import type { OpenAPIObject } from '@nestjs/swagger';

/** The scope that a token needs which is not of a super user. */
export const REQUIRED_SCOPE = 'x-required-scope';

/** Where the domain is that such a token must have: `path.domain`, `query.domain`, `path.messageId`, … */
export const DOMAIN_FROM = 'x-domain-from';

/** Set on operations that every valid token may call. */
export const ANY_TOKEN = 'x-any-token';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Says in the description of an operation what its extensions say. */
export function describeAccess(operation: Operation): void {
  const access = findDescription(operation);
  if (access === undefined) return;
  operation.description = [operation.description, access].filter(Boolean).join('\n\n');
}

function findDescription(operation: Operation): string | undefined {
  const described = operation as Operation & Record<string, unknown>;
  const { [REQUIRED_SCOPE]: scope, [DOMAIN_FROM]: source, [ANY_TOKEN]: isForAnyToken } = described;
  if (operation.security === undefined) return undefined;
  if (isForAnyToken === true) return 'For every valid token.';
  if (typeof scope !== 'string' || typeof source !== 'string') return 'For super users alone.';
  return `For super users, and tokens with the scope \`${scope}\` for ${describeDomain(source)}.`;
}

function describeDomain(source: string): string {
  const [place = '', name = ''] = source.split('.');
  if (name === 'messageId') return 'the domain of the message';
  if (name === 'deviceToken') return 'the domain of the contact';
  return `the domain in \`${name}\` of the ${place}`;
}
